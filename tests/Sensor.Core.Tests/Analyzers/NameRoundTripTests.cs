using System.Globalization;
using System.Text;
using CsCheck;
using Sensor.Core.Analyzers;
using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Analyzers;

/// <summary>Random messages, written by a writer that knows nothing of the readers, are read back as they were meant.</summary>
public class NameRoundTripTests
{
    private static readonly Gen<string> Label = Gen.OneOf(
        Gen.String[Gen.Char["abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"], 1, 20],
        Gen.String[Gen.Char["abc.\\ \u0001\u007f~*"], 1, 15],
        Gen.String[Gen.Char["aé木"], 1, 15]);

    private static readonly Gen<string[]> Name = Label.Array[0, 5];

    private static readonly Gen<(string[] Name, ushort Type, byte[] Data)[]> Answers = Gen.Select(
        Name, Gen.OneOf(Gen.Select(Gen.Const((ushort)1), Gen.Byte.Array[4]), Gen.Select(Gen.Const((ushort)28), Gen.Byte.Array[16])),
        (name, record) => (name, record.Item1, record.Item2)).Array[0, 12];

    [Fact]
    public void A_name_is_read_as_written() => Name.Sample(name =>
    {
        var writer = new MessageWriter(0, 0x0100, 1, 0);
        writer.Question(name, 1);
        var asked = Assert.Single(NameFacts.Of(DnsAnalyzer.Analyze, writer.Message).Asked);
        Assert.Equal(Text(name), asked.Name);
    }, iter: 2_000, threads: 1);

    [Fact]
    public void A_netbios_name_is_read_as_written() =>
        Gen.Select(Gen.String[Gen.Char["abcXYZ019-_! ."], 0, 15], Gen.Byte).Sample((name, suffix) =>
        {
            var padded = name.PadRight(15) + (char)suffix;
            var encoded = string.Concat(padded.Select(c => $"{(char)('A' + (c >> 4))}{(char)('A' + (c & 15))}"));
            var writer = new MessageWriter(9, 0x0110, 1, 0);
            writer.Question([encoded], 0x20);
            var asked = Assert.Single(NameFacts.Of(NbnsAnalyzer.Analyze, writer.Message).Asked);
            Assert.Equal((name.TrimEnd(' ').ToLowerInvariant(), suffix), (asked.Name, asked.Fact.Suffix));
        }, iter: 2_000, threads: 1);

    [Fact]
    public void A_response_is_read_as_written() => Gen.Select(Name, Answers).Sample((name, answers) =>
    {
        var answered = Read(name, answers);
        Assert.Equal(Text(name), answered.Name);
        Assert.Equal(answers.Length == 0 || Text(answers[0].Name) == Text(name) ? "" : Text(answers[0].Name), answered.OtherOwner);
        Assert.Equal(string.Join(' ', answers.Select(a => Address(a.Data))), answered.Addresses);
        Assert.Equal(answers.Length == 0, answered.Fact.AnswerHash == 0);
    }, iter: 2_000, threads: 1);

    [Fact]
    public void The_answer_hash_knows_sets_not_orders() => Gen.Select(Name, Answers, Gen.Int[0, 11]).Sample((name, answers, drop) =>
    {
        var hash = Read(name, answers).Fact.AnswerHash;
        Assert.Equal(hash, Read(name, [.. answers.Reverse()]).Fact.AnswerHash);
        if (drop < answers.Length)
            Assert.NotEqual(hash, Read(name, [.. answers[..drop], .. answers[(drop + 1)..]]).Fact.AnswerHash);
    }, iter: 2_000, threads: 1);

    [Fact]
    public void Mdns_groups_hold_what_was_written() => Answers.Sample(answers =>
    {
        var writer = new MessageWriter(0, 0x8400, 0, answers.Length);
        foreach (var (name, type, data) in answers)
            writer.Record(name, type, data);
        var facts = NameFacts.Of(MdnsAnalyzer.Analyze, writer.Message);
        Assert.Equal(
            answers.GroupBy(a => (Text(a.Name), a.Type)).Select(g => (g.Key.Item1, g.Key.Type, string.Join(' ', g.Select(a => Address(a.Data))))),
            facts.Answered.Select(a => (a.Name, a.Fact.Type, a.Addresses)));
    }, iter: 2_000, threads: 1);

    private static Answered Read(string[] name, (string[] Name, ushort Type, byte[] Data)[] answers)
    {
        var writer = new MessageWriter(77, 0x8180, 1, answers.Length);
        writer.Question(name, 1);
        foreach (var (owner, type, data) in answers)
            writer.Record(owner, type, data);
        var facts = NameFacts.Of(DnsAnalyzer.Analyze, writer.Message);
        Assert.Equal(Verdict.Parsed, facts.Verdict);
        return Assert.Single(facts.Answered);
    }

    private static string Address(byte[] data) => (data.Length == 4 ? IpAddress.ReadV4(data) : IpAddress.ReadV6(data)).ToString();

    private static string Text(string[] labels) => string.Join('.', labels.Select(label => string.Concat(label.Select(c => c switch
    {
        '.' or '\\' => $"\\{c}",
        < ' ' or '\x7f' => string.Create(CultureInfo.InvariantCulture, $"\\{(int)c:D3}"),
        >= 'A' and <= 'Z' => $"{(char)(c | 0x20)}",
        _ => $"{c}",
    }))));

    /// <summary>Writes messages and compresses every name it has written before.</summary>
    private sealed class MessageWriter(ushort id, ushort flags, int questions, int answers)
    {
        private readonly List<byte> _octets =
        [
            (byte)(id >> 8), (byte)id, (byte)(flags >> 8), (byte)flags, 0, (byte)questions, 0, (byte)answers, 0, 0, 0, 0,
        ];

        private readonly Dictionary<string, int> _written = [];

        public byte[] Message => [.. _octets];

        public void Question(string[] name, ushort type)
        {
            WriteName(name);
            _octets.AddRange([(byte)(type >> 8), (byte)type, 0, 1]);
        }

        public void Record(string[] owner, ushort type, byte[] data)
        {
            WriteName(owner);
            _octets.AddRange([(byte)(type >> 8), (byte)type, 0, 1, 0, 0, 1, 0, (byte)(data.Length >> 8), (byte)data.Length]);
            _octets.AddRange(data);
        }

        private void WriteName(ReadOnlySpan<string> labels)
        {
            for (; labels.Length > 0; labels = labels[1..])
            {
                var rest = string.Join('\0', labels);
                if (_written.TryGetValue(rest, out var at))
                {
                    _octets.AddRange([(byte)(0xC0 | (at >> 8)), (byte)at]);
                    return;
                }
                _written.Add(rest, _octets.Count);
                var label = Encoding.UTF8.GetBytes(labels[0]);
                _octets.Add((byte)label.Length);
                _octets.AddRange(label);
            }
            _octets.Add(0);
        }
    }
}
