using Sensor.Core.Analyzers;
using Sensor.Core.Observations;

namespace Sensor.Core.Tests.Analyzers;

public class MdnsAnalyzerTests
{
    private static NameFacts Read(byte[] message, ushort sourcePort = 5353, string destination = "224.0.0.251") =>
        NameFacts.Of(MdnsAnalyzer.Analyze, message, sourcePort, destination);

    [Fact]
    public void Reads_several_questions_with_known_answers()
    {
        var asked = Read(NameSamples.MdnsQuestions).Asked;
        Assert.Equal([("_http._tcp.local", 12, true), ("host.local", 28, false)], asked.Select(a => (a.Name, (int)a.Fact.Type, a.Fact.WantsUnicast)));
        Assert.All(asked, a => Assert.Equal((1, NameProtocol.Mdns), (a.Fact.KnownAnswers, a.Fact.Protocol)));
    }

    [Fact]
    public void A_question_from_another_port_wants_a_unicast_answer() =>
        Assert.All(Read(NameSamples.MdnsQuestions, 50123).Asked, a => Assert.True(a.Fact.WantsUnicast));

    [Fact]
    public void Reads_an_answer_without_a_question()
    {
        var facts = Read(NameSamples.MdnsPoison, destination: "192.168.56.20");
        var answered = Assert.Single(facts.Answered);
        Assert.Equal(("wpad.local", "192.168.56.102", 120u), (answered.Name, answered.Addresses, answered.Fact.Ttl));
        Assert.False(answered.Fact.CacheFlush || answered.Fact.QuestionEchoed);
        Assert.Empty(facts.Registered); // unicast: an answer, not an announcement
    }

    [Fact]
    public void Reads_a_probe_as_a_claim()
    {
        var facts = Read(NameSamples.MdnsProbe);
        Assert.Equal(("wpad.local", 255, true), Assert.Single(facts.Asked.Select(a => (a.Name, (int)a.Fact.Type, a.Fact.WantsUnicast))));
        Assert.Equal(
            [(RegistrationKind.MdnsProbe, "wpad.local", 1, "10.0.0.7"), (RegistrationKind.MdnsProbe, "wpad.local", 28, "fe80::7")],
            facts.Registered.Select(r => (r.Fact.Kind, r.Name, (int)r.Fact.Type, r.Addresses)));
    }

    [Fact]
    public void Sorts_an_announcement_by_owner_and_type()
    {
        var facts = Read(NameSamples.MdnsAnnouncement);
        const string Instance = "my desk\\. é._ssh._tcp.local";
        Assert.Equal(
            [
                ("desk.local", 1, "10.0.0.7", "", true), ("desk.local", 28, "fe80::7", "", true),
                ("_ssh._tcp.local", 12, "", Instance, false), (Instance, 33, "", "desk.local", true), (Instance, 16, "", "", true),
            ],
            facts.Answered.Select(a => (a.Name, (int)a.Fact.Type, a.Addresses, a.Target, a.Fact.CacheFlush)));
        Assert.Equal(
            [("desk.local", "10.0.0.7 fe80::7", ""), (Instance, "", "desk.local")],
            facts.Registered.Select(r => (r.Name, r.Addresses, r.Target)));
        Assert.All(facts.Registered, r => Assert.Equal(RegistrationKind.MdnsAnnouncement, r.Fact.Kind));
    }

    [Fact]
    public void A_goodbye_claims_nothing()
    {
        var facts = Read(NameSamples.MdnsGoodbye);
        Assert.Equal(("desk.local", 0u, "10.0.0.7"), Assert.Single(facts.Answered.Select(a => (a.Name, a.Fact.Ttl, a.Addresses))));
        Assert.Empty(facts.Registered);
    }

    [Fact]
    public void A_goodbye_beside_a_new_address_is_told_apart()
    {
        var facts = Read(AnnotatedHex.Read("""
            00 00 84 00 00 00 00 02 00 00 00 00
            04 'desk' 05 'local' 00 00 01 80 01 00 00 00 00 00 04 0A 00 00 07
            C0 0C 00 01 80 01 00 00 00 78 00 04 0A 00 00 08
            """));
        Assert.Equal([("10.0.0.7", 0u), ("10.0.0.8", 120u)], facts.Answered.Select(a => (a.Addresses, a.Fact.Ttl)));
        Assert.Equal("10.0.0.8", Assert.Single(facts.Registered).Addresses);
    }

    [Fact]
    public void An_answer_under_another_name_than_the_repeated_question_is_told()
    {
        var facts = Read(AnnotatedHex.Read("""
            00 07 84 00 00 01 00 01 00 00 00 00 04 'nas1' 05 'local' 00 00 01 00 01
            04 'evil' C0 11 00 01 00 01 00 00 00 0A 00 04 0A 00 00 08
            """), destination: "10.0.0.2");
        Assert.Equal([("nas1.local", "evil.local"), ("evil.local", "")], facts.Answered.Select(a => (a.Name, a.OtherOwner)));
    }

    [Fact]
    public void A_legacy_answer_repeats_its_question()
    {
        var facts = Read(AnnotatedHex.Read("""
            00 07 84 00 00 01 00 01 00 00 00 00 04 'nas1' 05 'local' 00 00 01 00 01
            C0 0C 00 01 00 01 00 00 00 0A 00 04 0A 00 00 08
            """), destination: "10.0.0.2");
        var answered = Assert.Single(facts.Answered);
        Assert.Equal(("nas1.local", 7, true), (answered.Name, answered.Fact.TransactionId, answered.Fact.QuestionEchoed));
    }

    [Fact]
    public void Two_hundred_records_are_read_in_portions()
    {
        var message = AnnotatedHex.Read("00 00 84 00 00 00 00 C8 00 00 00 00").ToList();
        for (var i = 0; i < 200; i++)
            message.AddRange(AnnotatedHex.Read($"02 {0x61 + (i / 20):X2} {0x61 + (i % 20):X2} 00 00 01 80 01 00 00 00 78 00 04 0A 00 00 08"));
        var facts = Read([.. message]);
        Assert.Equal((200, 200), (facts.Answered.Count, facts.Registered.Count));
        Assert.Equal(200, facts.Answered.Select(a => a.Name).Distinct().Count());
    }

    [Fact]
    public void Reads_updates_sent_to_a_sleep_proxy() =>
        Assert.Contains(Read(NameSamples.DnsUpdate).Registered, r => r.Name == "wpad.corp" && r.Fact.Kind == RegistrationKind.DnsUpdateAdd);
}
