using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Sensor.Core.Wire;
using Sensor.Detection.Baselines;
using Sensor.Detection.Trust;

namespace Sensor.Detection.Updates;

/// <summary>What is known of updates: the catalogue, and what the operator says of his WSUS servers, caches and inspection. Empty by default.</summary>
public sealed class UpdatePolicy
{
    private readonly AddressPrefixes _wsus = new(), _caches = new();
    private readonly HashSet<string> _wsusNames = new(StringComparer.OrdinalIgnoreCase);

    private UpdatePolicy()
    {
    }

    /// <summary>The built-in catalogue, and nothing the operator said.</summary>
    public static UpdatePolicy Default { get; } = new();

    /// <summary>The catalogue.</summary>
    public UpdateCatalog Catalog { get; private init; } = UpdateCatalog.BuiltIn;

    /// <summary>Authorities of the operator's own inspection, as <see cref="UpdateProduct.Issuers"/> are written.</summary>
    public ImmutableArray<string> InspectionIssuers { get; private init; } = [];

    /// <summary>Who is to sign for the update hosts of a product, as entries of a baseline.</summary>
    internal List<LearnedEntry> Issuers { get; } = [];

    /// <summary>Whether the operator listed any WSUS server.</summary>
    public bool KnowsWsusServers => !_wsus.IsEmpty || _wsusNames.Count > 0;

    /// <summary>
    /// Reads the operator's settings. False when any cannot be read; <paramref name="errors"/> then names each with its path, and the policy must
    /// not be used.
    /// </summary>
    public static bool TryCreate(UpdateSettings settings, out UpdatePolicy policy, out IReadOnlyList<UpdateSettingsError> errors)
    {
        var found = new List<UpdateSettingsError>();
        var own = UpdateCatalogReader.Read(settings.Catalog, "Updates:Catalog", found);
        policy = new UpdatePolicy
        {
            Catalog = UpdateCatalog.BuiltIn.With(found.Count == 0 ? own : []),
            InspectionIssuers = [.. settings.InspectionIssuers.Select(static issuer => issuer.Trim()).Where(static issuer => issuer.Length > 0)],
        };
        policy.Read(settings, found);
        errors = found;
        return found.Count == 0;
    }

    /// <summary>Whether a WSUS server is the operator's: by address, or by the name the client asked for.</summary>
    public bool IsWsusServer(IpAddress address, ReadOnlySpan<byte> host)
    {
        if (_wsus.Contains(address))
            return true;
        if (_wsusNames.Count == 0)
            return false;
        var colon = host.IndexOf((byte)':');
        return _wsusNames.Contains(Encoding.Latin1.GetString((colon < 0 ? host : host[..colon]).TrimEnd((byte)'.')));
    }

    /// <summary>Whether an address is a cache of the operator's.</summary>
    public bool IsCache(IpAddress address) => _caches.Contains(address);

    private void Read(UpdateSettings settings, List<UpdateSettingsError> errors)
    {
        for (var i = 0; i < settings.WsusServers.Count; i++)
        {
            var text = (settings.WsusServers[i] ?? "").Trim();
            if (_wsus.TryAdd(text))
                continue;
            if (Uri.CheckHostName(text) == UriHostNameType.Dns && !text.All(static c => char.IsAsciiDigit(c) || c == '.'))
                _wsusNames.Add(text.TrimEnd('.'));
            else
                errors.Add(new(Path("WsusServers", i), text, "an IP address, network or host name"));
        }
        for (var i = 0; i < settings.Issuers.Count; i++)
        {
            var text = settings.Issuers[i] ?? "";
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && equals < text.Length - 1)
                Issuers.Add(LearnedEntry.OfList(BaselineKind.UpdateIssuer, FrozenBaseline.EveryVlan, text[..equals].Trim(), text[(equals + 1)..].Trim()));
            else
                errors.Add(new(Path("Issuers", i), text, "Vendor Product=Organization"));
        }
        for (var i = 0; i < settings.Caches.Count; i++)
        {
            if (!_caches.TryAdd((settings.Caches[i] ?? "").Trim()))
                errors.Add(new(Path("Caches", i), settings.Caches[i] ?? "", "an IP address or network"));
        }
    }

    private static string Path(string key, int index) => string.Create(CultureInfo.InvariantCulture, $"Updates:{key}:{index}");
}
