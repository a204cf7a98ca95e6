using System.Text;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Flows;

/// <summary>A body that brought a payload, put together.</summary>
internal sealed class SeenBody(BodyBegan began, string target, string host, string entityTag)
{
    public BodyBegan Began { get; } = began;

    public string Target { get; } = target;

    public string Host { get; } = host;

    public string EntityTag { get; } = entityTag;

    /// <summary>Octets in order, lost ones left out.</summary>
    public List<byte> Octets { get; } = [];

    /// <summary>Places of the parts.</summary>
    public List<long> Offsets { get; } = [];

    public BodyEnded? Ended { get; set; }
}

/// <summary>Bodies by their facts.</summary>
internal sealed class Bodies : IObserve<BodyBegan>, IObserve<BodyPart>, IObserve<BodyEnded>
{
    private readonly Dictionary<ulong, SeenBody> _open = [];

    public bool IsSilent { get; set; }

    public List<SeenBody> All { get; } = [];

    public void Subscribe(ObservationBus bus)
    {
        bus.Subscribe<BodyBegan>(this);
        bus.Subscribe<BodyPart>(this);
        bus.Subscribe<BodyEnded>(this);
    }

    public void Observe(in Observed<BodyBegan> seen)
    {
        if (IsSilent)
            return;
        var body = new SeenBody(seen.Fact, Encoding.Latin1.GetString(seen.Text(seen.Fact.Target)),
            Encoding.Latin1.GetString(seen.Text(seen.Fact.Host)),
            Encoding.Latin1.GetString(seen.Text(seen.Fact.EntityTag)));
        Assert.NotEqual(PayloadKind.None, seen.Fact.Kind);
        _open.Add(seen.Fact.BodyId, body);
        All.Add(body);
    }

    public void Observe(in Observed<BodyPart> seen)
    {
        if (IsSilent)
            return;
        _open[seen.Fact.BodyId].Octets.AddRange(seen.Text(seen.Fact.Octets));
        _open[seen.Fact.BodyId].Offsets.Add(seen.Fact.Offset);
    }

    public void Observe(in Observed<BodyEnded> seen)
    {
        if (IsSilent)
            return;
        Assert.Null(_open[seen.Fact.BodyId].Ended);
        _open[seen.Fact.BodyId].Ended = seen.Fact;
    }
}
