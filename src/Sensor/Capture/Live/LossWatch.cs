using System.Globalization;
using Sensor.Detection.Incidents;
using Sensor.Output.Delivery;

namespace Sensor.Capture.Live;

/// <summary>
/// Watches what is lost of one interface over a sliding window. Ring loss = dropped / (received + dropped), where dropped is what the kernel
/// counted since its rings were full and received what was delivered to this process. Card loss = dropped by the card or its driver /
/// (received by the system + that). A filter makes the first smaller than the second: frames it rejects are in neither of its terms.
/// </summary>
internal sealed class LossWatch(string name, double threshold, TimeSpan window, Action<OperationalEvent> report)
{
    private readonly Queue<Sample> _samples = new();
    private readonly EventLatch _latch = new(
        "capture-loss", name, Severity.High,
        "Enlarge Capture:RingSize, add workers, or leave out what need not be watched with Capture:Filter; for the card, ethtool -G and -S.", report);

    /// <summary>The ring loss of the window, 0 to 1.</summary>
    internal double RingLoss { get; private set; }

    /// <summary>Takes counters that only rise, at <paramref name="now"/>, monotonic time. The window is kept in samples, at most a few a second.</summary>
    internal void Look(TimeSpan now, long received, long dropped, InterfaceCounters card)
    {
        var newest = new Sample(now, received, dropped, card);
        _samples.Enqueue(newest);
        while (_samples.Count > 2 && now - _samples.Peek().At > window)
            _samples.Dequeue();
        var oldest = _samples.Peek();
        var (lost, cardLost) = (dropped - oldest.Dropped, Math.Max(0, card.Dropped - oldest.Card.Dropped));
        RingLoss = Share(lost, received - oldest.Received);
        var cardLoss = Share(cardLost, Math.Max(0, card.Received - oldest.Card.Received));
        if (RingLoss > threshold)
            _latch.Begin(Sentence("the ring was full", RingLoss, lost, received - oldest.Received, now - oldest.At));
        else if (cardLoss > threshold)
            _latch.Begin(Sentence("the card or its driver dropped them", cardLoss, cardLost, card.Received - oldest.Card.Received, now - oldest.At));
        else if (lost == 0 && cardLost == 0)
            _latch.End(string.Create(CultureInfo.InvariantCulture, $"{name}: no frame was lost for {window.TotalSeconds:0} s"));
    }

    private string Sentence(string why, double share, long lost, long received, TimeSpan span) => string.Create(
        CultureInfo.InvariantCulture, $"{name}: {lost:#,0} of {lost + received:#,0} frames lost within {span.TotalSeconds:0} s ({share:0.0%}): {why}");

    private static double Share(long lost, long received) => lost <= 0 ? 0 : (double)lost / (lost + received);

    private readonly record struct Sample(TimeSpan At, long Received, long Dropped, InterfaceCounters Card);
}
