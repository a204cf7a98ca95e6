using System.Globalization;
using System.Text;
using Sensor.Core.Wire;
using Sensor.Detection.Baselines;

namespace Sensor.Store;

/// <summary>Who decided about an entry.</summary>
public enum BaselineDecision : byte
{
    /// <summary>Nobody: it stands as it was learned.</summary>
    None,

    /// <summary>The operator accepted it.</summary>
    Accepted,

    /// <summary>The operator rejected it.</summary>
    Rejected,
}

/// <summary>An entry of the baseline as the store keeps it.</summary>
/// <param name="Entry">What was learned; its standing is what learning made of it.</param>
/// <param name="Decision">What the operator made of it.</param>
/// <param name="IsChange">Whether it came after the baseline was frozen.</param>
public sealed record BaselineRow(LearnedEntry Entry, BaselineDecision Decision, bool IsChange)
{
    /// <summary>A short name to point at it: 8 hexadecimal digits that follow from what it says.</summary>
    public string Id { get; } = Name(Entry);

    /// <summary>What holds: the operator's word, else that of learning; what came later is not trusted before somebody says so.</summary>
    public BaselineStanding Standing => Decision switch
    {
        BaselineDecision.Accepted => BaselineStanding.Trusted,
        BaselineDecision.Rejected => BaselineStanding.Refused,
        _ => IsChange && Entry.Standing == BaselineStanding.Trusted ? BaselineStanding.Undecided : Entry.Standing,
    };

    /// <summary>The entry as it holds.</summary>
    public LearnedEntry Effective => Entry with { Standing = Standing };

    /// <summary>The entry in one line: "DhcpServer 10.0.0.5 00:11:22:33:44:55 (VLAN 20)".</summary>
    public string Shown => string.Join(' ', new[] { Entry.Kind.ToString(), Entry.Key, Entry.Value }.Where(static part => part.Length > 0))
        + (Entry.Vlan == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" (VLAN {Entry.Vlan})"));

    private static string Name(LearnedEntry entry)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{entry.Kind}\n{entry.Vlan}\n{entry.Key}\n{entry.Value}");
        return ((uint)(((ReadOnlySpan<byte>)Encoding.UTF8.GetBytes(text)).StableHash() >> 32)).ToString("x8", CultureInfo.InvariantCulture);
    }
}

/// <summary>How far the learning is.</summary>
/// <param name="BeganNs">Packet time at which it began, nanoseconds; 0 before.</param>
/// <param name="LearnedNs">Packet time up to which it was written down.</param>
/// <param name="FrozenAt">When it was frozen, by the machine's clock; null while it goes on.</param>
/// <param name="Revision">Grows with each change that a running daemon has to pick up.</param>
public sealed record BaselinePhase(long BeganNs, long LearnedNs, DateTimeOffset? FrozenAt, long Revision);

/// <summary>A line of the audit trail.</summary>
/// <param name="At">When.</param>
/// <param name="Who">The user, as the system names him.</param>
/// <param name="Action">accept, reject or freeze.</param>
/// <param name="Subject">What about.</param>
/// <param name="Reason">Why.</param>
public sealed record BaselineAudit(DateTimeOffset At, string Who, string Action, string Subject, string Reason);
