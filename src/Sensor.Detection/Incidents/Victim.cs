using System.Collections.Immutable;
using Sensor.Detection.Hosts;
using Sensor.Detection.Snapshots;

namespace Sensor.Detection.Incidents;

/// <summary>A host the suspect did something to, and how far it got with it.</summary>
public sealed class Victim
{
    private readonly List<VictimStage> _stages = new(1);

    internal Victim(Host host) => Host = host;

    /// <summary>Who.</summary>
    public Host Host { get; internal set; }

    /// <summary>Every stage reached with this victim, in the order of the attack; credentials, which stand beside, last.</summary>
    public IReadOnlyList<VictimStage> Stages => _stages;

    /// <summary>
    /// The furthest step of the attack. Credentials are no step: they count only where no step was seen, as when a log-in is asked for and
    /// nothing else.
    /// </summary>
    public Stage Furthest
    {
        get
        {
            var furthest = _stages[0].Stage;
            foreach (var reached in _stages)
            {
                if (reached.Stage != Stage.Credentials)
                    furthest = reached.Stage;
            }
            return furthest;
        }
    }

    /// <summary>Packet time of the first finding with this victim, nanoseconds.</summary>
    public long SinceNs => _stages.Min(static reached => reached.FirstNs);

    /// <summary>A finding of this stage was made, now or, after a join, before what is known.</summary>
    internal void Reach(Stage stage, long timestampNs, ImmutableArray<FrameReference> frames)
    {
        var place = _stages.FindIndex(reached => reached.Stage >= stage);
        if (place >= 0 && _stages[place].Stage == stage)
            _stages[place].Add(timestampNs, frames);
        else
            _stages.Insert(place < 0 ? _stages.Count : place, new VictimStage(stage, timestampNs, frames));
    }

    internal void Save(SnapshotWriter writer)
    {
        writer.Host(Host);
        writer.List(_stages, static (to, reached) =>
        {
            to.U8((byte)reached.Stage);
            to.I64(reached.FirstNs);
            to.Frames(reached.Frames.ToArray());
        });
    }

    internal static Victim? Load(SnapshotReader reader)
    {
        var host = reader.Host();
        var stages = reader.List(static from => new VictimStage((Stage)from.U8(), from.I64(), from.Frames()));
        if (host is null || stages.Count == 0)
            return null;
        var victim = new Victim(host);
        victim._stages.AddRange(stages);
        return victim;
    }

    /// <summary>Takes over the stages of <paramref name="other"/>, which is the same host.</summary>
    internal void Join(Victim other)
    {
        foreach (var reached in other._stages)
            Reach(reached.Stage, reached.FirstNs, [.. reached.Frames]);
    }
}

/// <summary>A stage of the attack that was reached with one victim, and the frames that prove it.</summary>
public sealed class VictimStage
{
    /// <summary>Frames kept: the first ones prove the stage, more only repeat it.</summary>
    public const int MaxFrames = 32;

    private readonly List<FrameReference> _frames;

    internal VictimStage(Stage stage, long firstNs, ImmutableArray<FrameReference> frames)
    {
        Stage = stage;
        FirstNs = firstNs;
        _frames = new(Math.Min(frames.Length, MaxFrames));
        Add(firstNs, frames);
    }

    /// <summary>The stage.</summary>
    public Stage Stage { get; }

    /// <summary>Packet time when it was reached first, nanoseconds.</summary>
    public long FirstNs { get; private set; }

    /// <summary>The frames of its findings, the first <see cref="MaxFrames"/>, in the order they were found.</summary>
    public IReadOnlyList<FrameReference> Frames => _frames;

    internal void Add(long timestampNs, ImmutableArray<FrameReference> frames)
    {
        FirstNs = Math.Min(FirstNs, timestampNs);
        foreach (var frame in frames)
        {
            if (_frames.Count < MaxFrames && !_frames.Contains(frame))
                _frames.Add(frame);
        }
    }
}
