namespace Sensor.Capture.Live;

/// <summary>Capturing cannot begin: one clear line that names the interface, and a hint.</summary>
public sealed class LiveCaptureException(string message, string? hint = null) : Exception(message)
{
    /// <summary>What to try, or null.</summary>
    public string? Hint { get; } = hint;
}
