namespace Sensor.Detection.Updates;

/// <summary>The section "Updates" of the configuration: what the operator knows of the ways his hosts are updated.</summary>
public sealed record UpdateSettings
{
    /// <summary>Further entries of the catalogue; where they name a host as exactly as the built-in ones, they hold.</summary>
    public IReadOnlyList<UpdateCatalogEntry> Catalog { get; init; } = [];

    /// <summary>WSUS servers: addresses, networks or host names. Given, any other WSUS is an impostor.</summary>
    public IReadOnlyList<string> WsusServers { get; init; } = [];

    /// <summary>Caches that may answer for update hosts (Connected Cache, LAN caches, transparent proxies): addresses or networks.</summary>
    public IReadOnlyList<string> Caches { get; init; } = [];

    /// <summary>
    /// Authorities of your own TLS inspection: part of a common name or organization, or the SHA-256 of the certificate.
    /// </summary>
    public IReadOnlyList<string> InspectionIssuers { get; init; } = [];

    /// <summary>Organizations whose authorities sign for a product's update hosts: "Vendor Product=Organization". Another one is a change.</summary>
    public IReadOnlyList<string> Issuers { get; init; } = [];
}

/// <summary>An entry of the list "Updates:Catalog".</summary>
public sealed record UpdateCatalogEntry
{
    /// <summary>The vendor.</summary>
    public string Vendor { get; init; } = "";

    /// <summary>The product.</summary>
    public string Product { get; init; } = "";

    /// <summary>metadata, payload, control, repository, application, alias, probe or general.</summary>
    public string Kind { get; init; } = "application";

    /// <summary>Host patterns.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>http, https or both.</summary>
    public IReadOnlyList<string> Schemes { get; init; } = ["http", "https"];

    /// <summary>Issuers one of which must have signed; empty for any.</summary>
    public IReadOnlyList<string> Issuers { get; init; } = [];

    /// <summary>Usual content.</summary>
    public IReadOnlyList<string> Content { get; init; } = [];
}

/// <summary>A setting nobody can read.</summary>
/// <param name="Path">The key's path, e.g. "Updates:Catalog:0:Hosts:1".</param>
/// <param name="Value">The value as given.</param>
/// <param name="Expected">What was expected.</param>
public sealed record UpdateSettingsError(string Path, string Value, string Expected)
{
    /// <summary>One line for people.</summary>
    public override string ToString() => $"{Path}: \"{Names.WireText.Printable(Value)}\" is not {Expected}";
}
