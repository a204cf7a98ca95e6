using System.Text;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Updates;

namespace Sensor.Probing;

/// <summary>What a resolver answered a client on the wire.</summary>
/// <param name="Name">The name, lower case.</param>
/// <param name="Resolver">Who answered.</param>
/// <param name="Client">Whom.</param>
/// <param name="Addresses">The IPv4 addresses given.</param>
/// <param name="TimestampNs">When, nanoseconds since 1970 UTC.</param>
/// <param name="Sender">The hardware address it came from.</param>
/// <param name="Segment">The segment.</param>
internal sealed record WireAnswer(
    string Name, string Resolver, string Client, IReadOnlyList<string> Addresses, long TimestampNs, MacAddress Sender = default, int Segment = 0);

/// <summary>
/// Keeps what DNS answered clients on the wire for wpad names and update hosts, to be compared with what the same resolvers answer this sensor. The
/// newest answer for each name, resolver and client; told by the detection thread, asked by another.
/// </summary>
internal sealed class WireAnswers : IObserve<NameAnswered>
{
    /// <summary>Answers kept: a few names of each client that was lured; the oldest make room.</summary>
    public const int Capacity = 512;

    private const long HourNs = 3_600_000_000_000;

    private readonly UpdateCatalog _catalog;
    private readonly Lock _gate = new();
    private readonly LinkedList<WireAnswer> _answers = new();
    private readonly Dictionary<(ulong Name, IpAddress Resolver, IpAddress Client), LinkedListNode<WireAnswer>> _known = [];
    private readonly Queue<(ulong Name, IpAddress Resolver, IpAddress Client)> _order = new();

    /// <summary>Answers for the hosts of <paramref name="catalog"/>, and for wpad.</summary>
    public WireAnswers(UpdateCatalog catalog) => _catalog = catalog;

    /// <summary>Subscribes to DNS answers that claim something.</summary>
    public void Subscribe(ObservationBus bus) => bus.Subscribe<NameAnswered>(this, NameTopics.Dns & NameTopics.Positive);

    /// <inheritdoc/>
    public void Observe(in Observed<NameAnswered> seen)
    {
        ref readonly var fact = ref seen.Fact;
        if (fact.Addresses.IsEmpty || !(fact.IsWpad || _catalog.FindJudged(seen.Text(fact.Name)) is not null))
            return;
        var addresses = new List<string>();
        foreach (var address in seen.Addresses(fact.Addresses))
        {
            // Resolvers are asked for A: an answer for AAAA has nothing to be compared with, and must not pass for one that differs.
            if (address.IsV4)
                addresses.Add(address.ToString());
        }
        if (addresses.Count == 0)
            return;
        var answer = new WireAnswer(
            Encoding.ASCII.GetString(seen.Text(fact.Name)), seen.At.Source.ToString(), seen.At.Destination.ToString(), addresses, seen.At.TimestampNs,
            seen.At.SourceMac, seen.At.Segment);
        Keep((fact.NameHash, seen.At.Source, seen.At.Destination), answer);
    }

    /// <summary>The answers of the last hour before <paramref name="nowNs"/>, the oldest first; none that this sensor, at <paramref name="own"/>, was given.</summary>
    public IReadOnlyList<WireAnswer> Recent(long nowNs, Func<string, bool> own)
    {
        lock (_gate)
            return [.. _answers.Where(answer => nowNs - answer.TimestampNs < HourNs && !own(answer.Client))];
    }

    private void Keep((ulong Name, IpAddress Resolver, IpAddress Client) key, WireAnswer answer)
    {
        lock (_gate)
        {
            if (_known.TryGetValue(key, out var node))
                _answers.Remove(node);
            else
                _order.Enqueue(key);
            _known[key] = _answers.AddLast(answer);
            if (_known.Count > Capacity && _order.TryDequeue(out var oldest) && _known.Remove(oldest, out node))
                _answers.Remove(node);
        }
    }
}
