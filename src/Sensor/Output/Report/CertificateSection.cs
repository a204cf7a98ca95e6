namespace Sensor.Output.Report;

/// <summary>The certificate chains findings are about, from the server's own certificate down to the last one shown.</summary>
internal static class CertificateSection
{
    /// <summary>Writes them; one sentence when there are none but there are incidents, so that nobody looks for them.</summary>
    public static void Write(Html html, IReadOnlyList<ReportCertificateChain> chains, bool hasIncidents)
    {
        if (chains.Count == 0 && !hasIncidents)
            return;
        html.Element("h2", null, "Certificates");
        if (chains.Count == 0)
            html.Element("p", "small", "No finding is about a certificate.");
        foreach (var chain in chains)
            WriteChain(html, chain);
    }

    private static void WriteChain(Html html, ReportCertificateChain chain)
    {
        html.Begin("article", chain.IsBad ? "chain bad" : "chain");
        html.Element("h3", "mono", chain.Host);
        html.Element("p", null, chain.Verdict);
        html.Element("p", "small", $"shown by {chain.ShownBy} at {PacketTime.Whole(chain.AtNs)} UTC");
        html.Begin("ol", "certificates");
        foreach (var certificate in chain.Certificates)
        {
            html.Begin("li", certificate.Problems.Count > 0 ? "bad" : null);
            html.Begin("strong").Text(certificate.Subject).EndLine();
            html.Begin("dl", "who");
            Row(html, "Issuer", certificate.Issuer, null);
            Row(html, "Valid", certificate.Validity, null);
            Row(html, "Signature", certificate.Signature, null);
            Row(html, "Serial", certificate.Serial, "mono");
            Row(html, "SHA-256", certificate.Sha256, "mono");
            html.EndLine();
            foreach (var problem in certificate.Problems)
                html.Element("p", "problem", problem);
            html.EndLine();
        }
        html.EndLine().EndLine();
    }

    private static void Row(Html html, string name, string value, string? style)
    {
        if (value.Length > 0)
            html.Element("dt", null, name).Element("dd", style, value);
    }
}
