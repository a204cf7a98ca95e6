namespace Sensor.Output.Report;

/// <summary>The files that were delivered: from where, by whom, to whom, and what their signatures are worth.</summary>
internal static class PayloadSection
{
    private const int MostReceivers = 24;

    /// <summary>Writes them; nothing when there are none.</summary>
    public static void Write(Html html, IReadOnlyList<ReportPayload> payloads)
    {
        if (payloads.Count == 0)
            return;
        html.Element("h2", null, payloads.Count == 1 ? "The file that was delivered" : "The files that were delivered");
        foreach (var payload in payloads)
        {
            html.Begin("article", payload.IsBad ? "chain bad" : "chain");
            html.Element("h3", "mono", payload.Url);
            html.Element("p", "verdict", payload.Verdict);
            html.Begin("dl", "who");
            html.Element("dt", null, "Kind").Element("dd", null, payload.Kind);
            html.Element("dt", null, "Delivered by").Element("dd", "host", payload.DeliveredBy);
            if (payload.Receivers.Count > 0)
                html.Element("dt", null, "To").Element("dd", "host", string.Join(", ", payload.Receivers.Take(MostReceivers)));
            if (payload.Octets.Length > 0)
                html.Element("dt", null, "Octets").Element("dd", null, payload.Octets);
            if (payload.Sha256.Length > 0)
                html.Element("dt", null, "SHA-256").Element("dd", "mono", payload.Sha256);
            html.EndLine().EndLine();
        }
    }
}
