using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Sensor.Capture.Live;
using Sensor.Daemon;
using Sensor.Detection;
using Sensor.Detection.Incidents;

namespace Sensor.Probing;

/// <summary>
/// Probing in the daemon: rounds of canaries at changing intervals, and at once the check that fits an open suspicion. It sends from the management
/// interface alone; that interface is read like the others, so answers become findings of the same incidents. What a check showed is noted in its
/// incident, on the detection thread.
/// </summary>
internal sealed class ProbingService : IDisposable
{
    /// <summary>Suspicions that wait to be checked; more are a flood, and the rate would not allow to check them.</summary>
    public const int MaxWaiting = 64;

    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(4), CheckAgainAfter = TimeSpan.FromHours(1);

    private readonly ProbingSettings _settings;
    private readonly ILogger _log;
    private readonly ConcurrentQueue<Incident> _suspicions = new();
    private readonly SemaphoreSlim _asked = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, long> _checkedAt = new(StringComparer.Ordinal);
    private readonly Random _random = new(BitConverter.ToInt32(RandomNumberGenerator.GetBytes(4)));
    private readonly CanaryNames _names;
    private readonly ProbeRate _rate;
    private Action<Action<DetectionEngine>> _post = static _ => { };
    private Task? _loop;

    /// <summary>Probing by <paramref name="settings"/>; nothing is sent before <see cref="Start"/>.</summary>
    public ProbingService(ProbingSettings settings, ILogger log)
    {
        (_settings, _log) = (settings, log);
        _names = new CanaryNames(_random);
        _rate = new ProbeRate(settings.PacketsPerMinute);
        foreach (var style in settings.NameStyles)
            _names.Learn(style);
    }

    /// <summary>The canaries asked for: to be given to detection.</summary>
    public CanaryLedger Canaries { get; } = new();

    /// <summary>The answers: to be subscribed to every engine's bus.</summary>
    public ProbeAnswers Answers { get; } = new();

    /// <summary>Packets sent since start.</summary>
    public long Sent { get; private set; }

    /// <summary>
    /// Begins with the first round after a part of the interval: many sensors started at once do not ask at once. <paramref name="post"/> has
    /// something done on the detection thread.
    /// </summary>
    public void Start(Action<Action<DetectionEngine>> post)
    {
        _post = post;
        _loop = Task.Run(RunAsync);
    }

    /// <summary>An alert was raised: checked at once, where its kind can be, and not oftener than hourly for one incident. Any thread.</summary>
    public void Suspect(Incident incident, Finding finding)
    {
        if (!_settings.OnSuspicion || finding.Detector.Stage != Stage.Lure || _suspicions.Count >= MaxWaiting)
            return;
        _suspicions.Enqueue(incident);
        _asked.Release();
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
        _asked.Dispose();
    }

    private async Task RunAsync()
    {
        var next = _settings.Every * _random.NextDouble();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var isSuspicion = await _asked.WaitAsync(next, _stop.Token).ConfigureAwait(false);
                var incident = isSuspicion && _suspicions.TryDequeue(out var waiting) ? waiting : null;
                if (incident is not null && !IsDue(incident))
                    continue;
                await AskAsync(incident).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
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

    private bool IsDue(Incident incident)
    {
        var now = Environment.TickCount64;
        if (_checkedAt.TryGetValue(incident.Id, out var at) && now - at < CheckAgainAfter.TotalMilliseconds)
            return false;
        if (_checkedAt.Count >= MaxWaiting * MaxWaiting)
            _checkedAt.Clear();
        _checkedAt[incident.Id] = now;
        return true;
    }

    private async Task AskAsync(Incident? incident)
    {
        LearnNames();
        var from = ProbeInterface.Find(_settings.Interface);
        var plan = new ProbePlan(_settings, from, _names, _random);
        using var sender = new ProbeSender(from);
        var prober = new Prober(_settings, sender, _rate, Answers, Canaries, _random);
        var probes = incident is null ? plan.Round() : plan.Check();
        var asked = new List<Probe>();
        Answers.Take();
        await prober.SendAsync(probes, (probe, refused) => Note(asked, probe, refused), _stop.Token).ConfigureAwait(false);
        await Task.Delay(AnswersWithin, _stop.Token).ConfigureAwait(false);
        Sent += sender.Sent;
        var answers = Answers.Take();
        if (incident is null)
            return;
        var check = new IncidentCheck(WallClock.NowNs(), ProbeWording.Of(asked, answers));
        _post(_ => (incident.JoinedInto ?? incident).Note(check));
    }

    private void Note(List<Probe> asked, Probe probe, string? refused)
    {
        if (refused is null)
            asked.Add(probe);
        else
            DaemonLog.Warning(_log, $"probing: {probe.Text} could not be sent: {refused}");
    }

    // Models for canaries come from the hosts detection knows; a few at a time, on its thread.
    private void LearnNames()
    {
        using var done = new ManualResetEventSlim();
        var names = new List<string>();
        _post(detection =>
        {
            names.AddRange(detection.Hosts.All.SelectMany(static host => host.Names).Take(CanaryNames.MaxModels));
            done.Set();
        });
        if (!done.Wait(TimeSpan.FromSeconds(5), _stop.Token))
            return;
        foreach (var name in names)
            _names.Learn(name);
    }
}
