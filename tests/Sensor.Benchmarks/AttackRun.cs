using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Sensor.Tests;
using SharpPcap;
using SharpPcap.LibPcap;

namespace Sensor.Benchmarks;

/// <summary>
/// Plays an attack by another host every so often and receives the sensor's alerts as syslog over TCP: how long each took from its deciding frame.
/// </summary>
internal static partial class AttackRun
{
    /// <summary>An alert that takes longer is late beyond measuring.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Sends onto <paramref name="name"/> for <paramref name="seconds"/>, one attack every <paramref name="every"/> seconds, and takes alerts at
    /// <paramref name="port"/>, a line each. Prints how many came and how long they took.
    /// </summary>
    public static void Run(string name, double seconds, double every, int port)
    {
        using var device = LibPcapLiveDeviceList.New().First(each => each.Name == name);
        device.Open(DeviceModes.None, 1);
        using var listener = new TcpListener(IPAddress.Any, port);
        listener.Start();
        var (sent, arrived) = (new ConcurrentDictionary<string, long>(), new List<double>());
        var reader = new Thread(() => Receive(listener, sent, arrived)) { IsBackground = true };
        reader.Start();
        var clock = Stopwatch.StartNew();
        for (var number = 0; clock.Elapsed.TotalSeconds < seconds && number < NameAttack.Most; number++)
        {
            var wait = number * every - clock.Elapsed.TotalSeconds;
            if (wait > 0)
                Thread.Sleep(TimeSpan.FromSeconds(wait));
            sent[NameAttack.Attacker(number)] = Stopwatch.GetTimestamp();
            foreach (var frame in NameAttack.Frames(number))
                device.SendPacket(frame);
        }
        for (var waited = Stopwatch.StartNew(); !sent.IsEmpty && waited.Elapsed < Patience;)
            Thread.Sleep(50);
        listener.Stop();
        Print(arrived, sent.Count);
    }

    private static void Receive(TcpListener listener, ConcurrentDictionary<string, long> sent, List<double> arrived)
    {
        try
        {
            while (true)
            {
                using var client = listener.AcceptTcpClient();
                using var lines = new StreamReader(client.GetStream());
                while (lines.ReadLine() is { } line)
                {
                    var now = Stopwatch.GetTimestamp();
                    if (Attacker().Match(line) is { Success: true } match && sent.TryRemove(match.Value, out var began))
                        arrived.Add(Stopwatch.GetElapsedTime(began, now).TotalMilliseconds);
                }
            }
        }
        catch (Exception over) when (over is SocketException or IOException)
        {
            // The listener was stopped.
        }
    }

    private static void Print(List<double> arrived, int missing)
    {
        arrived.Sort();
        var text = arrived.Count == 0 ? "" : string.Create(
            CultureInfo.InvariantCulture,
            $", ms from the deciding frame to the receiver: median {arrived[arrived.Count / 2]:0}, 95 % {arrived[arrived.Count * 95 / 100]:0}, most {arrived[^1]:0}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"attacks {arrived.Count + missing}, alerts {arrived.Count}, missing {missing}{text}"));
    }

    [GeneratedRegex(@"10\.67\.\d+\.\d+")]
    private static partial Regex Attacker();
}
