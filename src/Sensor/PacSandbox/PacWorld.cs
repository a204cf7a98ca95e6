using System.Net;
using Sensor.Detection.Pac;

namespace Sensor.PacSandbox;

/// <summary>
/// What a script is made to believe: who it runs for, and what names resolve to. Looks nothing up: names are those the capture showed, all
/// others have one fixed address.
/// </summary>
internal sealed class PacWorld
{
    /// <summary>
    /// What a name resolves to that the capture did not show: an address set aside for documentation (RFC 5737), so no net contains it.
    /// </summary>
    public const string Stub = "203.0.113.1";

    private const int MostLookedUp = 64, MostAlerts = 16, LongestText = 256;

    private static readonly System.Buffers.SearchValues<char> NotInNames = System.Buffers.SearchValues.Create(" /:?&=@");

    private readonly Dictionary<string, IReadOnlyList<IPAddress>> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _lookedUp = [], _alerts = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>The world of a request.</summary>
    public PacWorld(PacEvaluationRequest request)
    {
        Client = request.Client.ToString();
        foreach (var name in request.Names)
            _names[name.Name] = [.. name.Addresses.Select(address => IPAddress.Parse(address.ToString()))];
    }

    /// <summary>The client's address, as text.</summary>
    public string Client { get; }

    /// <summary>Names looked up, each once.</summary>
    public IReadOnlyList<string> LookedUp => _lookedUp;

    /// <summary>Texts of alert().</summary>
    public IReadOnlyList<string> Alerts => _alerts;

    /// <summary>The addresses of <paramref name="host"/>; none when it does not resolve. Addresses resolve to themselves.</summary>
    public IReadOnlyList<IPAddress> Resolve(string host)
    {
        if (PacAddresses.TryParse(host, out var literal))
            return [literal];
        Note(host);
        if (_names.TryGetValue(host.TrimEnd('.'), out var shown))
            return shown;
        return CanExist(host) ? [IPAddress.Parse(Stub)] : [];
    }

    /// <summary>Notes a text of alert().</summary>
    public void Alert(string text)
    {
        if (_alerts.Count < MostAlerts)
            _alerts.Add(Cut(text));
    }

    /// <summary>A name of more than one label that the public name system could hold.</summary>
    private static bool CanExist(string host) => host.Length is > 0 and <= 253 && host.AsSpan(1).Contains('.')
        && !host.EndsWith(".invalid", StringComparison.OrdinalIgnoreCase) && !host.AsSpan().ContainsAny(NotInNames);

    private void Note(string host)
    {
        if (_lookedUp.Count < MostLookedUp && _known.Add(Cut(host)))
            _lookedUp.Add(Cut(host));
    }

    private static string Cut(string text) => text.Length <= LongestText ? text : text[..LongestText];
}
