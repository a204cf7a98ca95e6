using Sensor.Capture.Live;
using Sensor.Commands;
using Sensor.Configuration;
using Sensor.Core.Frames;
using Sensor.Detection;
using Sensor.Pipeline;
using SharpPcap;
using SharpPcap.LibPcap;

namespace Sensor.Daemon;

/// <summary>
/// The self-test's frames sent onto an interface and captured from it by the daemon's own source: the driver, the kernel's filter and the ring
/// are tested too. A daemon that captures there at the same time sees the attack as well, and has no way to know that it is a test.
/// </summary>
internal sealed class InjectingLine : ICaptureLine
{
    /// <summary>From the last frame on: the ring hands frames over at least ten times a second.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    private readonly string _interface;
    private readonly LiveLine _live;

    /// <summary>Opens <paramref name="interfaceName"/>.</summary>
    public InjectingLine(string interfaceName, CaptureSettings settings, SegmentTable segments)
    {
        _interface = interfaceName;
        _live = new LiveLine(settings.Live with { Interfaces = [interfaceName], Filter = null }, workers: 1, segments, static _ => { });
    }

    /// <inheritdoc/>
    public string Description => _interface;

    /// <inheritdoc/>
    public IFrameKeeper? Keeper
    {
        get => _live.Keeper;
        set => _live.Keeper = value;
    }

    /// <inheritdoc/>
    public long Frames => _live.Frames;

    /// <inheritdoc/>
    public long LastFrameNs => _live.LastFrameNs;

    /// <inheritdoc/>
    public TimeSpan Lag => _live.Lag;

    /// <inheritdoc/>
    public IReadOnlyList<(string Worker, Func<ProgressReading> Read)> Workers => _live.Workers;

    /// <inheritdoc/>
    public string OriginName(int origin) => _live.OriginName(origin);

    /// <inheritdoc/>
    public IReadOnlyList<InterfaceStatistics> Statistics() => _live.Statistics();

    /// <inheritdoc/>
    public WireCounters Counters() => _live.Counters();

    /// <inheritdoc/>
    public void Run(DetectionEngine detection, Action<long> passed, CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Exception? failure = null;
        var isBegun = false;
        _live.Run(detection, nowNs =>
        {
            passed(nowNs);
            if (isBegun)
                return;
            isBegun = true;
            failure = Send();
            over.CancelAfter(failure is null ? Settling : TimeSpan.Zero);
        }, over.Token);
        if (failure is not null)
            throw new CommandException(ExitCode.Failed, $"{_interface}: frames cannot be sent: {failure.Message}");
    }

    /// <inheritdoc/>
    public void Replace(DetectionEngine detection) => _live.Replace(detection);

    /// <inheritdoc/>
    public void Dispose() => _live.Dispose();

    private Exception? Send()
    {
        try
        {
            using var device = new LibPcapLiveDevice(PcapInterface.GetAllPcapInterfaces().First(one => one.Name == _interface));
            device.Open(DeviceModes.None, 1);
            foreach (var frame in SelftestFrames.All())
                device.SendPacket(frame);
            return null;
        }
        catch (Exception failure) when (failure is PcapException or InvalidOperationException or DllNotFoundException)
        {
            return failure;
        }
    }
}
