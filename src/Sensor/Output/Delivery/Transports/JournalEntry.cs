using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Sensor.Output.Delivery.Transports;

/// <summary>
/// An entry in the journal's native protocol: <c>NAME=value\n</c>, or, where the value has line feeds, <c>NAME\n</c>, its length as a
/// little-endian 64-bit number, the value and <c>\n</c>. Names are upper-case letters, digits and underscores, at most 64.
/// </summary>
internal static class JournalEntry
{
    private const int MostName = 64;

    /// <summary>The datagram for the fields of a JSON object.</summary>
    public static byte[] Encode(string fields)
    {
        using var octets = new MemoryStream();
        using var document = JsonDocument.Parse(fields);
        foreach (var field in document.RootElement.EnumerateObject())
            Write(octets, field.Name, field.Value.GetString() ?? "");
        return octets.ToArray();
    }

    private static void Write(MemoryStream octets, string name, string value)
    {
        octets.Write(Encoding.ASCII.GetBytes(name.Length <= MostName ? name : name[..MostName]));
        var text = Encoding.UTF8.GetBytes(value);
        if (Array.IndexOf(text, (byte)'\n') < 0)
        {
            octets.WriteByte((byte)'=');
        }
        else
        {
            octets.WriteByte((byte)'\n');
            Span<byte> length = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)text.Length);
            octets.Write(length);
        }
        octets.Write(text);
        octets.WriteByte((byte)'\n');
    }
}
