using System.Net;
using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Sensor.Daemon;
using Sensor.Detection.Incidents;
using Sensor.Detection.Updates;

namespace Sensor.Probing;

/// <summary>
/// Probing in the daemon: rounds of canaries at changing intervals, and at once the checks that match an open suspicion; a round gives way to them. It
/// sends from the management interface alone; that interface is read like the others, so answers become findings of the same incidents.
/// </summary>
internal sealed class ProbingService : IDisposable
{
    /// <summary>Suspicions that wait to be checked; more are a flood, and the rate would not allow to check them.</summary>
    public const int MaxWaiting = 64;

    /// <summary>Checks remembered so as not to be repeated within the hour.</summary>
    private const int MaxRemembered = 4096;

    private static readonly TimeSpan CheckAgainAfter = TimeSpan.FromHours(1);

    private readonly ProbingSettings _settings;
    private readonly UpdatePolicy _updates;
    private readonly ILogger _log;
    private readonly Channel<(Incident Incident, CheckKinds Kinds)> _suspicions =
        Channel.CreateBounded<(Incident, CheckKinds)>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, long> _doneAt = new(StringComparer.Ordinal);
    private readonly Random _random = new(BitConverter.ToInt32(RandomNumberGenerator.GetBytes(4)));
    private readonly CanaryNames _names;
    private readonly ProbeRate _rate;
    private IProbedDetection? _detection;
    private Task? _loop;

    /// <summary>Probing by <paramref name="settings"/>; nothing is sent before <see cref="Start"/>.</summary>
    public ProbingService(ProbingSettings settings, UpdatePolicy updates, ILogger log)
    {
        (_settings, _updates, _log) = (settings, updates, log);
        _names = new CanaryNames(_random);
        _rate = new ProbeRate(settings.PacketsPerMinute);
        Wire = new WireAnswers(updates.Catalog);
        foreach (var style in settings.NameStyles)
            _names.Learn(style);
    }

    /// <summary>The canaries asked for: to be given to detection.</summary>
    public CanaryLedger Canaries { get; } = new();

    /// <summary>The answers: to be subscribed to every engine's bus.</summary>
    public ProbeAnswers Answers { get; } = new();

    /// <summary>What DNS answered clients: to be subscribed to every engine's bus.</summary>
    public WireAnswers Wire { get; }

    /// <summary>
    /// Begins with the first round after a part of the interval: many sensors started at once do not ask at once.
    /// </summary>
    public void Start(IProbedDetection detection)
    {
        _detection = detection;
        _loop = Task.Run(RunAsync);
    }

    /// <summary>
    /// An alert was raised: checked at once, where its kind can be, and not oftener than hourly for one incident. Any thread, also while the daemon stops:
    /// detection ends after this.
    /// </summary>
    public void Suspect(Incident incident, Finding finding)
    {
        var kinds = MatchingChecks.Of(finding.Detector, _settings);
        if (_settings.OnSuspicion && kinds != CheckKinds.None)
            _suspicions.Writer.TryWrite((incident, kinds));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        try
        {
            _loop?.Wait(TimeSpan.FromSeconds(5));
        }
        catch (AggregateException)
        {
            // Cancelled, or failed and logged already.
        }
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var next = _settings.Every * _random.NextDouble();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                // A round that gave way is begun anew when its turn comes.
                if (!await IsSuspectedAsync(next).ConfigureAwait(false))
                    await RoundAsync().ConfigureAwait(false);
                else if (_suspicions.Reader.TryRead(out var waiting))
                    await CheckAsync(waiting.Incident, waiting.Kinds).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // The interface is gone or has no address now: the next round tries again.
                DaemonLog.Warning(_log, $"probing: {failure.Message}");
            }
            next = _settings.Every * (0.5 + _random.NextDouble());
        }
    }

    /// <summary>Waits for a suspicion, at most until the next round: false when that has come.</summary>
    private async Task<bool> IsSuspectedAsync(TimeSpan next)
    {
        using var round = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        round.CancelAfter(next);
        try
        {
            return await _suspicions.Reader.WaitToReadAsync(round.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task RoundAsync()
    {
        var facts = await FactsAsync().ConfigureAwait(false);
        using var tools = Tools();
        _rate.LeavesRoom = true;
        try
        {
            await new ProbeRound(tools, _detection!, Wire, Warn).RunAsync(facts, () => _suspicions.Reader.Count > 0, _stop.Token).ConfigureAwait(false);
        }
        finally
        {
            _rate.LeavesRoom = false;
        }
    }

    private async Task CheckAsync(Incident incident, CheckKinds kinds)
    {
        var due = CheckKinds.None;
        foreach (var kind in Enum.GetValues<CheckKinds>())
        {
            if (kind != CheckKinds.None && kinds.HasFlag(kind) && IsDue($"{kind} {incident.Id}"))
                due |= kind;
        }
        if (due == CheckKinds.None)
            return;
        var facts = await FactsAsync().ConfigureAwait(false);
        using var tools = Tools();
        await new SuspicionCheck(tools, _detection!, Wire, MayFetch).RunAsync(incident, due, facts, _stop.Token).ConfigureAwait(false);
    }

    // A suspect is asked for its configuration once an hour, however many incidents are about it.
    private bool MayFetch(IPAddress suspect) => IsDue($"fetch {suspect}");

    private bool IsDue(string what)
    {
        var now = Environment.TickCount64;
        if (_doneAt.TryGetValue(what, out var at) && now - at < CheckAgainAfter.TotalMilliseconds)
            return false;
        if (_doneAt.Count >= MaxRemembered)
            _doneAt.Clear();
        _doneAt[what] = now;
        return true;
    }

    private async Task<ProbingFacts> FactsAsync()
    {
        var facts = await _detection!.AskAsync(ProbingFacts.Of, _stop.Token).ConfigureAwait(false);
        foreach (var name in facts.Names)
            _names.Learn(name);
        return facts;
    }

    private ProbingTools Tools() =>
        new(_settings, ProbeInterface.Find(_settings.Interface), _rate, Answers, Canaries, _names, _random, _updates);

    private void Warn(string text) => DaemonLog.Warning(_log, $"probing: {text}");
}
