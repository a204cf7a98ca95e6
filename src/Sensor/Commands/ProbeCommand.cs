using System.Security.Cryptography;
using Sensor.Capture.Live;
using Sensor.Configuration;
using Sensor.Detection.Incidents;
using Sensor.Output;
using Sensor.Probing;

namespace Sensor.Commands;

/// <summary>`sensor probe`: asks the link what nobody should answer, and who hands out what, by hand.</summary>
internal static class ProbeCommand
{
    // DHCP servers try an address by ICMP before they offer it, for up to three seconds.
    private static readonly TimeSpan ListenAfter = TimeSpan.FromSeconds(4), ListenBefore = TimeSpan.FromMilliseconds(300);

    /// <summary>Runs and returns the exit status: 3 when a canary was answered or anything else alerted, else 0.</summary>
    public static int Run(CommandEnvironment environment, ProbeArguments arguments)
    {
        var configuration = SensorConfiguration.Read(arguments.Configuration);
        var name = arguments.Interface ?? configuration.Probing.Interface;
        if (name.Length == 0)
            throw CommandException.Usage("which interface? Nothing is sent without one", "Name it with -i, or as Probing:Interface.");
        var random = Seeded();
        var names = new CanaryNames(random);
        foreach (var style in configuration.Probing.NameStyles)
            names.Learn(style);
        var from = ProbeInterface.Find(name);
        var plan = new ProbePlan(configuration.Probing, from, names, random);
        var page = new ProbePage(new TextPage(environment.Output, environment.OutputWidth, environment.Colour));
        if (arguments.DryRun)
        {
            page.DryRun(from, plan.Round());
            environment.Output.Flush();
            return ExitCode.Finished;
        }
        using var stop = new StopSignals();
        try
        {
            return Ask(environment, configuration, arguments.Once, from, plan, names, page, random, stop);
        }
        catch (LiveCaptureException failure)
        {
            throw new CommandException(ExitCode.Failed, failure.Message, failure.Hint);
        }
    }

    private static int Ask(
        CommandEnvironment environment, SensorConfiguration configuration, bool once, ProbeInterface from, ProbePlan plan, CanaryNames names,
        ProbePage page, Random random, StopSignals stop)
    {
        var (answers, canaries) = (new ProbeAnswers(), new CanaryLedger());
        using var listener = new ProbeListener(configuration, from.Name, answers, canaries);
        using var sender = new ProbeSender(from);
        var prober = new Prober(configuration.Probing, sender, new ProbeRate(configuration.Probing.PacketsPerMinute), answers, canaries, random);
        var isWarned = false;
        Wait(ListenBefore, stop);
        do
        {
            foreach (var name in listener.TakeNames())
                names.Learn(name);
            var round = new List<(Probe Probe, string? Refused)>();
            var resolvers = configuration.Probing.AskResolvers ? ResolverCheck.Run(configuration, names.Next(), stop.Token) : [];
            Finish(prober.SendAsync(plan.Round(), (probe, refused) => round.Add((probe, refused)), stop.Token));
            Wait(ListenAfter, stop);
            var alerts = listener.TakeAlerts();
            page.Round(from, round, answers.Take(), resolvers, alerts);
            environment.Output.Flush();
            isWarned |= alerts.Any(static finding => finding.Severity >= Severity.Medium);
            if (!once)
                Wait(prober.NextRound(), stop);
        }
        while (!once && stop.Status is null);
        listener.Stop();
        return isWarned ? ExitCode.AlertRaised : ExitCode.Finished;
    }

    // From the system's source of chance: names and ids that can be foretold are left alone by a careful poisoner.
    private static Random Seeded() => new(BitConverter.ToInt32(RandomNumberGenerator.GetBytes(4)));

    private static void Wait(TimeSpan time, StopSignals stop) => stop.Token.WaitHandle.WaitOne(time);

    private static void Finish(Task sending)
    {
        try
        {
            sending.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C: what was asked so far is told.
        }
    }
}
