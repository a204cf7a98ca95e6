using Sensor.Core.Observations;
using Sensor.Detection.Detectors;

namespace Sensor.Detection.Baselines;

/// <summary>Learns what a network shows about itself while a run lasts. Made only where something is to be learned: nothing else pays for it.</summary>
public sealed class BaselineLearner
{
    private readonly DetectionContext _context;

    internal BaselineLearner(DetectionContext context, ObservationBus bus)
    {
        _context = context;
        Table = new BaselineTable(context.Segments);
        new BaselineFacts(context, Table).Subscribe(bus);
    }

    /// <summary>What was learned so far, not judged.</summary>
    public BaselineTable Table { get; }

    /// <summary>Learns nothing more: the baseline is frozen.</summary>
    public void Stop() => Table.IsClosed = true;

    /// <summary>
    /// Judges what was learned between <paramref name="firstNs"/> and <paramref name="lastNs"/> (packet time) by the incidents known now: who
    /// attacked at any time is refused with all he ever said.
    /// </summary>
    public LearnedBaseline Judge(long firstNs, long lastNs) => new BaselineJudge(_context, firstNs, lastNs).Judge(Table);
}
