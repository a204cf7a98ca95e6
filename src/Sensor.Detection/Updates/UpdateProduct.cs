using System.Collections.Immutable;

namespace Sensor.Detection.Updates;

/// <summary>What a host of the catalogue is for, which decides what about its traffic is suspicious.</summary>
public enum UpdateKind : byte
{
    /// <summary>Says which updates there are: nobody but the vendor has a reason to answer.</summary>
    Metadata,

    /// <summary>Delivers files that are checked by hash or signature: caches, peers and mirrors do too.</summary>
    Payload,

    /// <summary>Steers downloads or devices.</summary>
    Control,

    /// <summary>A package repository, signed as a whole; mirrors and caches are usual.</summary>
    Repository,

    /// <summary>The updates of one program.</summary>
    Application,

    /// <summary>A name of a content network that the vendor's names lead to: says nothing by itself.</summary>
    Alias,

    /// <summary>A connectivity probe: redirected by every captive portal, no update.</summary>
    Probe,

    /// <summary>A site of the vendor or a store that serves updates among much else.</summary>
    General,
}

/// <summary>An entry of the update catalogue: the hosts from which one product fetches its updates, and what is normal there.</summary>
public sealed record UpdateProduct
{
    /// <summary>The vendor.</summary>
    public required string Vendor { get; init; }

    /// <summary>The product.</summary>
    public required string Product { get; init; }

    /// <summary>What its hosts are for.</summary>
    public required UpdateKind Kind { get; init; }

    /// <summary>
    /// Host patterns: a name, "*.name" for one or more labels below it, or a name with * and ? inside a label.
    /// </summary>
    public required ImmutableArray<string> Hosts { get; init; }

    /// <summary>How it is fetched by design: "http", "https" or both.</summary>
    public ImmutableArray<string> Schemes { get; init; } = ["http", "https"];

    /// <summary>
    /// Issuers one of which must have signed a host's certificate: part of a common name or organization, or the SHA-256 of its certificate. Empty
    /// where the vendor pins none.
    /// </summary>
    public ImmutableArray<string> Issuers { get; init; } = [];

    /// <summary>Kinds of content that are usual.</summary>
    public ImmutableArray<string> Content { get; init; } = [];

    /// <summary>What a person should know.</summary>
    public string Note { get; init; } = "";

    /// <summary>
    /// Whether its files are checked by the product itself: antivirus definitions come as programs without Authenticode, under the vendor's
    /// own signature.
    /// </summary>
    public bool IsSelfChecked => Content.Contains("definitions");

    /// <summary>Whether plain HTTP is by design.</summary>
    public bool IsPlainByDesign => Schemes.Contains("http");

    /// <summary>Whether answers from anybody but the vendor say something: not for aliases, probes and general sites.</summary>
    public bool IsJudged => Kind is not (UpdateKind.Alias or UpdateKind.Probe or UpdateKind.General);

    /// <summary>Whether caches on the premises serve it by design.</summary>
    public bool IsCached => Kind is UpdateKind.Payload or UpdateKind.Repository;

    /// <summary>Vendor and product for a sentence: "Microsoft Windows Update metadata".</summary>
    public string Shown => Product.StartsWith(Vendor, StringComparison.OrdinalIgnoreCase) ? Product : $"{Vendor} {Product}";
}
