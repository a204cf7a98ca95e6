using System.Diagnostics;
using System.Globalization;
using System.Text;
using Sensor.Detection.Pac;
using Sensor.PacSandbox;

namespace Sensor.Tests.PacSandbox;

/// <summary>Scripts that are made to hurt whoever runs them: each ends as Exhausted or is merely wrong, and the sandbox goes on.</summary>
public sealed class HostileScriptTests
{
    private const string Head = "function FindProxyForURL(url, host) { ";
    private const int MostKibibytes = 128 * 1024;

    public static TheoryData<string, string> Exhausting() => new()
    {
        { "repeat", Head + "return 'x'.repeat(5e8); }" },
        { "join", Head + "return Array(1e5).join('y'.repeat(30000)); }" },
        { "buffer", Head + "return new ArrayBuffer(2e9); }" },
        { "loop at the top", "for (;;); " + Head + "return 'DIRECT'; }" },
        { "loop inside", Head + "while (true) {} }" },
        { "loop in finally", Head + "try { for (;;); } catch (e) {} finally { for (;;); } }" },
        { "caught exhaustion", Head + "for (;;) try { for (;;); } catch (e) {} }" },
        { "deep recursion", Head + "return FindProxyForURL(url, host) + 1; }" },
        { "recursion by a getter", "var o = { get a() { return this.a; } }; " + Head + "return o.a; }" },
        { "recursion by sort", "function c() { return [1, 2].sort(c), 1; } " + Head + "return [1, 2].sort(c); }" },
        { "growth", Head + "var a = []; while (true) a.push('y'.repeat(1000) + a.length); }" },
        { "doubling", Head + "var s = 'a'; for (var i = 0; i < 40; i++) s += s; return s.split('').length; }" },
        { "keys", Head + "var o = {}; for (var i = 0; ; i++) o['k' + i] = i; }" },
        { "catastrophic expression", Head + "return /^(a+)+$/.test('" + new string('a', 60) + "b'); }" },
        { "catastrophic pattern", Head + "return shExpMatch('" + new string('a', 60) + "b', '(a+)+'); }" },
        { "work in a native loop", "var a = []; a.length = 4294967295; " + Head + "return a.sort().join().length; }" },
        { "deep nesting", Head + "return " + new string('(', 200_000) + "1" + new string(')', 200_000) + "; }" },
    };

    [Theory]
    [MemberData(nameof(Exhausting))]
    public void Is_stopped(string name, string script) =>
        Assert.True(PacOutcome.Exhausted == Sandboxed.Run(script).Outcome, name);

    [Fact]
    public void Twenty_megabytes_are_not_even_sent() => Assert.Equal(
        PacOutcome.TooLarge, Sandboxed.Run(Encoding.ASCII.GetBytes(Head + "return 'DIRECT'; } //" + new string('x', 20_000_000))).Outcome);

    [Fact]
    public void What_is_tampered_with_is_the_scripts_own()
    {
        var evaluation = Sandboxed.Run(
            """
            String.prototype.toString = String.prototype.valueOf = function () { return 'x'; };
            Object.prototype.host = 'y'; Array.prototype.push = null; Math.random = Date = null;
            Function.prototype.call = Function.prototype.apply = function () { for (;;); };
            function FindProxyForURL(url, host) { return dnsDomainIs(host, '.example.com') ? 'PROXY a.example:1' : 'DIRECT'; }
            """);
        Assert.Equal((PacOutcome.Evaluated, "PROXY a.example:1"), (evaluation.Outcome, evaluation.Decisions[0].Answer));
    }

    [Fact]
    public void A_flood_of_output_is_cut()
    {
        var evaluation = Sandboxed.Run(
            Head + "for (var i = 0; i < 3000; i++) { alert('z'.repeat(1000)); dnsResolve('h' + i + '.example'); } return 'PROXY ' + 'p'.repeat(1e6); }");
        Assert.Equal(PacOutcome.Evaluated, evaluation.Outcome);
        Assert.InRange(evaluation.Alerts.Sum(text => text.Length) + evaluation.LookedUp.Sum(text => text.Length), 1, 64 * 1024);
        Assert.InRange(evaluation.Decisions[0].Answer.Length, 1, 512);
    }

    [Theory]
    [InlineData("function FindProxyForURL(", "")]
    [InlineData("throw 'no';", "")]
    [InlineData("var x = 1;", "it defines no FindProxyForURL")]
    public void A_script_that_does_not_load_is_broken_and_not_hostile(string script, string reason)
    {
        var evaluation = Sandboxed.Run(script);
        Assert.Equal(PacOutcome.Broken, evaluation.Outcome);
        Assert.Contains(reason, evaluation.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Sees_no_machine()
    {
        var value = Sandboxed.Value("[typeof System, typeof importNamespace, typeof require, typeof process, typeof fetch, typeof XMLHttpRequest, typeof clr].join()");
        Assert.Equal("string:undefined,undefined,undefined,undefined,undefined,undefined,undefined", value);
    }

    [Fact]
    public void One_process_serves_many_and_is_replaced_after_a_hostile_one()
    {
        using var sandbox = new SandboxedEvaluator();
        var honest = Sandboxed.Request("function FindProxyForURL(u, h) { return 'PROXY p:1'; }"u8.ToArray(), ["a.example"]);
        sandbox.Evaluate(honest);
        var first = sandbox.ProcessId;
        for (var i = 0; i < 5; i++)
            Assert.Equal(PacOutcome.Evaluated, sandbox.Evaluate(honest).Outcome);
        Assert.Equal(first, sandbox.ProcessId);
        sandbox.Evaluate(Sandboxed.Request(Encoding.ASCII.GetBytes(Head + "for (;;); }"), ["a.example"]));
        Assert.Equal("PROXY p:1", sandbox.Evaluate(honest).Decisions[0].Answer);
        Assert.NotEqual(first, sandbox.ProcessId);
    }

    [Fact]
    public void Is_replaced_when_somebody_ends_it()
    {
        using var sandbox = new SandboxedEvaluator();
        var honest = Sandboxed.Request("function FindProxyForURL(u, h) { return 'PROXY p:1'; }"u8.ToArray(), ["a.example"]);
        sandbox.Evaluate(honest);
        using (var process = Process.GetProcessById(sandbox.ProcessId!.Value))
        {
            process.Kill();
            process.WaitForExit();
        }
        Assert.Equal(PacOutcome.Evaluated, sandbox.Evaluate(honest).Outcome);
    }

    [Theory]
    [InlineData("var s = 'a'; for (var i = 0; i < 40; i++) s += s; return s.split('').length;")]
    [InlineData("var a = []; while (true) a.push('y'.repeat(1000) + a.length);")]
    public async Task Stays_below_128_MiB(string body)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        using var sandbox = new SandboxedEvaluator();
        sandbox.Evaluate(Sandboxed.Request("function FindProxyForURL(u, h) { return 'DIRECT'; }"u8.ToArray(), ["a.example"]));
        var status = $"/proc/{sandbox.ProcessId}/status";
        var most = 0L;
        using var done = new CancellationTokenSource();
        var watcher = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
                most = Math.Max(most, HighWater(status));
        });
        sandbox.Evaluate(Sandboxed.Request(Encoding.ASCII.GetBytes(Head + body + " }"), ["a.example"]));
        await done.CancelAsync();
        await watcher.WaitAsync(TestContext.Current.CancellationToken);
        Assert.InRange(most, 1, MostKibibytes);
    }

    private static long HighWater(string status)
    {
        try
        {
            var line = File.ReadLines(status).FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line["VmHWM:".Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
