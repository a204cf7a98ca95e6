using System.Globalization;
using Sensor.Configuration;
using Sensor.Detection.Baselines;
using Sensor.Output;
using Sensor.Store;

namespace Sensor.Commands;

/// <summary>`sensor trust`: shows the baseline of the store and decides about it. A running daemon picks it up within seconds.</summary>
internal static class TrustCommand
{
    private const int LongestReason = 500;

    /// <summary>Runs and returns the exit status.</summary>
    public static int Run(CommandEnvironment environment, TrustArguments arguments)
    {
        var decides = arguments.Action is TrustAction.Accept or TrustAction.Reject;
        if (decides && arguments.What.Count == 0)
            throw CommandException.Usage($"trust {arguments.Action.ToString().ToLowerInvariant()} needs the id of an entry, or a value", "'sensor trust list' and 'diff' show them.");
        if (!decides && arguments.What.Count > 0)
            throw CommandException.Usage($"\"{arguments.What[0]}\" is one argument too many", "Try 'sensor trust --help'.");
        if (arguments is { Reason: not null, Action: TrustAction.List or TrustAction.Diff })
            throw CommandException.Usage("--reason goes with accept, reject and freeze");
        try
        {
            return arguments.Action switch
            {
                TrustAction.List => List(environment, arguments),
                TrustAction.Diff => Diff(environment, arguments),
                TrustAction.Accept => Decide(environment, arguments, BaselineDecision.Accepted),
                TrustAction.Reject => Decide(environment, arguments, BaselineDecision.Rejected),
                _ => Freeze(environment, arguments),
            };
        }
        catch (StoreException failure)
        {
            throw new CommandException(ExitCode.Failed, failure.Message, "The daemon makes the store: sensor run. Another one: --store FILE.");
        }
    }

    /// <summary>`sensor trust list`.</summary>
    private static int List(CommandEnvironment environment, TrustArguments arguments)
    {
        using var store = Open(arguments, isReader: true);
        var rows = store.Rows();
        var output = environment.Output;
        output.WriteLine(Phase(store.Phase(), rows.Count));
        foreach (var group in rows.GroupBy(static row => row.Entry.Kind))
        {
            output.WriteLine();
            output.WriteLine(Noun(group.Key));
            foreach (var row in group)
                Write(output, row);
        }
        return ExitCode.Finished;
    }

    /// <summary>`sensor trust diff`: what came since the baseline was frozen, and what was decided.</summary>
    private static int Diff(CommandEnvironment environment, TrustArguments arguments)
    {
        using var store = Open(arguments, isReader: true);
        var output = environment.Output;
        var changes = store.Rows().Where(static row => row.IsChange).OrderBy(static row => row.Entry.FirstSeenNs).ThenBy(static row => row.Id, StringComparer.Ordinal).ToList();
        output.WriteLine(changes.Count == 0 ? "Nothing came since the baseline was frozen." : $"{SummaryLine.Count(changes.Count, "change")} since the baseline was frozen:");
        foreach (var row in changes)
            Write(output, row);
        var audit = store.Audit();
        if (audit.Count > 0)
            output.WriteLine("\nDecisions:");
        foreach (var line in audit)
        {
            var why = line.Reason.Length == 0 ? "" : $": {TextPage.Printable(line.Reason)}";
            output.WriteLine($"  {Clock(line.At)}  {TextPage.Printable(line.Who)}  {line.Action}  {TextPage.Printable(line.Subject)}{why}");
        }
        return ExitCode.Finished;
    }

    /// <summary>`sensor trust accept` and `reject`.</summary>
    private static int Decide(CommandEnvironment environment, TrustArguments arguments, BaselineDecision decision)
    {
        var reason = Reason(arguments.Reason) ?? throw CommandException.Usage("--reason is missing: the audit trail keeps why", "For example: --reason 'new server, CHG-1234'");
        using var store = Open(arguments, isReader: false);
        var rows = store.Rows();
        var meant = arguments.What.SelectMany(what => Find(rows, what)).DistinctBy(static row => row.Id).ToList();
        store.Decide(meant, decision, Who(), reason);
        foreach (var row in meant)
            environment.Output.WriteLine($"{(decision == BaselineDecision.Accepted ? "accepted" : "rejected")} {row.Id}  {TextPage.Printable(row.Shown)}");
        return ExitCode.Finished;
    }

    /// <summary>`sensor trust freeze`.</summary>
    private static int Freeze(CommandEnvironment environment, TrustArguments arguments)
    {
        using var store = Open(arguments, isReader: false);
        if (store.Phase().FrozenAt is { } frozen)
            throw new CommandException(ExitCode.Failed, $"the baseline is frozen since {Clock(frozen)}");
        store.Freeze(Who(), Reason(arguments.Reason) ?? "");
        environment.Output.WriteLine("frozen: what is learned until now is the baseline, changes are told from now on");
        return ExitCode.Finished;
    }

