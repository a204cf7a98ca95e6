using Sensor.Configuration;

namespace Sensor.Output.Delivery.Transports;

/// <summary>Makes the transport of a target.</summary>
internal static class TransportFactory
{
    /// <summary>A transport that is not open yet.</summary>
    public static ITransport Create(TargetSettings target) => target.Type switch
    {
        TargetType.Syslog when target.Protocol is SyslogProtocol.Tcp or SyslogProtocol.Tls => new StreamTransport(target),
        TargetType.Syslog => new DatagramTransport(target),
        TargetType.Journald => new DatagramTransport(target, JournalEntry.Encode),
        TargetType.Webhook => new WebhookTransport(target, TimeProvider.System),
        TargetType.File => new FileTransport(target),
        _ => new OutputTransport(Console.OpenStandardOutput),
    };
}
