using System.Globalization;
using System.Text;

namespace Sensor.Output.Delivery.Transports;

/// <summary>Tells messages apart in a stream, RFC 6587 sections 3.4.1 and 3.4.2.</summary>
internal static class SyslogFrame
{
    private const byte LineFeed = (byte)'\n';

    /// <summary>Appends <paramref name="message"/> to <paramref name="stream"/>.</summary>
    public static void Write(MemoryStream stream, string message, SyslogFraming framing)
    {
        if (framing == SyslogFraming.Lf)
        {
            // A line feed within would end the message: it is shown, as the bodies show it. None of the bodies holds one.
            stream.Write(Encoding.UTF8.GetBytes(message.Replace("\n", "\\n", StringComparison.Ordinal)));
            stream.WriteByte(LineFeed);
            return;
        }
        var octets = Encoding.UTF8.GetBytes(message);
        stream.Write(Encoding.ASCII.GetBytes(octets.Length.ToString(CultureInfo.InvariantCulture)));
        stream.WriteByte((byte)' ');
        stream.Write(octets);
    }
}
