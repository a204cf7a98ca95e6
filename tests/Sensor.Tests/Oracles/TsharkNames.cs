using System.Globalization;
using System.Text.RegularExpressions;
using Sensor.Core.Wire;

namespace Sensor.Tests.Oracles;

/// <summary>Reads what tshark makes of the names and addresses of DNS, LLMNR, mDNS and NBNS in UDP.</summary>
internal static partial class TsharkNames
{
    private const string Root = "<Root>";
    private const char Among = '|';

    private static readonly string[] Fields =
    [
        "frame.number", "frame.protocols", "dns.flags.response", "dns.qry.name", "dns.resp.name", "dns.a", "dns.aaaa", "nbns.name", "nbns.addr",
        "dns.count.auth_rr", "dns.count.add_rr", "_ws.malformed", "dns.count.answers", "dns.flags.opcode", "dns.resp.type",
    ];

    public static Dictionary<long, FrameNames> Read(string path) =>
        TsharkTable.Read(path, "udp && (dns || mdns || llmnr || nbns) && !icmp && !icmpv6 && !tcp", Among, Fields)
            .ToDictionary(static row => long.Parse(row[0], CultureInfo.InvariantCulture), FrameOf);

    private static FrameNames FrameOf(string[] values)
    {
        var isMdns = values[1].EndsWith(":mdns", StringComparison.Ordinal);
        var isResponse = values[2] is "1" or "True";
        var isUpdate = values[13] == DnsOpcode.Update.ToString(CultureInfo.InvariantCulture);
        var types = values[14].Split(Among); // those in NSEC bit maps among them
        var frame = new FrameNames
        {
            HasMoreSections = !isMdns && (Number(values[9]) > 0 || Number(values[10]) > 0),
            IsBroken = values[11].Length > 0 || (isUpdate && isResponse),
            LacksOwners = types.Contains("33"),
            HasOtherOwners = isUpdate || types.Contains("47"),
        };
        var names = isUpdate || (isMdns && isResponse) ? values[4].Split(Among).Where(n => n != Root) : values[3].Split(Among);
        foreach (var name in names.Concat(values[7].Split(Among).Select(NetBios)).Where(n => n.Length > 0))
            frame.Names.Add(name == Root ? "" : Lower(name));
        foreach (var address in values[5].Split(Among).Concat(values[6].Split(Among)).Concat(values[8].Split(Among)))
        {
            if (IpAddress.TryParse(address, out var parsed))
                frame.Addresses.Add(parsed.ToString());
        }
        return frame;
    }

    /// <summary>"WPAD&lt;00&gt; (Workstation/Redirector)" to "WPAD", and the odd octets in it, which tshark writes &lt;HH&gt;, to our \DDD.</summary>
    private static string NetBios(string name)
    {
        var suffix = name.LastIndexOf('<');
        var text = suffix < 0 ? name : name[..suffix].Replace("<00>", "", StringComparison.Ordinal).TrimEnd(' ');
        return OddOctet().Replace(text, static m => $"\\{int.Parse(m.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture):D3}");
    }

    [GeneratedRegex("<([0-9a-f]{2})>")]
    private static partial Regex OddOctet();

    private static string Lower(string text) => string.Concat(text.Select(c => c is >= 'A' and <= 'Z' ? (char)(c | 0x20) : c));

    private static int Number(string text) => int.TryParse(text.Split(Among)[0], CultureInfo.InvariantCulture, out var number) ? number : 0;
}
