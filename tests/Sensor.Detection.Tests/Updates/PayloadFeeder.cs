using System.Text;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Updates;

namespace Sensor.Detection.Tests.Updates;

/// <summary>Feeds bodies as the HTTP analyzer would, and collects the payloads.</summary>
internal sealed class PayloadFeeder : IObservePayloads
{
    private ulong _body;

    public PayloadFeeder() => Feed.Engine.Payloads.Subscribe(this);

    public FactFeeder Feed { get; } = new();

    public List<Payload> Payloads { get; } = [];

    public Station Server { get; set; } = Station.Number(80);

    public Station Client { get; set; } = Station.Number(21);

    public string Host { get; set; } = "download.windowsupdate.com";

    public string Target { get; set; } = "/c/update.exe";

    public string EntityTag { get; set; } = "";

    public void Observe(Payload payload) => Payloads.Add(payload);

    /// <summary>A whole answer, in parts.</summary>
    public PayloadFeeder Deliver(byte[] file, int part = 1400, int? lost = null)
    {
        Range(file, 0, file.Length, part, lost);
        return this;
    }

    /// <summary>
    /// One answer with octets from <paramref name="from"/> to <paramref name="to"/>; the part that begins at <paramref name="lost"/> is not
    /// seen.
    /// </summary>
    public PayloadFeeder Range(byte[] file, int from, int to, int part = 1400, int? lost = null)
    {
        var body = ++_body;
        var at = Feed.Packet(Server, Client, 80, 50_000, 6);
        Feed.Deliver(at, (ref BodyBegan fact, ObservationLog log) =>
        {
            fact.BodyId = body;
            fact.Kind = from > 0 ? PayloadKind.Range : PayloadTraits.Recognize(file, Encoding.ASCII.GetBytes(Target), default);
            (fact.Offset, fact.Length, fact.Total) = (from, to - from, file.Length);
            fact.Target = log.Keep(Encoding.ASCII.GetBytes(Target));
            fact.Host = log.Keep(Encoding.ASCII.GetBytes(Host));
            fact.EntityTag = log.Keep(Encoding.ASCII.GetBytes(EntityTag));
            fact.FirstFrameNumber = Feed.Frame;
        });
        var missing = 0;
        for (var place = from; place < to; place += part)
        {
            var end = Math.Min(place + part, to);
            if (place == lost)
            {
                missing += end - place;
                continue;
            }
            var start = place;
            Feed.Deliver(at, (ref BodyPart fact, ObservationLog log) => (fact.BodyId, fact.Offset, fact.Octets) = (body, start,
                log.Keep(file.AsSpan(start, end - start))));
        }
        Feed.Deliver(at, (ref BodyEnded fact, ObservationLog _) => (fact.BodyId, fact.End, fact.IsComplete, fact.Missing) = (body, to,
            true, missing));
        return this;
    }
}
