using Sensor.Core.Wire;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Detectors;

/// <summary>How an address was claimed.</summary>
internal enum ClaimManner : byte
{
    /// <summary>In answer to a question, or in passing as the sender of one.</summary>
    Asked,

    /// <summary>To one host that had not asked.</summary>
    Told,

    /// <summary>To all.</summary>
    Announced,
}

/// <summary>What speaks against a claimant, in the order in which it is told.</summary>
[Flags]
internal enum SpoofSigns
{
    None = 0,

    /// <summary>The owner goes on using the address.</summary>
    OwnerLives = 1,

    /// <summary>Told to hosts that had not asked.</summary>
    Told = 2,

    /// <summary>Two hosts are told that it is the other.</summary>
    Cross = 4,

    /// <summary>At equal intervals.</summary>
    Steady = 8,

    /// <summary>Marked as answers that nobody had asked for.</summary>
    Feigned = 16,

    /// <summary>Several addresses of others.</summary>
    Several = 32,

    /// <summary>A host that was told gets its packets from outside through it now. Stands alone, as all below.</summary>
    TookOver = 64,

    /// <summary>A host that was told sends through it now.</summary>
    PassesOn = 128,

    /// <summary>Another goes on bringing the host that was told its packets from outside.</summary>
    OtherBrings = 256,

    /// <summary>Told to one host again and again.</summary>
    Insists = 512,
}

/// <summary>
/// What a claimant of an address did, compared with its owner. Made for each claim that is against somebody, so the words are put together only when
/// they are told; they hold as long as nothing more is noted of the claimant.
/// </summary>
/// <param name="Address">The address that is contested.</param>
/// <param name="Liar">The claimant judged to be false.</param>
/// <param name="OwnerMac">The MAC that owns the address; none when only the claims contradict each other.</param>
/// <param name="OwnerFrame">A frame that shows the owner; default when none.</param>
/// <param name="Victim">Who was told; the owner when all were told.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Confidence">How sure.</param>
/// <param name="Signs">Why.</param>
/// <param name="Told">The host whose packets show it, for the signs that stand alone.</param>
/// <param name="Contested">Addresses of others that the claimant claims.</param>
internal readonly record struct SpoofVerdict(
    IpAddress Address, Claimant Liar, MacAddress OwnerMac, FrameReference OwnerFrame, Host? Victim, Severity Severity, Confidence Confidence,
    SpoofSigns Signs, IpAddress Told = default, int Contested = 0)
{
    /// <summary>Why, as parts of a sentence.</summary>
    public string Reasons() => Signs switch
    {
        SpoofSigns.TookOver =>
            $"it told {Told} so unasked, and since then that host's packets from outside come through it instead of {OwnerMac}",
        SpoofSigns.PassesOn => $"it told {Told} so unasked, and since then that host's own packets come from it too",
        SpoofSigns.OtherBrings =>
            $"{Liar.Told.Text()} times to {Told}, which had not asked, while {OwnerMac} goes on bringing that host's packets from outside",
        SpoofSigns.Insists => $"{Liar.ToldOne.Text()} times at a steady beat to a host that had not asked, though nobody else was seen with it",
        _ => string.Join(", ", Weighed()),
    };

    private IEnumerable<string> Weighed()
    {
        if (Signs.HasFlag(SpoofSigns.OwnerLives))
            yield return OwnerMac.IsNone ? "" : $"while {OwnerMac} goes on using it";
        if (Signs.HasFlag(SpoofSigns.Told))
            yield return $"{Liar.Told.Text()} times to hosts that had not asked";
        if (Signs.HasFlag(SpoofSigns.Cross))
            yield return "it tells two hosts that it is the other";
        if (Signs.HasFlag(SpoofSigns.Steady))
            yield return "at a steady beat";
        if (Signs.HasFlag(SpoofSigns.Feigned))
            yield return "as answers that nobody had asked for";
        if (Signs.HasFlag(SpoofSigns.Several))
            yield return $"it claims {Contested.Text()} addresses of others";
    }
}
