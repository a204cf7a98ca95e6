using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sensor.Detection.Baselines;

namespace Sensor.Output;

/// <summary>
/// Writes what was learned as the sections Trust and Updates, with comments: what attests each line, and why it is doubtful. Takes no time of the
/// clock and no order that could differ: the same input gives the same octets.
/// </summary>
internal static class TrustFile
{
    private static readonly string[] TrustKeys =

    [
        "DhcpServers", "Resolvers", "WpadHosts", "PacUrls", "PacHashes", "Proxies", "Routers", "GatewayMacs", "VirtualRouters",
        "WinsServers", "Domains", "NameOwners", "Undecided",
    ];

    private static readonly string[] UpdateKeys = ["WsusServers", "Caches", "Issuers"];

    /// <summary>Writes <paramref name="learned"/>, which came from <paramref name="sources"/>, to <paramref name="output"/>.</summary>
    public static void Write(TextWriter output, LearnedBaseline learned, IReadOnlyList<string> sources)
    {
        var lines = Settled(learned);
        var vlans = lines.Where(static line => line.Item.Section == "Trust").Select(static line => line.Item.Vlan).Distinct().Order().ToList();
        Head(output, learned, sources);
        output.WriteLine("{");
        output.WriteLine("  \"Trust\": {");
        // One network without tags is the site. Else each VLAN has its own, and "0" is what has no tag.
        if (vlans is [] or [0])
        {
            Lists(output, lines, "Trust", TrustKeys, vlan: null, "    ");
        }
        else
        {
            output.WriteLine("    \"Vlans\": {");
            foreach (var vlan in vlans)
            {
                output.WriteLine($"      {Quoted(vlan.ToString(CultureInfo.InvariantCulture))}: {{");
                Lists(output, lines, "Trust", TrustKeys, vlan, "        ");
                output.WriteLine(vlan == vlans[^1] ? "      }" : "      },");
            }
            output.WriteLine("    }");
        }
        output.WriteLine("  },");
        output.WriteLine("  \"Updates\": {");
        Lists(output, lines, "Updates", UpdateKeys, vlan: null, "    ");
        output.WriteLine("  }");
        output.WriteLine("}");
    }

    /// <summary>How many values are trusted, how many of them doubtful, and how many are undecided.</summary>
    public static (int Trusted, int Doubtful, int Undecided) Count(LearnedBaseline learned)
    {
        var lines = Settled(learned);
        var trusted = lines.Where(static line => line.Item.Key != "Undecided").ToList();
        return (trusted.Count, trusted.Count(static line => line.Item.Entry.Sureness == BaselineSureness.Doubtful), lines.Count - trusted.Count);
    }

    /// <summary>
    /// One line a value: trusted where any entry that gives it is, with the best attested entry in its comment; else undecided where it is a host
    /// that is not refused.
    /// </summary>
    private static List<Line> Settled(LearnedBaseline learned)
    {
        var settled = new List<Line>();
        foreach (var group in learned.Entries.SelectMany(TrustItem.Of).GroupBy(static item => (item.Section, item.Key, item.Vlan, Text: item.Text.ToLowerInvariant())))
        {
            var standing = group.Min(static item => item.Entry.Standing);
            var best = group.Where(item => item.Entry.Standing == standing).OrderByDescending(static item => item.Entry.Sureness)
                .ThenByDescending(static item => item.Entry.Clients).ThenByDescending(static item => item.Entry.Count).First();
            if (standing == BaselineStanding.Trusted)
                settled.Add(new Line(best));
            else if (standing == BaselineStanding.Undecided && best.IsHost)
                settled.Add(new Line(best with { Section = "Trust", Key = "Undecided" }));
        }
        return [.. settled.GroupBy(static line => (line.Item.Section, line.Item.Key, line.Item.Vlan, line.Item.Text)).Select(static group => group.First())];
    }

