using System.Globalization;
using Sensor.Detection.Pac;

namespace Sensor.Probing;

/// <summary>What fetching a configuration showed, in one sentence for the incident.</summary>
internal static class PacWording
{
    private const int MostRisks = 3;

    /// <summary>Of a suspect's: what it is and does, by its SHA-256, which is the evidence.</summary>
    public static string OfSuspect(PacFetch fetch, PacStudy? study)
    {
        if (fetch.Body is not { } body)
            return $"asked for {fetch.Url}: {fetch.Failure}";
        var size = string.Create(CultureInfo.InvariantCulture, $"{body.Length} octets, SHA-256 {PacFingerprint.Of(body).Sha256}");
        return study is null ? $"fetched {fetch.Url}: {size}; it is no proxy configuration" : $"fetched {fetch.Url}: {size}; {Does(body.Length, study.Evaluation)}";
    }

    /// <summary>Of a trusted URL: whether it is what is known. <paramref name="known"/> are the SHA-256 known of this URL, or at all.</summary>
    public static (string Text, bool IsOther) OfTrusted(PacFetch fetch, IReadOnlyCollection<string> known)
    {
        if (fetch.Body is not { } body)
            return ($"asked for the trusted {fetch.Url}: {fetch.Failure}", false);
        var sha256 = PacFingerprint.Of(body).Sha256;
        var where = $"fetched the trusted {fetch.Url} from {fetch.From}: SHA-256 {sha256}";
        if (known.Count == 0)
            return ($"{where}; none is known to compare with", false);
        return known.Contains(sha256, StringComparer.OrdinalIgnoreCase)
            ? ($"{where}, as known", false)
            : ($"{where}, NOT what is known ({string.Join(", ", known.Select(static one => one.ToLowerInvariant()).Take(2))})", true);
    }

    private static string Does(int length, PacEvaluation evaluation)
    {
        var table = new PacTable(evaluation, static _ => false);
        var risks = PacRisks.Of(length, evaluation, table).Take(MostRisks).Select(static risk => risk.Text).ToList();
        var result = PacRisks.Describe(evaluation);
        return risks.Count == 0 ? $"it {result}; it sends nobody to a proxy" : $"it {result}; it {string.Join(", ", risks)}";
    }
}
