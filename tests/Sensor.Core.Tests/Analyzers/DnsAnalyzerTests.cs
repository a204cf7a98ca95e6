using Sensor.Core.Analyzers;
using Sensor.Core.Observations;

namespace Sensor.Core.Tests.Analyzers;

public class DnsAnalyzerTests
{
    private static NameFacts Read(byte[] message) => NameFacts.Of(DnsAnalyzer.Analyze, message, 40000, "10.0.0.53");

    [Fact]
    public void Reads_a_question_in_lower_case()
    {
        var facts = Read(NameSamples.DnsQueryWithEdns);
        var asked = Assert.Single(facts.Asked);
        Assert.Equal(Verdict.Parsed, facts.Verdict);
        Assert.Equal("wpad.corp.example", asked.Name);
        Assert.Equal((NameProtocol.Dns, 0x1234, 1, 0x0120), (asked.Fact.Protocol, asked.Fact.TransactionId, asked.Fact.Type, asked.Fact.Flags));
        Assert.False(asked.Fact.WantsUnicast);
    }

    [Fact]
    public void Follows_an_alias_to_its_addresses()
    {
        var answered = Assert.Single(Read(NameSamples.DnsAliasAnswer).Answered);
        Assert.Equal(("wpad.corp.example", "proxy.corp.example", ""), (answered.Name, answered.Target, answered.OtherOwner));
        Assert.Equal("10.0.0.5 10.0.0.6", answered.Addresses);
        Assert.Equal((60u, 3, 1), (answered.Fact.Ttl, answered.Fact.AnswerCount, answered.Fact.Type));
        Assert.True(answered.Fact.QuestionEchoed && answered.Fact.RecursionAvailable && !answered.Fact.Authoritative);
        Assert.False(answered.Fact.IsNegative);
    }

    [Fact]
    public void An_alias_behind_its_addresses_is_found_all_the_same()
    {
        var message = AnnotatedHex.Read("""
            00 01 81 80 00 01 00 02 00 00 00 00 01 'a' 00 00 01 00 01
            01 'b' 00 00 01 00 01 00 00 00 3C 00 04 0A 00 00 05
            C0 0C 00 05 00 01 00 00 00 3C 00 02 C0 13
            """);
        var answered = Assert.Single(Read(message).Answered);
        Assert.Equal(("", "b", "10.0.0.5"), (answered.OtherOwner, answered.Target, answered.Addresses));
    }

    [Fact]
    public void Tells_an_answer_that_belongs_to_another_name()
    {
        var message = AnnotatedHex.Read("""
            00 01 81 80 00 01 00 01 00 00 00 00 01 'a' 00 00 01 00 01
            01 'b' 00 00 01 00 01 00 00 00 3C 00 04 0A 00 00 05
            """);
        Assert.Equal("b", Assert.Single(Read(message).Answered).OtherOwner);
    }

    [Fact]
    public void A_negative_answer_claims_nothing()
    {
        var answered = Assert.Single(Read(NameSamples.DnsNoSuchName).Answered);
        Assert.Equal((3, 0UL, ""), (answered.Fact.ResponseCode, answered.Fact.AnswerHash, answered.Addresses));
        Assert.True(answered.Fact.IsNegative);
    }

    [Fact]
    public void Reads_address_hints_of_service_bindings()
    {
        var answered = Assert.Single(Read(NameSamples.HttpsHints).Answered);
        Assert.Equal("10.0.0.1 10.0.0.2 2001:db8:0:0:0:0:0:1", answered.Addresses.Replace("2001:db8::1", "2001:db8:0:0:0:0:0:1", StringComparison.Ordinal));
    }

    [Fact]
    public void Reads_additions_and_deletions_of_an_update()
    {
        var facts = Read(NameSamples.DnsUpdate);
        Assert.Equal(Verdict.Parsed, facts.Verdict);
        Assert.All(facts.Registered, r => Assert.Equal(("corp", 0xBEEF), (r.Zone, r.Fact.TransactionId)));
        Assert.Equal(
            [
                (RegistrationKind.DnsUpdateDelete, "wpad.corp", 255, "", ""),
                (RegistrationKind.DnsUpdateAdd, "wpad.corp", 1, "10.0.0.66 10.0.0.67", ""),
                (RegistrationKind.DnsUpdateAdd, "*.corp", 5, "", "wpad.corp"),
            ],
            facts.Registered.Select(r => (r.Fact.Kind, r.Name, (int)r.Fact.Type, r.Addresses, r.Target)));
    }

