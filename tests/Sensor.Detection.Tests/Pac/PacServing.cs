using System.Text;
using Sensor.Core.Observations;

namespace Sensor.Detection.Tests.Pac;

/// <summary>A PAC answer as the HTTP analyzer reports it.</summary>
internal static class PacServing
{
    public static void Serve(FactFeeder lan, Station server, Station client, string body, bool isCut = false) =>
        lan.Deliver(lan.Packet(server, client, 80, 50_123, 6), (ref HttpAnswered fact, ObservationLog log) =>
        {
            fact.Status = 200;
            fact.Complete = !isCut;
            fact.BodyCut = isCut;
            fact.Target = log.Keep("/wpad.dat"u8);
            fact.Host = log.Keep("wpad"u8);
            fact.Body = log.Keep(Encoding.UTF8.GetBytes(body));
            fact.RequestFrameNumber = fact.FirstFrameNumber = fact.LastFrameNumber = lan.Frame;
        });
}
