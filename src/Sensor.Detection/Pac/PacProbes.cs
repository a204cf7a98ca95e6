using System.Collections.Immutable;
using Sensor.Detection.Updates;

namespace Sensor.Detection.Pac;

/// <summary>
/// The hosts every proxy configuration is asked about. The set is fixed, so that two versions of a file, or the files of two servers, can
/// be
/// compared. Well-known names only: what a script says about them shows its intention; nothing is looked up or sent.
/// </summary>
public static class PacProbes
{
    /// <summary>Update hosts asked about; more only repeat the answer.</summary>
    public const int MostUpdateHosts = 400;

    private static readonly string[] Ordinary =
    [
        "www.example.com", "www.wikipedia.org", "www.bbc.co.uk", "www.google.com", "www.youtube.com", "www.amazon.com",
        "news.ycombinator.com", "www.reddit.com", "www.spiegel.de", "stackoverflow.com", "www.imdb.com", "www.nytimes.com", "weather.com",
        "www.lemonde.fr", "www.yahoo.co.jp", "203.0.113.80",
    ];

    private static readonly string[] Internal =
        ["intranet", "fileserver", "printer.local", "portal.corp.internal", "10.0.0.20", "192.168.0.20", "172.16.0.20", "localhost"];

    private static readonly string[] Banks =
    [
        "www.paypal.com", "www.chase.com", "www.bankofamerica.com", "www.wellsfargo.com", "www.hsbc.co.uk", "www.deutsche-bank.de",
        "www.sparkasse.de", "www.bnpparibas.com", "www.santander.com", "www.itau.com.br",
    ];

    private static readonly string[] SignOns =
    [
        "login.microsoftonline.com", "accounts.google.com", "login.live.com", "adfs.corp.example", "login.okta.com", "appleid.apple.com",
        "auth0.com",
    ];

    private static readonly string[] Mails =
        ["outlook.office365.com", "outlook.live.com", "mail.google.com", "mail.yahoo.com", "owa.corp.example", "mail.protonmail.com"];

    /// <summary>
    /// All of them, in the order they are asked: if a slow script cannot answer all, the telling ones have been answered.
    /// </summary>
    public static ImmutableArray<PacProbe> All { get; } = [.. Fixed(), .. Updates(UpdateCatalog.BuiltIn)];

    /// <summary>The same with the update hosts of <paramref name="catalog"/>, the operator's own first.</summary>
    public static ImmutableArray<PacProbe> For(UpdateCatalog catalog) =>
        catalog == UpdateCatalog.BuiltIn ? All : [.. Fixed(), .. Updates(catalog)];

    /// <summary>What a name found in a script stands for, judged by the words in it.</summary>
    public static PacProbeKind Classify(string host)
    {
        foreach (var (word, kind) in Words)
        {
            if (host.Contains(word, StringComparison.Ordinal))
                return kind;
        }
        return PacProbeKind.Named;
    }

    private static readonly (string Word, PacProbeKind Kind)[] Words =
    [
        ("update", PacProbeKind.Update), ("bank", PacProbeKind.Bank), ("paypal", PacProbeKind.Bank), ("sparkasse", PacProbeKind.Bank),
        ("credit", PacProbeKind.Bank), ("payment", PacProbeKind.Bank), ("login", PacProbeKind.SignOn), ("signin", PacProbeKind.SignOn),
        ("accounts.", PacProbeKind.SignOn), ("sso", PacProbeKind.SignOn), ("adfs", PacProbeKind.SignOn), ("auth.", PacProbeKind.SignOn),
        ("mail.", PacProbeKind.Mail), ("outlook", PacProbeKind.Mail), ("owa.", PacProbeKind.Mail),
    ];

    private static IEnumerable<PacProbe> Fixed() =>
    [
        .. Of(PacProbeKind.Ordinary, Ordinary), .. Of(PacProbeKind.Internal, Internal), .. Of(PacProbeKind.Bank, Banks),
        .. Of(PacProbeKind.SignOn, SignOns), .. Of(PacProbeKind.Mail, Mails),
    ];

    // Ordinary and internal hosts by both schemes, since scripts treat them differently; who is worth stealing from speaks TLS.
    private static IEnumerable<PacProbe> Of(PacProbeKind kind, string[] hosts) => kind is PacProbeKind.Ordinary or PacProbeKind.Internal
        ? hosts.SelectMany(host => new PacProbe[] { new(kind, "http", host), new(kind, "https", host) })
        : hosts.Select(host => new PacProbe(kind, "https", host));

    private static IEnumerable<PacProbe> Updates(UpdateCatalog catalog) => catalog.Products.Where(static product => product.IsJudged)
        .SelectMany(static product => product.Hosts).Select(Concrete).Distinct(StringComparer.Ordinal)
        .Take(MostUpdateHosts).Select(static host => new PacProbe(PacProbeKind.Update, "http", host));

    /// <summary>
    /// A host that a pattern or a bare domain stands for: scripts match what is asked, and nobody asks for a domain's apex.
    /// </summary>
    private static string Concrete(string pattern)
    {
        var host = pattern.StartsWith("*.", StringComparison.Ordinal) ? $"download{pattern[1..]}" : pattern;
        host = host.Replace('*', '1').Replace('?', '1');
        return host.AsSpan().Count('.') < 2 ? $"download.{host}" : host;
    }
}
