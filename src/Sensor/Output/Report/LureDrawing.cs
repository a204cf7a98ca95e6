using System.Globalization;
using Sensor.Detection.Incidents;

namespace Sensor.Output.Report;

/// <summary>Draws who lured whom to where: victims at the left, suspects in the middle, at the right the places they were led to.</summary>
internal static class LureDrawing
{
    private const int Width = 960, Box = 44, Gap = 14, Top = 38, VictimX = 0, SuspectX = 360, PlaceX = 720, BoxWidth = 236;
    private const int MostVictims = 12, MostSuspects = 8, MostPlaces = 12, MostPlacesEach = 4, MostLetters = 31;

    /// <summary>Facts that name a place a victim was led to, the most telling first.</summary>
    private static readonly string[] PlaceFacts = ["pac_proxies", "pac_url", "wpad_url", "answer", "dns_servers", "dns_server",
        "new_router", "gateway"];

    /// <summary>Writes the drawing.</summary>
    public static void Write(Html html, ReportWorld world)
    {
        var (victims, suspects, places, edges) = Graph(world);
        if (suspects.Count == 0)
            return;
        var rows = Math.Max(victims.Count, Math.Max(suspects.Count, places.Count));
        var height = Top + (rows * (Box + Gap));
        html.Element("h2", null, "Who led whom where");
        html.Begin("figure", "drawing").Begin("div", "scroll");
        html.Begin("svg", null, "viewBox", $"0 0 {Width} {height}", "width", Html.Number(Width), "height", Html.Number(height), "role",
            "img",
            "aria-label", "Victims, the suspects that lured them, and where they were led");
        Heading(html, VictimX, "Victims");
        Heading(html, SuspectX, "Suspects");
        Heading(html, PlaceX, "Led to");
        foreach (var edge in edges)
            WriteEdge(html, edge, Y(victims, edge, rows, suspects, places));
        Boxes(html, victims, VictimX, rows);
        Boxes(html, suspects, SuspectX, rows);
        Boxes(html, places, PlaceX, rows);
        html.EndLine().EndLine();
        html.Element("figcaption", null,
            "Lines bear the colour of the furthest stage. Solid: done to a victim; dashed: named by the suspect as the way to go.");
        html.EndLine();
    }

    private static (List<Node> Victims, List<Node> Suspects, List<Node> Places, List<Edge> Edges) Graph(ReportWorld world)
    {
        var (victims, suspects, places, edges) = (new List<Node>(), new List<Node>(), new List<Node>(), new List<Edge>());
        foreach (var incident in world.Incidents.Select(evidence => evidence.Incident).Take(MostSuspects))
        {
            var suspect = new Node(HostText.Short(incident.Suspect), Sub(incident), $"suspect sev-edge-{Words.Of(incident.Severity)}");
            suspects.Add(suspect);
            foreach (var victim in incident.Victims)
            {
                if (Find(victims, HostText.Short(victim.Host), "as far as " + StageNames.ShortOf(victim.Furthest), "victim",
                    MostVictims) is { } node)
                    edges.Add(new Edge(node, suspect, false, victim.Furthest));
            }
            foreach (var (place, isOwn, stage) in PlacesOf(incident).Take(MostPlacesEach))
            {
                if (Find(places, place, isOwn ? "an address of the suspect itself" : "", "place", MostPlaces) is { } node)
                    edges.Add(new Edge(suspect, node, true, stage));
            }
        }
        return (victims, suspects, places, edges);
    }

    private static string Sub(Incident incident) => incident.Suspect.Macs is [var mac, ..] ? mac.ToString()
        : "incident " + incident.Id[..8];

    private static Node? Find(List<Node> nodes, string name, string sub, string style, int most)
    {
        var known = nodes.Find(node => node.Name == name);
        if (known is not null || nodes.Count > most)
            return known;
        if (nodes.Count == most)
            (name, sub, style) = ("and others", "see the incidents", "rest");
        known = new Node(name, sub, style);
        nodes.Add(known);
        return known;
    }

    private static IEnumerable<(string Place, bool IsOwn, Stage Stage)> PlacesOf(Incident incident)
    {
        var own = incident.Suspect.Addresses.Select(address => address.ToString()).ToHashSet();
        return PlaceFacts.SelectMany(name => incident.Findings.SelectMany(recorded => recorded.Finding.Metadata
                .Where(fact => fact.Key == name && fact.Value.Length > 0)
                .Select(fact => (Place: fact.Value, own.Contains(fact.Value), recorded.Finding.Detector.Stage))))
            .DistinctBy(place => place.Place);
    }

    private static double Place(List<Node> nodes, Node node, int rows)
    {
        var step = Box + Gap;
        var offset = (rows - nodes.Count) * step / 2.0;
        return Top + offset + (nodes.IndexOf(node) * step) + (Box / 2.0);
    }

    private static (double From, double To) Y(List<Node> victims, Edge edge, int rows, List<Node> suspects, List<Node> places) =>
        edge.IsNamed
        ? (Place(suspects, edge.From, rows), Place(places, edge.To, rows))
        : (Place(victims, edge.From, rows), Place(suspects, edge.To, rows));

    private static void WriteEdge(Html html, Edge edge, (double From, double To) y)
    {
        double from = edge.IsNamed ? SuspectX + BoxWidth : VictimX + BoxWidth, to = edge.IsNamed ? PlaceX : SuspectX;
        var middle = (from + to) / 2;
        var path = string.Create(CultureInfo.InvariantCulture,
            $"M{from:0.#} {y.From:0.#}C{middle:0.#} {y.From:0.#} {middle:0.#} {y.To:0.#} {to:0.#} {y.To:0.#}");
        html.Empty("path", $"edge line-{Words.Of(edge.Stage)}{(edge.IsNamed ? " dashed" : "")}", "d", path);
    }

    private static void Heading(Html html, int x, string text) => html.Element("text", "tick", text, "x", Html.Number(x + 2), "y", "18");

    private static void Boxes(Html html, List<Node> nodes, int x, int rows)
    {
        foreach (var node in nodes)
        {
            var y = Place(nodes, node, rows) - (Box / 2.0);
            html.Begin("g", $"node {node.Style}");
            html.Element("title", null, node.Name);
            html.Empty("rect", null, "x", Html.Number(x + 1), "y", Html.Number(y), "width", Html.Number(BoxWidth - 2), "height",
                Html.Number(Box), "rx", "6");
            // A drawing of its own cuts what is wider than the box.
            html.Begin("svg", null, "x", Html.Number(x + 12), "y", Html.Number(y), "width", Html.Number(BoxWidth - 22), "height",
                Html.Number(Box));
            html.Element("text", "label", TimelineDrawing.Cut(node.Name, MostLetters), "x", "0", "y", node.Sub.Length == 0 ? "27" : "19");
            if (node.Sub.Length > 0)
                html.Element("text", "sub", node.Sub, "x", "0", "y", "35");
            html.EndLine().EndLine();
        }
    }

    private sealed record Node(string Name, string Sub, string Style);

    /// <summary>A line; <paramref name="IsNamed"/> when it leads from a suspect to a place it named.</summary>
    private sealed record Edge(Node From, Node To, bool IsNamed, Stage Stage);
}