    /// <summary>What a refused host did, in one phrase.</summary>
    public static string Words(LearnedAttack attack) =>
        $"{string.Join(", ", attack.Detectors)} ({Output.Words.Of(attack.Severity)}, {Output.Words.Of(attack.Confidence)}) from {PacketTime.Whole(attack.FirstSeenNs)} on";

    private static void Head(TextWriter output, LearnedBaseline learned, IReadOnlyList<string> sources)
    {
        var shown = sources.Count <= 4 ? string.Join(", ", sources) : $"{string.Join(", ", sources.Take(3))} and {sources.Count - 3} more";
        output.WriteLine($"// Learned by 'sensor learn' from {TextPage.Printable(shown)}, {PacketTime.Whole(learned.FirstNs)} to {PacketTime.Whole(learned.LastNs)} UTC.");
        output.WriteLine("// Read it before you use it: --trust FILE, or as it is in appsettings.json. What is DOUBTFUL deserves a look.");
        foreach (var attack in learned.Attacks)
            output.WriteLine($"// Not learned: {attack.Suspect}, {Words(attack)}");
        foreach (var entry in learned.Entries.Where(static entry => entry.Standing == BaselineStanding.Refused && TrustItem.Of(entry).Any()))
            output.WriteLine($"//   not trusted: {entry.Kind} {entry.Key}{(entry.Value.Length > 0 ? " " + entry.Value : "")}: {entry.Doubt}");
        foreach (var entry in learned.Entries.Where(static entry => entry.Kind is BaselineKind.UpdatePath && entry.Standing == BaselineStanding.Trusted))
            output.WriteLine($"// Updates of {entry.Value} come by this way: {entry.Key} ({SummaryLine.Count(entry.Clients, "client")}).");
        foreach (var entry in learned.Entries.Where(static entry => entry.Kind is BaselineKind.WpadAnswer && entry.Value == BaselineTerm.NoSuchName))
            output.WriteLine($"// Resolvers deny {entry.Key} ({SummaryLine.Count(entry.Clients, "client")}).");
    }

    private static void Lists(TextWriter output, List<Line> lines, string section, string[] keys, ushort? vlan, string indent)
    {
        var lists = keys.Select(key => (Key: key, Lines: lines.Where(line => line.Item.Section == section && line.Item.Key == key
            && (vlan is null || line.Item.Vlan == vlan)).DistinctBy(static line => line.Item.Text).ToList())).Where(static list => list.Lines.Count > 0).ToList();
        foreach (var (key, items) in lists)
        {
            if (key == "Undecided")
                output.WriteLine($"{indent}// Neither trusted nor foreign: something speaks against each. Move it to its list, or take it out.");
            output.WriteLine($"{indent}{Quoted(key)}: [");
            foreach (var line in items)
            {
                var comma = line == items[^1] ? "" : ",";
                output.WriteLine($"{indent}  {Quoted(line.Item.Text)}{comma} // {Attested(line.Item)}{Doubt(line.Item)}");
            }
            output.WriteLine(key == lists[^1].Key ? $"{indent}]" : $"{indent}],");
        }
    }

    private static string Attested(TrustItem item)
    {
        var clients = item.Entry.Clients switch
        {
            0 => "",
            BaselineEntry.CountedClients => string.Create(CultureInfo.InvariantCulture, $"{BaselineEntry.CountedClients} or more clients, "),
            var few => SummaryLine.Count(few, "client") + ", ",
        };
        return $"{item.What}: {clients}{SummaryLine.Count(item.Entry.Count, "time")}, "
            + $"{PacketTime.Whole(item.Entry.FirstSeenNs)} to {PacketTime.Whole(item.Entry.LastSeenNs)}";
    }

    private static string Doubt(TrustItem item) =>
        item.Entry.Doubt.Length == 0 ? "" : item.Key == "Undecided" ? $"; {item.Entry.Doubt}" : $"; DOUBTFUL: {item.Entry.Doubt}";

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    private sealed record Line(TrustItem Item);
}
