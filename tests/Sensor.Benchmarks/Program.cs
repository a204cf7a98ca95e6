using BenchmarkDotNet.Running;

namespace Sensor.Benchmarks;

internal static class BenchmarkProgram
{
    private static void Main(string[] args)
    {
        if (args is ["sharppcap", var file])
            SharpPcapPeer.Run(file);
        else if (args is ["live-capture", var name, var time, var ring])
            LiveRun.Capture(name, Number(time), (long)Number(ring));
        else if (args is ["live-arrivals", var other, var span, var buffer])
            LiveRun.Arrivals(other, Number(span), (int)Number(buffer));
        else if (args is ["live-send", var address, var octets, var seconds, var rate])
            LiveRun.Send(address, (int)Number(octets), Number(seconds), (long)Number(rate));
        else if (args is ["attacks", var wire, var duration, var every, var port])
            AttackRun.Run(wire, Number(duration), Number(every), (int)Number(port));
        else
            BenchmarkSwitcher.FromAssembly(typeof(BenchmarkProgram).Assembly).Run(args);
    }

    private static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
