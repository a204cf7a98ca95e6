using System.Diagnostics.CodeAnalysis;
using Sensor.Configuration;
using Sensor.Core.Frames;
using Sensor.Detection;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;
using Sensor.Detection.Pac;

namespace Sensor.Commands;

/// <summary>Makes the detection of one world from the configuration.</summary>
internal static class DetectionRun
{
    /// <summary>A fresh engine over <paramref name="segments"/>; PAC scripts are run by <paramref name="pacEvaluator"/>.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2111", Justification = "The delegate asks of its callers what the method asks of them.")]
    public static DetectionEngine Create(SensorConfiguration configuration, SegmentTable segments, IPacEvaluator? pacEvaluator = null,
        ICanaryLedger? canaries = null) => new(
        configuration.Trust,
        segments,
        configuration.DetectorSettings,
        new AlertGate { MinimumSeverity = configuration.Alerts.MinimumSeverity, MinimumConfidence = configuration.Alerts.MinimumConfidence },
        configuration.IsEnabled,
        pacEvaluator,
        configuration.Updates,
        canaries);

    /// <summary>Finds wrong detector settings before anything is read or written: detectors read their settings when they are made.</summary>
    public static void Check(SensorConfiguration configuration)
    {
        if (!configuration.HasDetectorSettings)
            return;
        Create(configuration, new SegmentTable());
        configuration.CheckAllUsed();
    }
}
