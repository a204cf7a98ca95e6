using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Hosts;

namespace Sensor.Detection.Baselines;

/// <summary>One thing a network showed about itself. Borrowed.</summary>
internal readonly ref struct BaselineFact
{
    /// <summary>What kind of thing.</summary>
    public required BaselineKind Kind { get; init; }

    /// <summary>What is spoken of, e.g. the DHCP server's address.</summary>
    public required BaselineTerm Key { get; init; }

    /// <summary>What is said of it, e.g. the router it hands out; empty where the kind has no value.</summary>
    public BaselineTerm Value { get; init; }

    /// <summary>Who is the source of it: whoever answers for it when it is an attack.</summary>
    public required Host By { get; init; }

    /// <summary>The client it was shown to as a number that tells clients apart; 0 for everybody.</summary>
    public ulong Client { get; init; }

    /// <summary>The address it leads to; default for none. It is as good as the host there.</summary>
    public IpAddress LeadsTo { get; init; }
}

/// <summary>Who is told what a network shows about itself: the learner, and the watch over what was learned.</summary>
internal interface IBaselineSink
{
    /// <summary>Takes <paramref name="fact"/>, seen in the packet <paramref name="at"/>.</summary>
    void Take(in BaselineFact fact, in Sighting at);
}
