using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Sensor.Capture.Live;
using Sensor.Core.Frames;
using SharpPcap;
using SharpPcap.LibPcap;

namespace Sensor.Benchmarks;

/// <summary>
/// Live capture and its peers, for tests/bench/live: each captures for some seconds, counts, and prints frames, drops and the processor time it took.
/// </summary>
internal static class LiveRun
{
    private const long WarmUp = 100_000;
    private const int UdpSegment = 103, UdpLevel = 17, SegmentsAtOnce = 40;

    /// <summary>Captures as `sensor` does, without any analysis, with a main ring of <paramref name="ringOctets"/>.</summary>
    public static void Capture(string name, double seconds, long ringOctets)
    {
        using var source = new LiveSource(new LiveOptions { Interfaces = [name], RingOctets = ringOctets });
        var batch = new FrameBatch();
        var (frames, octets) = (0L, 0L);
        Measure(seconds, "sensor source", () =>
        {
            source.TryRead(batch);
            frames += batch.Count;
            for (var i = 0; i < batch.Count; i++)
                octets += batch.Frame(i)[0];
        }, () => (frames, source.Statistics()[0].Dropped));
        GC.KeepAlive(octets);
    }

    /// <summary>SharpPcap's event, without parsing.</summary>
    public static void Arrivals(string name, double seconds, int bufferOctets)
    {
        using var device = LibPcapLiveDeviceList.New().First(each => each.Name == name);
        var (frames, octets) = (0L, 0L);
        device.OnPacketArrival += (_, capture) =>
        {
            frames++;
            octets += capture.Data[0];
        };
        device.Open(new DeviceConfiguration { Mode = DeviceModes.Promiscuous, BufferSize = bufferOctets, ReadTimeout = 10, Snaplen = 65535 });
        device.StartCapture();
        Measure(seconds, "SharpPcap OnPacketArrival", () => Thread.Sleep(50), () => (frames, device.Statistics.DroppedPackets));
        device.StopCapture();
    }

    /// <summary>
    /// Sends datagrams of <paramref name="octets"/> for some seconds, many with each system call (UDP_SEGMENT), <paramref name="rate"/> a second or as
    /// fast as it goes (0).
    /// </summary>
    public static void Send(string address, int octets, double seconds, long rate)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.SetRawSocketOption(UdpLevel, UdpSegment, BitConverter.GetBytes(octets));
        var to = new IPEndPoint(IPAddress.Parse(address), 9000);
        var burst = new byte[octets * Math.Min(SegmentsAtOnce, 60_000 / octets)];
        var each = burst.Length / octets;
        var (sent, clock) = (0L, Stopwatch.StartNew());
        while (clock.Elapsed.TotalSeconds < seconds)
        {
            if (rate > 0 && sent > clock.Elapsed.TotalSeconds * rate)
            {
                Thread.Sleep(1);
                continue;
            }
            socket.SendTo(burst, to);
            sent += each;
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"sent {sent} {sent / clock.Elapsed.TotalSeconds:0}"));
    }

    private static void Measure(double seconds, string what, Action turn, Func<(long Frames, long Dropped)> count)
    {
        var process = Process.GetCurrentProcess();
        var (before, allocated, first) = (TimeSpan.Zero, 0L, 0L);
        for (var clock = Stopwatch.StartNew(); clock.Elapsed.TotalSeconds < seconds;)
        {
            turn();
            // What is compiled with the first frames is no cost of a frame.
            if (first != 0 || count().Frames < WarmUp)
                continue;
            process.Refresh();
            (before, allocated, first) = (process.TotalProcessorTime, GC.GetTotalAllocatedBytes(precise: true), count().Frames);
        }
        process.Refresh();
        var spent = process.TotalProcessorTime - before;
        var (all, dropped) = count();
        var frames = all - first;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}\t{all}\t{dropped}\t{spent.TotalSeconds:0.00}\t{(frames == 0 ? 0 : spent.TotalNanoseconds / frames):0}\t{(frames == 0 ? 0 : (double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / frames):0.0}"));
    }
}
