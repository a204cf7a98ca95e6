using BenchmarkDotNet.Running;

namespace Sensor.Benchmarks;

internal static class BenchmarkProgram
{
    private static void Main(string[] args)
    {
        if (args is ["sharppcap", var file])
            SharpPcapPeer.Run(file);
        else
            BenchmarkSwitcher.FromAssembly(typeof(BenchmarkProgram).Assembly).Run(args);
    }
}
