using System.Text;
using Sensor.Core.Wire;
using Sensor.Detection.Pac;
using Sensor.PacSandbox;

namespace Sensor.Tests.PacSandbox;

/// <summary>Scripts run in the real sandbox: another process.</summary>
internal static class Sandboxed
{
    /// <summary>Wednesday, 2026-11-25 14:30:20 UTC.</summary>
    public const long Wednesday = 1_795_617_020_000_000_000;

    public static PacEvaluation Run(string script, params string[] hosts) => Run(Encoding.UTF8.GetBytes(script), hosts);

    public static PacEvaluation Run(byte[] script, params string[] hosts)
    {
        using var sandbox = new SandboxedEvaluator();
        return sandbox.Evaluate(Request(script, hosts.Length == 0 ? ["www.example.com"] : hosts));
    }

    public static PacEvaluationRequest Request(byte[] script, string[] hosts) => new()
    {
        Script = script,
        Probes = [.. hosts.Select(host => new PacProbe(PacProbeKind.Ordinary, "http", host))],
        Client = IpAddress.FromV4(0x0A010203),
        TimestampNs = Wednesday,
        Names =
        [
            new PacResolvedName("two.corp.example", [IpAddress.FromV4(0x0A000007), Parse("2001:db8::7")]),
            new PacResolvedName("six.corp.example", [Parse("2001:db8::6")]),
        ],
        AsksNamedHosts = false,
    };

    /// <summary>The value of one JavaScript expression, as text.</summary>
    public static string Value(string expression)
    {
        var evaluation = Run($"function FindProxyForURL(url, host) {{ var v = {expression}; alert(typeof v + ':' + v); return 'DIRECT'; }}");
        Assert.Equal((PacOutcome.Evaluated, 1), (evaluation.Outcome, evaluation.Alerts.Length));
        return evaluation.Alerts[0];
    }

    private static IpAddress Parse(string text) => IpAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text);
}
