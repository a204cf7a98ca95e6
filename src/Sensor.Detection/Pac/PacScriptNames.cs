using System.Collections.Frozen;
using Acornima.Ast;

namespace Sensor.Detection.Pac;

/// <summary>The names that matter in a PAC script, and how a call names what it calls.</summary>
internal static class PacScriptNames
{
    /// <summary>Functions that look their first argument up, the Netscape and the IPv6 set.</summary>
    public static FrozenSet<string> LookUps { get; } =
        FrozenSet.ToFrozenSet(["dnsResolve", "isResolvable", "isInNet", "dnsResolveEx", "isResolvableEx"], StringComparer.Ordinal);

    /// <summary>Functions whose answer depends on the calendar or the clock.</summary>
    public static FrozenSet<string> Calendar { get; } =
        FrozenSet.ToFrozenSet(["weekdayRange", "dateRange", "timeRange"], StringComparer.Ordinal);

    /// <summary>What a PAC is given and has no reason to replace.</summary>
    public static FrozenSet<string> Given { get; } = FrozenSet.ToFrozenSet(
    [
        .. LookUps, .. Calendar, "shExpMatch", "dnsDomainIs", "localHostOrDomainIs", "isPlainHostName", "dnsDomainLevels", "myIpAddress",
        "myIpAddressEx", "isInNetEx", "sortIpAddressList", "eval", "alert",
    ], StringComparer.Ordinal);

    /// <summary>Objects of other script hosts: in a PAC only exploits ask for them.</summary>
    public static FrozenSet<string> Foreign { get; } = FrozenSet.ToFrozenSet(
        ["ActiveXObject", "WScript", "XMLHttpRequest", "fetch", "GetObject", "Enumerator", "VBArray", "WebAssembly", "SharedArrayBuffer"],
        StringComparer.Ordinal);

    /// <summary>Functions that turn codes into text.</summary>
    public static FrozenSet<string> Decoders { get; } =
        FrozenSet.ToFrozenSet(["unescape", "atob", "fromCharCode", "fromCodePoint"], StringComparer.Ordinal);

    /// <summary>The last name of what is called: f of f(), b of a.b() and of a["b"](); null when it has none.</summary>
    public static string? Called(Node callee) => callee switch
    {
        Identifier name => name.Name,
        MemberExpression { Computed: false, Property: Identifier property } => property.Name,
        MemberExpression { Computed: true } member => PacTexts.Of(member.Property),
        _ => null,
    };
}
