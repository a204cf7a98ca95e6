namespace Sensor.Capture.Live;

/// <summary>Waits for rings with poll(2).</summary>
internal sealed class RingWait
{
    private LinuxSockets.PollDescriptor[] _descriptors = [];

    /// <summary>
    /// Waits for the rings without a frame to take: those with one are readable already. False at once when there is nothing to poll. An error on a
    /// socket is taken off it.
    /// </summary>
    internal unsafe bool TryPoll(CaptureRing[] rings, bool isHolding, TimeSpan most, out bool hasError)
    {
        hasError = false;
        if (!OperatingSystem.IsLinux() || rings.Length == 0)
            return false;
        if (_descriptors.Length < rings.Length)
            _descriptors = new LinuxSockets.PollDescriptor[rings.Length];
        var count = 0;
        foreach (var ring in rings)
        {
            if (ring.HasHead || (isHolding && ring.IsQuiet))
                continue;
            if (ring.Descriptor < 0)
                return false;
            _descriptors[count++] = new() { Descriptor = ring.Descriptor, Events = LinuxSockets.PollIn | LinuxSockets.PollErr };
        }
        if (count == 0)
            return false;
        fixed (LinuxSockets.PollDescriptor* descriptors = _descriptors)
            LinuxSockets.Poll(descriptors, (nuint)count, (int)Math.Ceiling(most.TotalMilliseconds));
        for (var i = 0; i < count; i++)
        {
            if ((_descriptors[i].Returned & LinuxSockets.PollErr) == 0)
                continue;
            LinuxSockets.TakeError(_descriptors[i].Descriptor);
            hasError = true;
        }
        return true;
    }
}
