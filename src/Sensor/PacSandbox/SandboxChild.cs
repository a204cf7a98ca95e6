using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sensor.Core.Wire;
using Sensor.Detection.Pac;

namespace Sensor.PacSandbox;

/// <summary>
/// The process that runs the attacker's scripts: warms up, gives its rights away, then answers requests from standard input until that
/// ends.
/// </summary>
internal static class SandboxChild
{
    /// <summary>The hidden command.</summary>
    public const string Command = "pac-sandbox";

    /// <summary>Stack of the thread that runs scripts: room for the depth scripts are allowed, whatever `ulimit -s` says.</summary>
    private const int StackOctets = 8 * 1024 * 1024;

    /// <summary>A script that touches what scripts touch, so that all of it is loaded while files can still be opened.</summary>
    private const string WarmUp =
        """
        function FindProxyForURL(url, host) {
          host = host.toLowerCase().replace(/x+$/, 'x').split('.').join('.');
          var d = new Date(), m = { a: [1, 2, 3].map(function (n) { return n + Math.random(); }) };
          var t = JSON.stringify(m) + unescape('%41') + parseInt('7', 10);
          if (isPlainHostName(host) || dnsDomainIs(host, '.x') || localHostOrDomainIs(host, 'a.b')) return 'DIRECT';
          if (shExpMatch(url, '*.(a|b)') || shExpMatch(host, '*b*')) return 'DIRECT';
          if (isInNet(dnsResolve(host), '10.0.0.0', '255.0.0.0') || isResolvable(host)) t += myIpAddressEx() + myIpAddress();
          if (weekdayRange('MON', 'FRI') || dateRange('JAN', 'DEC') && timeRange(0, 23)) t += sortIpAddressList('::1;10.0.0.1');
          if (isInNetEx(dnsResolveEx(host), '2001:db8::/32')) t += dnsDomainLevels(host);
          try { eval('throw new Error("x")'); } catch (e) { t += e + d.toISOString() + String.fromCharCode(65); }
          return 'PROXY ' + host + ':80; DIRECT';
        }
        """;

    /// <summary>Runs until standard input ends.</summary>
    public static int Run()
    {
        SandboxLimits.Mute();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, static context => context.Cancel = true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, static context => context.Cancel = true);
        var script = new Thread(Serve, StackOctets);
        script.Start();
        script.Join();
        return 0;
    }

    private static void Serve()
    {
        // Not the console's streams: those open more files when they are first used.
        using var input = new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        using var output = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        LoadEverything();
        var warm = Answer(SandboxMessages.Write(Request(WarmUp)));
        Answer(SandboxMessages.Write(Request("function f() { return f() + 1; } f();")));
        Answer(SandboxMessages.Write(Request("function FindProxyForURL( {")));
        SandboxLimits.Close();
        SandboxMessages.WriteFrame(output, warm);
        while (SandboxMessages.ReadFrame(input) is { } request)
        {
            SandboxLimits.GrantProcessorTime(Environment.CpuUsage.TotalTime);
            SandboxMessages.WriteFrame(output, Answer(request));
            GC.Collect();
        }
    }

    private static byte[] Answer(byte[] request) => SandboxMessages.Write(PacRun.Evaluate(SandboxMessages.ReadRequest(request)));

    private static PacEvaluationRequest Request(string script) => new()
    {
        Script = System.Text.Encoding.ASCII.GetBytes(script),
        Probes = [new PacProbe(PacProbeKind.Ordinary, "http", "www.example.com"), new PacProbe(PacProbeKind.Internal, "http", "10.0.0.1")],
        Client = IpAddress.AnyV4,
        TimestampNs = 0,
        OffsetMinutes = 60,
    };

    /// <summary>Assemblies are files. A native build has none left to load.</summary>
    private static void LoadEverything()
    {
        if (!System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported)
            return;
        var known = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Queue<AssemblyName>([typeof(Jint.Engine).Assembly.GetName(), typeof(PacReader).Assembly.GetName()]);
        while (waiting.TryDequeue(out var name))
        {
            if (known.Add(name.FullName))
                Array.ForEach(Load(name), waiting.Enqueue);
        }
    }

    [System.Diagnostics.CodeAnalysis.UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Not reached in a trimmed build.")]
    private static AssemblyName[] Load(AssemblyName name)
    {
        try
        {
            return Assembly.Load(name).GetReferencedAssemblies();
        }
        catch (IOException)
        {
            // A reference that this runtime does not have cannot be needed by what it runs.
            return [];
        }
    }
}
