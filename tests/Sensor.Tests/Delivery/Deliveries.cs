using System.Globalization;
using Sensor.Configuration;
using Sensor.Detection.Incidents;
using Sensor.Output.Delivery;
using Sensor.Output.Delivery.Dispatch;

namespace Sensor.Tests.Delivery;

/// <summary>Messages and targets for delivery tests, and waiting for what must come to pass (a deadline against hanging, not a timing test).</summary>
internal static class Deliveries
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static TargetSettings Target(string name = "t") => new()
    {
        Name = name,
        RetryFirst = TimeSpan.FromMilliseconds(10),
        RetryMost = TimeSpan.FromMilliseconds(50),
        Host = "127.0.0.1",
    };

    public static OutboxEntry Entry(int number, string target = "t", string? body = null) => new(
        target, string.Create(CultureInfo.InvariantCulture, $"id-{number}"), "incident", Output.Scene.Start, Severity.High, "kind",
        body ?? string.Create(CultureInfo.InvariantCulture, $"<129>1 message {number}"));

    public static IEnumerable<OutboxEntry> Entries(int count, string target = "t") => Enumerable.Range(1, count).Select(number => Entry(number, target));

    public static async Task Until(Func<bool> isSo, string what)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (!isSo())
        {
            Assert.True(DateTime.UtcNow < deadline, $"did not come to pass: {what}");
            await Task.Delay(5);
        }
    }

    public static TargetStatus Only(this Dispatcher dispatcher) => Assert.Single(dispatcher.Status());
}
