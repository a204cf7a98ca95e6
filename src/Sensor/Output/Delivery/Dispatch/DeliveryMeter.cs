using System.Diagnostics.Metrics;

namespace Sensor.Output.Delivery.Dispatch;

/// <summary>The metrics of delivery, each with the tag "target".</summary>
internal static class DeliveryMeter
{
    /// <summary>A meter over what <paramref name="status"/> says when it is read.</summary>
    public static Meter Create(string name, Func<IReadOnlyList<TargetStatus>> status)
    {
        var meter = new Meter(name);
        meter.CreateObservableGauge("sensor.delivery.queue.messages", () => Of(static target => target.Depth), "{message}", "Messages that wait.");
        meter.CreateObservableGauge("sensor.delivery.queue.age", () => Of(Age), "s", "Age of the oldest message that waits.");
        meter.CreateObservableGauge("sensor.delivery.up", () => Of(static target => target.State == TargetState.Connected ? 1 : 0), null,
            "1 while connected.");
        meter.CreateObservableCounter("sensor.delivery.delivered", () => Of(static target => target.Delivered), "{message}", "Messages delivered.");
        meter.CreateObservableCounter("sensor.delivery.resent", () => Of(static target => target.Resent), "{message}", "Messages sent again.");
        meter.CreateObservableCounter("sensor.delivery.failures", () => Of(static target => target.Failures), "{attempt}", "Attempts that failed.");
        meter.CreateObservableCounter("sensor.delivery.refused", () => Of(static target => target.Refused), "{message}", "Messages refused for good.");
        return meter;

        IEnumerable<Measurement<long>> Of(Func<TargetStatus, long> value) =>
            status().Select(target => new Measurement<long>(value(target), new KeyValuePair<string, object?>("target", target.Name)));
    }

    private static long Age(TargetStatus target) =>
        target.Oldest is { } oldest ? Math.Max(0, (long)(DateTimeOffset.UtcNow - oldest).TotalSeconds) : 0;
}
