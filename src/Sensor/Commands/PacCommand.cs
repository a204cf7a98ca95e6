using Sensor.Core.Wire;
using Sensor.Detection.Pac;
using Sensor.Output;
using Sensor.PacSandbox;

namespace Sensor.Commands;

/// <summary>`sensor pac`: reads and runs a proxy configuration by hand, as detection does with those it sees served.</summary>
internal static class PacCommand
{
    /// <summary>RFC 5737: a client that is in nobody's network.</summary>
    private const string DefaultClient = "192.0.2.10";

    /// <summary>Tells what the script does.</summary>
    public static int Run(CommandEnvironment environment, PacArguments arguments)
    {
        if (!IpAddress.TryParse(arguments.Client ?? DefaultClient, out var client))
            throw CommandException.Usage($"--client takes an IP address, not \"{arguments.Client}\"");
        var asked = arguments.Hosts.Select(Probe).ToArray();
        var script = PacSource.Read(environment, arguments.Source);
        var before = arguments.Compare is { } path ? PacSource.Read(environment, path) : null;
        using var sandbox = new SandboxedEvaluator();
        var now = DateTimeOffset.Now;
        var evaluation = sandbox.Evaluate(Request(script));
        if (evaluation.Outcome == PacOutcome.Unavailable)
            throw new CommandException(ExitCode.Failed, "the sandbox process could not be started, so the script was not run");
        var page = new PacPage(new TextPage(environment.Output, environment.OutputWidth, environment.Colour), arguments.All);
        page.Write(arguments.Source, script, evaluation);
        if (before is not null)
            page.WriteDifference(arguments.Compare!, before, sandbox.Evaluate(Request(before)), script, evaluation);
        return ExitCode.Finished;

        PacEvaluationRequest Request(byte[] octets) => new()
        {
            Script = octets,
            Probes = [.. asked, .. PacProbes.All],
            Client = client,
            TimestampNs = now.ToUnixTimeMilliseconds() * 1_000_000,
            OffsetMinutes = (int)now.Offset.TotalMinutes,
        };
    }

    /// <summary>A host as given: a name, an address, or a URL of which scheme and host count.</summary>
    private static PacProbe Probe(string text)
    {
        var scheme = text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? "http" : "https";
        var start = text.IndexOf("://", StringComparison.Ordinal);
        var host = start < 0 ? text : text[(start + 3)..];
        if (Uri.TryCreate($"{scheme}://{host}", UriKind.Absolute, out var url) && url.Host.Length > 0 && url.UserInfo.Length == 0)
            return new PacProbe(PacProbeKind.Asked, scheme, url.Host.Trim('[', ']').ToLowerInvariant());
        throw CommandException.Usage($"--host takes a host name or a URL, not \"{text}\"");
    }
}