    [Fact]
    public void Reads_the_same_from_a_stream()
    {
        var facts = NameFacts.Of(DnsAnalyzer.AnalyzeMessage, NameSamples.DnsAliasAnswer);
        Assert.Equal("wpad.corp.example", Assert.Single(facts.Answered).Name);
    }

    [Fact]
    public void Several_questions_each_get_their_own_answers()
    {
        const string Questions = "01 'a' 00 00 01 00 01 01 'b' 00 00 01 00 01 ";
        var query = Read(AnnotatedHex.Read("00 01 01 00 00 02 00 00 00 00 00 00 " + Questions));
        Assert.Equal(["a", "b"], query.Asked.Select(a => a.Name));
        var answer = Read(AnnotatedHex.Read("00 01 81 80 00 02 00 02 00 00 00 00 " + Questions + """
            C0 13 00 01 00 01 00 00 00 3C 00 04 0A 00 00 02
            C0 0C 00 01 00 01 00 00 00 3C 00 04 0A 00 00 01
            """.ReplaceLineEndings(" ")));
        Assert.Equal([("a", "10.0.0.1"), ("b", "10.0.0.2")], answer.Answered.Select(a => (a.Name, a.Addresses)));
    }

    [Fact]
    public void A_response_without_its_question_stands_for_the_owner()
    {
        var answered = Assert.Single(Read(AnnotatedHex.Read("""
            00 01 84 00 00 00 00 01 00 00 00 00 04 'wpad' 00 00 01 00 01 00 00 00 3C 00 04 0A 00 00 05
            """)).Answered);
        Assert.Equal(("wpad", "10.0.0.5", false), (answered.Name, answered.Addresses, answered.Fact.QuestionEchoed));
    }

    [Fact]
    public void Of_a_cut_answer_what_is_there_is_taken()
    {
        var cut = NameSamples.DnsAliasAnswer[..^20];
        var whole = NameFacts.Of(DnsAnalyzer.Analyze, cut, isCut: true);
        Assert.Equal((Verdict.NeedMore, "10.0.0.5"), (whole.Verdict, Assert.Single(whole.Answered).Addresses));
        Assert.Equal(Verdict.Malformed, NameFacts.Of(DnsAnalyzer.Analyze, cut).Verdict);
        cut[2] |= 0x02; // TC
        Assert.Equal(Verdict.Parsed, NameFacts.Of(DnsAnalyzer.Analyze, cut).Verdict);
    }

    [Fact]
    public void Order_ttl_case_and_compression_do_not_change_the_answer()
    {
        const string Head = "00 01 81 80 00 01 00 02 00 00 00 00 01 'a' 00 00 0F 00 01 ";
        const string Address = "00 01 00 01 00 00 00 3C 00 04 0A 00 00 01 ";
        var compressed = Hash(AnnotatedHex.Read(Head + "C0 0C 00 0F 00 01 00 00 00 3C 00 06 00 0A 01 'M' C0 0C C0 0C " + Address));
        var reordered = Hash(AnnotatedHex.Read(Head + "01 'A' 00 " + Address + "C0 0C 00 0F 00 01 00 00 00 09 00 07 00 0A 01 'm' 01 'a' 00"));
        var another = Hash(AnnotatedHex.Read(Head + "01 'A' 00 " + Address + "C0 0C 00 0F 00 01 00 00 00 09 00 07 00 0A 01 'm' 01 'b' 00"));
        Assert.Equal(compressed, reordered);
        Assert.NotEqual(compressed, another);
    }

    [Theory]
    [InlineData("00 01 01 00 00 01 00 00 00 00 00")] // eleven octets
    [InlineData("00 01 01 00 00 01 00 00 00 00 00 00")] // no question
    [InlineData("00 01 01 00 00 01 00 00 00 00 00 00 C0 0C 00 01 00 01")] // the question's name is itself
    [InlineData("00 01 81 00 00 01 00 00 00 00 00 00 3F 41")]
    public void Rejects_what_is_no_message(string hex)
    {
        var facts = Read(AnnotatedHex.Read(hex));
        Assert.Equal(Verdict.Malformed, facts.Verdict);
        Assert.Empty(facts.Asked);
        Assert.Empty(facts.Answered);
    }

    [Fact]
    public void Leaves_other_protocols_on_its_port_alone()
    {
        Assert.Equal(Verdict.NotMine, Read("GET / HTTP/1.1\r\n\r\n"u8.ToArray()).Verdict);
    }

    private static ulong Hash(byte[] message) => Assert.Single(Read(message).Answered).Fact.AnswerHash;
}
