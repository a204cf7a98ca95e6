using Sensor.Core.Analyzers;
using Sensor.Core.Observations;

namespace Sensor.Core.Tests.Analyzers;

public class NbnsAnalyzerTests
{
    private static NameFacts Read(byte[] message) => NameFacts.Of(NbnsAnalyzer.Analyze, message, 137, "10.0.0.255");

    [Fact]
    public void Reads_a_broadcast_query()
    {
        var asked = Assert.Single(Read(NameSamples.NbnsQuery).Asked);
        Assert.Equal((NameProtocol.Nbns, "wpad", 0, 0x9C40, 0x20), (asked.Fact.Protocol, asked.Name, asked.Fact.Suffix, asked.Fact.TransactionId, asked.Fact.Type));
        Assert.Equal(0x0110, asked.Fact.Flags);
    }

    [Fact]
    public void Reads_a_positive_answer()
    {
        var answered = Assert.Single(Read(NameSamples.NbnsPoison).Answered);
        Assert.Equal(("wpad", "192.168.56.102", 300000u, 0x8500), (answered.Name, answered.Addresses, answered.Fact.Ttl, answered.Fact.Flags));
        Assert.False(answered.Fact.IsNegative || answered.Fact.IsGroup || answered.Fact.IsWait);
    }

    [Fact]
    public void Reads_a_negative_answer()
    {
        var answered = Assert.Single(Read(NameSamples.NbnsNegative).Answered);
        Assert.Equal(("wpad", 3, ""), (answered.Name, answered.Fact.ResponseCode, answered.Addresses));
        Assert.True(answered.Fact.IsNegative);
    }

    [Fact]
    public void A_wait_is_no_answer()
    {
        var answered = Assert.Single(Read(NameSamples.NbnsWait).Answered);
        Assert.True(answered.Fact.IsWait);
        Assert.Equal((0UL, ""), (answered.Fact.AnswerHash, answered.Addresses));
    }

    [Fact]
    public void Reads_a_registration_with_padding()
    {
        var facts = Read(NameSamples.NbnsRegistration);
        var registered = Assert.Single(facts.Registered);
        Assert.Equal(Verdict.Parsed, facts.Verdict);
        Assert.Equal((RegistrationKind.NbnsRegistration, "workgroup", 0x1E, true), (registered.Fact.Kind, registered.Name, registered.Fact.Suffix, registered.Fact.IsGroup));
        Assert.Equal("10.0.0.9", registered.Addresses);
    }

    [Theory]
    [InlineData(5, RegistrationKind.NbnsRegistration)]
    [InlineData(15, RegistrationKind.NbnsRegistration)]
    [InlineData(8, RegistrationKind.NbnsRefresh)]
    [InlineData(9, RegistrationKind.NbnsRefresh)]
    [InlineData(6, RegistrationKind.NbnsRelease)]
    public void Every_opcode_that_claims_is_read(int opcode, RegistrationKind expected)
    {
        var message = NameSamples.NbnsRegistration.ToArray();
        message[2] = (byte)((opcode << 3) | 1);
        Assert.Equal(expected, Assert.Single(Read(message).Registered).Fact.Kind);
    }

    [Theory]
    [InlineData(0, RegistrationKind.NbnsAccepted)]
    [InlineData(6, RegistrationKind.NbnsRefused)]
    [InlineData(7, RegistrationKind.NbnsRefused)]
    public void Reads_how_a_registration_was_answered(byte code, RegistrationKind expected)
    {
        var message = NameSamples.NbnsAccepted.ToArray();
        message[3] |= code;
        var registered = Assert.Single(Read(message).Registered);
        Assert.Equal((expected, "wpad.", "10.0.0.9"), (registered.Fact.Kind, registered.Name, registered.Addresses));
    }

    [Fact]
    public void Reads_a_release_with_scope()
    {
        var registered = Assert.Single(Read(NameSamples.NbnsScopedRelease).Registered);
        Assert.Equal((RegistrationKind.NbnsRelease, "wpad.netbios.com", 0x20), (registered.Fact.Kind, registered.Name, registered.Fact.Suffix));
    }

    [Fact]
    public void Reads_a_node_status_and_the_names_in_it()
    {
        var facts = Read(NameSamples.NbnsStatus);
        Assert.Equal(("*", "files", 0x21), Assert.Single(facts.Answered.Select(a => (a.Name, a.Target, (int)a.Fact.Type))));
        Assert.Equal([("group", 0, true), ("files", 0, false), ("files", 0x20, false)], facts.Registered.Select(r => (r.Name, (int)r.Fact.Suffix, r.Fact.IsGroup)));
        Assert.All(facts.Registered, r => Assert.Equal(RegistrationKind.NbnsNodeStatus, r.Fact.Kind));
    }

    [Fact]
    public void A_redirect_names_another_server_and_no_address()
    {
        var answered = Assert.Single(Read(AnnotatedHex.Read("""
            9C 40 81 00 00 00 00 00 00 01 00 01
            20 'FHFAEBEECACACACACACACACACACACAAA' 00 00 02 00 01 00 00 00 00 00 02 C0 0C
            C0 0C 00 01 00 01 00 00 00 00 00 04 0A 00 00 01
            """)).Answered);
        Assert.Equal(("wpad", "", 0UL), (answered.Name, answered.Addresses, answered.Fact.AnswerHash));
    }

    [Fact]
    public void A_name_that_is_not_encoded_is_rejected()
    {
        var facts = Read(NameSamples.LlmnrQuery);
        Assert.Equal((Verdict.Malformed, 0), (facts.Verdict, facts.Asked.Count));
    }
}
