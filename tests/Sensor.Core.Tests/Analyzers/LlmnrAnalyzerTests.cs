using Sensor.Core.Analyzers;
using Sensor.Core.Observations;

namespace Sensor.Core.Tests.Analyzers;

public class LlmnrAnalyzerTests
{
    private static NameFacts Read(byte[] message) => NameFacts.Of(LlmnrAnalyzer.Analyze, message, 5355, "224.0.0.252");

    [Fact]
    public void Reads_a_question()
    {
        var asked = Assert.Single(Read(NameSamples.LlmnrQuery).Asked);
        Assert.Equal((NameProtocol.Llmnr, "wpad", 0x8A1F, 1), (asked.Fact.Protocol, asked.Name, asked.Fact.TransactionId, asked.Fact.Type));
        Assert.False(asked.Fact.Conflict);
    }

    [Fact]
    public void Reads_the_conflict_bit()
    {
        var message = NameSamples.LlmnrQuery.ToArray();
        message[2] |= 0x04;
        Assert.True(Assert.Single(Read(message).Asked).Fact.Conflict);
    }

    [Fact]
    public void Reads_an_answer_that_writes_the_name_twice()
    {
        var answered = Assert.Single(Read(NameSamples.LlmnrPoison).Answered);
        Assert.Equal(("wpad", "", "192.168.56.102", 30u), (answered.Name, answered.OtherOwner, answered.Addresses, answered.Fact.Ttl));
        Assert.Equal(0x8000, answered.Fact.Flags);
        Assert.False(answered.Fact.CacheFlush || answered.Fact.Authoritative);
    }

    [Fact]
    public void Tells_an_answer_for_another_name()
    {
        var answered = Assert.Single(Read(NameSamples.LlmnrOtherOwner).Answered);
        Assert.Equal(("srv1", "other", "192.168.56.102"), (answered.Name, answered.OtherOwner, answered.Addresses));
    }

    [Fact]
    public void Reads_the_same_from_a_stream() =>
        Assert.Equal("wpad", Assert.Single(NameFacts.Of(LlmnrAnalyzer.AnalyzeMessage, NameSamples.LlmnrPoison).Answered).Name);

    [Fact]
    public void Another_opcode_is_another_protocol()
    {
        var message = NameSamples.LlmnrQuery.ToArray();
        message[2] |= 0x28;
        Assert.Equal(Verdict.NotMine, Read(message).Verdict);
    }
}