    private static BaselineStore Open(TrustArguments arguments, bool isReader)
    {
        var path = arguments.StorePath ?? SensorConfiguration.Read(arguments.Configuration).Store.Path;
        return new BaselineStore(path, isReader: isReader);
    }

    private static List<BaselineRow> Find(IReadOnlyList<BaselineRow> rows, string what)
    {
        var meant = rows.Where(row => row.Id.Equals(what, StringComparison.OrdinalIgnoreCase)).ToList();
        if (meant.Count == 0)
        {
            meant = rows.Where(row => row.Entry.Key.Equals(what, StringComparison.OrdinalIgnoreCase)
                || row.Entry.Value.Equals(what, StringComparison.OrdinalIgnoreCase)).ToList();
        }
        return meant.Count > 0 ? meant : throw CommandException.Usage($"there is no entry \"{what}\" in the baseline", "'sensor trust list' and 'diff' show their ids.");
    }

    private static string? Reason(string? given)
    {
        var reason = given?.Trim();
        if (reason is { Length: > LongestReason })
            throw CommandException.Usage(string.Create(CultureInfo.InvariantCulture, $"--reason is longer than {LongestReason} characters"));
        return string.IsNullOrEmpty(reason) ? null : reason;
    }

    /// <summary>The user the system knows; behind sudo the one who called it too.</summary>
    private static string Who() =>
        Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } caller && Environment.UserName == "root"
            ? $"{Environment.UserName} (sudo by {caller})" : Environment.UserName;

    private static void Write(TextWriter output, BaselineRow row)
    {
        var entry = row.Entry;
        var state = row.Decision switch
        {
            BaselineDecision.Accepted => "accepted",
            BaselineDecision.Rejected => "rejected",
            _ => row.IsChange ? "new" : entry.Standing switch
            {
                BaselineStanding.Trusted => entry.Sureness == BaselineSureness.Doubtful ? "doubtful" : "trusted",
                BaselineStanding.Undecided => "undecided",
                _ => "refused",
            },
        };
        var clients = entry.Clients == 0 ? "" : $"{SummaryLine.Count(entry.Clients, "client")}, ";
        var doubt = entry.Doubt.Length == 0 ? "" : $"; {entry.Doubt}";
        output.WriteLine($"  {row.Id}  {state,-9}  {TextPage.Printable(row.Shown)}");
        output.WriteLine($"            {clients}{SummaryLine.Count(entry.Count, "time")}, {PacketTime.Whole(entry.FirstSeenNs)} to {PacketTime.Whole(entry.LastSeenNs)}{TextPage.Printable(doubt)}");
    }

    private static string Phase(BaselinePhase phase, int entries) => phase switch
    {
        { FrozenAt: { } frozen } => $"The baseline is frozen since {Clock(frozen)}: {SummaryLine.Count(entries, "entry").Replace("entrys", "entries", StringComparison.Ordinal)}.",
        { BeganNs: 0 } => "Nothing was learned yet.",
        _ => $"Learning since {PacketTime.Whole(phase.BeganNs)} UTC, written down up to {PacketTime.Whole(phase.LearnedNs)}.",
    };

    private static string Noun(BaselineKind kind) => kind switch
    {
        BaselineKind.DhcpServer => "DHCP servers",
        BaselineKind.DhcpWpad => "Proxy configuration by DHCP (option 252)",
        BaselineKind.DhcpRouter => "Routers by DHCP",
        BaselineKind.DhcpDns => "Resolvers by DHCP",
        BaselineKind.DhcpWins => "WINS servers by DHCP",
        BaselineKind.DhcpDomain => "Domains by DHCP",
        BaselineKind.Resolver => "Resolvers asked",
        BaselineKind.WpadAnswer => "Answers for wpad",
        BaselineKind.PacServer => "Servers of proxy configurations",
        BaselineKind.Pac => "Proxy configurations",
        BaselineKind.Proxy => "Proxies",
        BaselineKind.RouterAdvert => "Routers that advertise themselves",
        BaselineKind.RouterAdvertDns => "Resolvers advertised",
        BaselineKind.Gateway => "Gateways",
        BaselineKind.VirtualRouter => "Virtual routers",
        BaselineKind.Wins => "WINS servers",
        BaselineKind.Wsus => "WSUS servers",
        BaselineKind.UpdateCache => "Caches for updates",
        BaselineKind.UpdatePath => "Ways of updates",
        BaselineKind.UpdateIssuer => "Who signs for update hosts",
        BaselineKind.RedundancyGroup => "Redundancy groups",
        BaselineKind.RedundancyRouter => "Routers of redundancy groups",
        _ => "Owners of names",
    };

    private static string Clock(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
