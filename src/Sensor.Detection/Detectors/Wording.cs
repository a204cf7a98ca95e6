using System.Globalization;
using Sensor.Core.Wire;
using Sensor.Detection.Hosts;
using Sensor.Detection.Names;

namespace Sensor.Detection.Detectors;

/// <summary>How hosts and lists are named in the sentences of findings.</summary>
internal static class Wording
{
    extension(Host host)
    {
        /// <summary>First address and MAC, and the first name where the host has one: "10.0.0.7 (00:0c:29:aa:bb:cc, pc7)".</summary>
        public string Shown()
        {
            var mac = host.Macs.Count > 0 ? host.Macs[0].ToString() : null;
            var name = host.Names.Count > 0 ? WireText.Printable(host.Names[0]) : null;
            var address = host.Addresses.Count > 0 ? host.ShownAddress.ToString() : mac ?? "an unknown host";
            var inside = string.Join(", ", new[] { address == mac ? null : mac, name }.Where(part => part is not null));
            return inside.Length == 0 ? address : $"{address} ({inside})";
        }
    }

    /// <summary>"a.b.c.d (aa:bb:…)" for what one packet showed; the MAC alone where the address is none.</summary>
    public static string Pair(IpAddress address, MacAddress mac) =>
        mac.IsNone ? address.ToString() : address.IsUnspecified ? mac.ToString() : $"{address} ({mac})";

    /// <summary>Addresses joined by ", ", at most four.</summary>
    public static string List(ReadOnlySpan<IpAddress> addresses)
    {
        var shown = new List<string>();
        foreach (var address in addresses[..Math.Min(4, addresses.Length)])
            shown.Add(address.ToString());
        if (addresses.Length > 4)
            shown.Add("…");
        return string.Join(", ", shown);
    }

    /// <summary>A stable hash of a text as the subject of a finding.</summary>
    public static ulong Subject(string text) => ((ReadOnlySpan<byte>)System.Text.Encoding.UTF8.GetBytes(text)).StableHash();

    /// <summary>A number in the invariant culture.</summary>
    public static string Text(this long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A number in the invariant culture.</summary>
    public static string Text(this int value) => value.ToString(CultureInfo.InvariantCulture);
}
