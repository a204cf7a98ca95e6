using Microsoft.Extensions.Logging;
using Sensor.Configuration;
using Sensor.Core.Frames;
using Sensor.Detection.Pac;
using Sensor.Output.Delivery;
using Sensor.Probing;
using Sensor.Store;

namespace Sensor.Daemon;

/// <summary>What a daemon is told before it starts.</summary>
/// <param name="Sources">Where its configuration comes from; read again at a reload.</param>
/// <param name="Configuration">That configuration, read and found right.</param>
/// <param name="Notifier">The service manager.</param>
/// <param name="OpenLine">Opens what is captured; called once. Throws <see cref="Commands.CommandException"/> when it cannot be.</param>
/// <param name="Log">Where the daemon logs.</param>
internal sealed record DaemonParts(
    Func<SensorConfiguration> Sources, SensorConfiguration Configuration, ServiceNotifier Notifier,
    Func<SensorConfiguration, SegmentTable, Action<OperationalEvent>, ICaptureLine> OpenLine, ILogger Log)
{
    /// <summary>Runs PAC scripts; null: they are read, not run.</summary>
    public IPacEvaluator? Evaluator { get; init; }

    /// <summary>What is asked actively; null: nothing.</summary>
    public ProbingService? Probing { get; init; }

    /// <summary>Who the messages come from.</summary>
    public SensorIdentity Identity { get; init; } = SensorIdentity.OfThisProcess();

    /// <summary>Where the status socket is; null: nowhere.</summary>
    public string? StatusPath { get; init; }

    /// <summary>Opens the store.</summary>
    public Func<StoreSettings, Action<string>, Action<OperationalEvent>, SensorStore> OpenStore { get; init; } =
        static (settings, said, told) => new SensorStore(settings, said: said, told: told);
}
