using System.Collections.Immutable;
using System.Text;
using Sensor.Core.Wire;
using Sensor.Detection.Pac;

namespace Sensor.PacSandbox;

/// <summary>
/// How requests and results cross the pipe between the sensor and its sandbox: BinaryWriter's encoding, one message a frame.
/// </summary>
internal static class SandboxMessages
{
    /// <summary>Longest message; a result of this size comes from no sandbox of ours.</summary>
    public const int Longest = 4 * 1024 * 1024;

    /// <summary>The octets of a request.</summary>
    public static byte[] Write(PacEvaluationRequest request) => Write(writer =>
    {
        writer.Write(request.Script.Length);
        writer.Write(request.Script.Span);
        writer.Write(request.Client.ToString());
        writer.Write(request.TimestampNs);
        writer.Write(request.OffsetMinutes);
        writer.Write(request.AsksNamedHosts);
        WriteList(writer, request.Probes, (to, probe) => WriteProbe(to, probe));
        WriteList(writer, request.Names, (to, name) =>
        {
            to.Write(name.Name);
            WriteList(to, name.Addresses, (inner, address) => inner.Write(address.ToString()));
        });
    });

    /// <summary>The request in <paramref name="octets"/>.</summary>
    public static PacEvaluationRequest ReadRequest(byte[] octets)
    {
        using var reader = new BinaryReader(new MemoryStream(octets), Encoding.UTF8);
        return new PacEvaluationRequest
        {
            Script = reader.ReadBytes(reader.ReadInt32()),
            Client = Address(reader.ReadString()),
            TimestampNs = reader.ReadInt64(),
            OffsetMinutes = reader.ReadInt32(),
            AsksNamedHosts = reader.ReadBoolean(),
            Probes = ReadList(reader, ReadProbe),
            Names = ReadList(reader, from => new PacResolvedName(from.ReadString(), ReadList(from, inner => Address(inner.ReadString())))),
        };
    }

    /// <summary>The octets of a result.</summary>
    public static byte[] Write(PacEvaluation evaluation) => Write(writer =>
    {
        writer.Write((byte)evaluation.Outcome);
        writer.Write(evaluation.Reason);
        WriteTexts(writer, evaluation.Reading.Functions);
        WriteTexts(writer, evaluation.Reading.Hosts);
        WriteList(writer, evaluation.Reading.Proxies, (to, proxy) =>
        {
            to.Write(proxy.Keyword);
            to.Write(proxy.Host);
            to.Write(proxy.Port);
        });
        WriteTexts(writer, evaluation.Reading.BuiltTexts);
        WriteList(writer, evaluation.Reading.Signs, (to, sign) =>
        {
            to.Write((byte)sign.Kind);
            to.Write(sign.Line);
            to.Write(sign.Text);
        });
        WriteList(writer, evaluation.Decisions, (to, decision) =>
        {
            WriteProbe(to, decision.Probe);
            to.Write(decision.Answer);
            to.Write(decision.WindowsAnswer);
        });
        WriteTexts(writer, evaluation.LookedUp);
        WriteTexts(writer, evaluation.Alerts);
    });

    /// <summary>The result in <paramref name="octets"/>; null when it is none.</summary>
    public static PacEvaluation? ReadEvaluation(byte[] octets)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(octets), Encoding.UTF8);
            return new PacEvaluation
            {
                Outcome = (PacOutcome)reader.ReadByte(),
                Reason = reader.ReadString(),
                Reading = new PacReading(
                    ReadTexts(reader), ReadTexts(reader),
                    ReadList(reader, from => new PacProxy(from.ReadString(), from.ReadString(), from.ReadInt32())),
                    ReadTexts(reader),
                    ReadList(reader, from => new PacSign((PacSignKind)from.ReadByte(), from.ReadInt32(), from.ReadString()))),
                Decisions = ReadList(reader, from => new PacDecision(ReadProbe(from), from.ReadString(), from.ReadString())),
                LookedUp = ReadTexts(reader),
                Alerts = ReadTexts(reader),
            };
        }
        catch (Exception failure) when (failure is IOException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Writes a frame: the length, then the message.</summary>
    public static void WriteFrame(Stream stream, byte[] message)
    {
        stream.Write(BitConverter.GetBytes(message.Length));
        stream.Write(message);
        stream.Flush();
    }

    /// <summary>Reads a frame; null at the end of the stream and for a length that cannot be.</summary>
    public static byte[]? ReadFrame(Stream stream)
    {
        var head = new byte[4];
        if (stream.ReadAtLeast(head, 4, throwOnEndOfStream: false) < 4)
            return null;
        var length = BitConverter.ToInt32(head);
        if (length is < 0 or > Longest)
            return null;
        var message = new byte[length];
        return stream.ReadAtLeast(message, length, throwOnEndOfStream: false) < length ? null : message;
    }

    private static byte[] Write(Action<BinaryWriter> content)
    {
        var octets = new MemoryStream();
        using (var writer = new BinaryWriter(octets, new UTF8Encoding(false, throwOnInvalidBytes: false)))
            content(writer);
        return octets.ToArray();
    }

    private static void WriteProbe(BinaryWriter writer, in PacProbe probe)
    {
        writer.Write((byte)probe.Kind);
        writer.Write(probe.Scheme);
        writer.Write(probe.Host);
    }

    private static PacProbe ReadProbe(BinaryReader reader) => new((PacProbeKind)reader.ReadByte(), reader.ReadString(), reader.ReadString());

    private static void WriteTexts(BinaryWriter writer, ImmutableArray<string> texts) =>
        WriteList(writer, texts, static (to, text) => to.Write(text));

    private static ImmutableArray<string> ReadTexts(BinaryReader reader) => ReadList(reader, static from => from.ReadString());

    private static void WriteList<T>(BinaryWriter writer, ImmutableArray<T> items, Action<BinaryWriter, T> write)
    {
        writer.Write(items.Length);
        foreach (var item in items)
            write(writer, item);
    }

    private static ImmutableArray<T> ReadList<T>(BinaryReader reader, Func<BinaryReader, T> read)
    {
        var count = reader.ReadInt32();
        if (count is < 0 or > Longest)
            throw new FormatException("a list of a length that cannot be");
        var items = ImmutableArray.CreateBuilder<T>();
        for (var i = 0; i < count; i++)
            items.Add(read(reader));
        return items.ToImmutable();
    }

    private static IpAddress Address(string text) => IpAddress.TryParse(text, out var address) ? address : IpAddress.AnyV4;
}
