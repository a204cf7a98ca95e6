using Sensor.Tests.Captures;

namespace Sensor.Tests.Oracles;

/// <summary>Names asked and answered, and the addresses answered, of every UDP frame of the shared captures: ours against tshark's.</summary>
public class NameOracleTests
{
    /// <summary>Frames in which we differ from tshark on purpose: file, frame, why.</summary>
    private static readonly (string File, long Frame, string Why)[] Explained =
    [
        ("LINK-SLL2__dnscap-sll2.pcap", 1, "the label is a comma and a dot: we escape the dot, tshark's text reads as two labels"),
        ("LINK-SLL2__dnscap-sll2.pcap", 2, "as frame 1"),
    ];

    /// <summary>File names; one empty name where there are none, for the theory to skip on.</summary>
    public static TheoryData<string> Given => [.. Checkout.SharedCaptures is null
        ? [""]
        : Directory.GetFiles(Path.Combine(Checkout.SharedCaptures, "given")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).ToArray()];

    [Theory]
    [MemberData(nameof(Given))]
    public void We_read_the_names_and_addresses_that_tshark_reads(string name)
    {
        Assert.SkipWhen(Checkout.SharedCaptures is null, "the shared captures are not beside this checkout");
        Assert.SkipUnless(TsharkTable.IsInstalled, "tshark is not installed");
        var path = Path.Combine(Checkout.SharedCaptures!, "given", name);
        var theirs = TsharkNames.Read(path);
        var ours = SensorNames.Read(path);
        var explained = Explained.Where(e => e.File == name).Select(e => e.Frame).ToHashSet();
        var differences = theirs.Keys.Union(ours.Keys).Order().Where(frame => !explained.Contains(frame))
            .Select(frame => Difference(frame, ours.GetValueOrDefault(frame), theirs.GetValueOrDefault(frame)))
            .OfType<string>().ToList();
        Assert.True(differences.Count == 0, $"{differences.Count} of {theirs.Count} frames differ:\n{string.Join('\n', differences.Take(20))}");
    }

    private static string? Difference(long frame, FrameNames? ours, FrameNames? theirs)
    {
        if (theirs is null || theirs.IsBroken)
            return null; // ours alone: a port tshark gives to another protocol, or what can be read of a message it calls malformed
        if (ours is null)
            return $"frame {frame}: nothing, tshark {theirs}";
        var namesAgree = (theirs.LacksOwners || ours.Names.IsSubsetOf(theirs.Names)) && (theirs.HasOtherOwners || theirs.Names.IsSubsetOf(ours.Names));
        var addressesAgree = theirs.HasMoreSections ? ours.Addresses.IsSubsetOf(theirs.Addresses) : ours.Addresses.SetEquals(theirs.Addresses);
        return namesAgree && addressesAgree ? null : $"frame {frame}: {ours}, tshark {theirs}";
    }
}

/// <summary>The names and addresses of one frame.</summary>
internal sealed class FrameNames
{
    public SortedSet<string> Names { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Addresses { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether there are authority or additional records, whose addresses are no answers in DNS.</summary>
    public bool HasMoreSections { get; init; }

    /// <summary>Whether there are owners whose name the reader does not show: tshark splits those of SRV records into other fields.</summary>
    public bool LacksOwners { get; init; }

    /// <summary>Whether there are owners nobody claims: of NSEC records in mDNS, of prerequisites in an update.</summary>
    public bool HasOtherOwners { get; init; }

    /// <summary>Whether the reader calls the message malformed, or it is an update's response, which claims nothing.</summary>
    public bool IsBroken { get; init; }

    public override string ToString() => $"[{string.Join(' ', Names)}] [{string.Join(' ', Addresses)}]";
}
