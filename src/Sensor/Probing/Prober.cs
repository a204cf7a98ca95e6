using Sensor.Capture.Live;

namespace Sensor.Probing;

/// <summary>
/// Sends what a plan asks, within the rate, with pauses of no fixed length between: a burst of questions from one host is as good a mark as a fixed
/// name. Canaries are known to detection before they are on the wire.
/// </summary>
internal sealed class Prober(
    ProbingSettings settings, ProbeSender sender, ProbeRate rate, ProbeAnswers answers, CanaryLedger canaries, Random random)
{
    // People and programs ask within seconds of each other, not within microseconds.
    private const int ShortestGapMs = 40, LongestGapMs = 700;

    /// <summary>
    /// Sends all of <paramref name="probes"/>; <paramref name="sent"/> is told of each, with the reason when the system refused it. Ends early when
    /// <paramref name="isEnough"/> says so.
    /// </summary>
    public async Task SendAsync(IReadOnlyList<Probe> probes, Action<Probe, string?> sent, CancellationToken stop, Func<bool>? isEnough = null)
    {
        for (var i = 0; i < probes.Count; i++)
        {
            if (i > 0)
                await Task.Delay(random.Next(ShortestGapMs, LongestGapMs), stop).ConfigureAwait(false);
            if ((isEnough?.Invoke() ?? false) || !await rate.SpendAsync(1, isEnough, stop).ConfigureAwait(false))
                return;
            Send(probes[i], sent);
        }
    }

    /// <summary>The time to the next round: from half to one and a half times what is set.</summary>
    public TimeSpan NextRound() => settings.Every * (0.5 + random.NextDouble());

    private void Send(Probe probe, Action<Probe, string?> sent)
    {
        var nowNs = WallClock.NowNs();
        if (probe.IsCanary)
            canaries.Add(probe.Name, nowNs);
        answers.Await(probe, nowNs);
        sent(probe, sender.TrySend(probe, out var reason) ? null : reason);
    }
}
