using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Hosts;

namespace Sensor.Detection.Detectors;

/// <summary>One address and the MACs that claim or use it.</summary>
internal sealed class AddressContest(IpAddress address)
{
    /// <summary>More claimants than two sides and their spares; a flood of forged MACs replaces the longest silent.</summary>
    private const int ClaimantCapacity = 4;

    /// <summary>An answer belongs to a question not older than this.</summary>
    private const long AnswerNs = 3 * Span.Second;

    /// <summary>
    /// The owner lives on when it is heard so soon after the other's claim. A sleeping host that its proxy wakes takes longer or comes
    /// once.
    /// </summary>
    private const long InterleaveNs = 30 * Span.Second;

    private ShortList<Claimant> _claimants;
    private MacAddress _asker;
    private long _askedNs = long.MinValue / 2;

    public IpAddress Address { get; } = address;

    /// <summary>Whether more than one MAC claims or uses it.</summary>
    public bool IsContested => _claimants.Count > 1;

    public void Asked(in Sighting at) => (_asker, _askedNs) = (at.SourceMac, at.TimestampNs);

    public bool WasAskedBy(MacAddress told, long nowNs) => nowNs - _askedNs <= AnswerNs && (told == _asker || told.IsGroup);

    public Claimant Of(MacAddress mac, in Sighting at)
    {
        for (var i = 0; i < _claimants.Count; i++)
        {
            if (_claimants[i].Mac == mac)
                return _claimants[i];
        }
        var claimant = new Claimant(mac, at);
        if (_claimants.Count == ClaimantCapacity)
            ForgetLongestSilent();
        _claimants.Add(claimant);
        return claimant;
    }

    /// <summary>
    /// Who lies and who owns, among <paramref name="present"/> and the strongest other side: the binding of the host table decides, then
    /// who was told unasked more often, then who came later. Counts an interleaving when the owner speaks soon after the liar's claim.
    /// </summary>
    public (Claimant? Liar, Claimant? Owner) Sides(Claimant present, Binding binding)
    {
        if (!IsContested)
            return (present, null);
        var other = Other(present, binding.Mac);
        var (liar, owner) = IsLiar(present, other, binding) ? (present, other) : (other, present);
        // Who merely answered for itself before the other was first heard did not claim against it.
        var isAgainst = liar.Unasked > 0 || owner.FirstNs < liar.ClaimedNs;
        if (owner == present && isAgainst && liar.ClaimedNs > 0 && owner.LastNs - liar.ClaimedNs is > 0 and <= InterleaveNs)
            liar.InterleavedBy(owner);
        return (liar, owner);
    }

    /// <summary>The one the host table knows, else the one heard last, of those there were before.</summary>
    private Claimant Other(Claimant present, MacAddress bound)
    {
        Claimant? latest = null;
        for (var i = 0; i < _claimants.Count; i++)
        {
            var known = _claimants[i];
            if (known == present)
                continue;
            if (known.Mac == bound)
                return known;
            if (latest is null || known.LastNs > latest.LastNs)
                latest = known;
        }
        return latest!;
    }

    private void ForgetLongestSilent()
    {
        var silent = 0;
        for (var i = 1; i < _claimants.Count; i++)
        {
            if (_claimants[i].LastNs < _claimants[silent].LastNs)
                silent = i;
        }
        _claimants.RemoveAt(silent);
    }

    private static bool IsLiar(Claimant a, Claimant b, Binding binding)
    {
        if (a.Unasked > 1 != b.Unasked > 1 && Math.Abs(a.Unasked - b.Unasked) > 1 && !(binding.ByLease && binding.Mac == (a.Unasked > 1 ? a.Mac : b.Mac)))
            return a.Unasked > 1;
        if (binding.ByTraffic || binding.ByLease)
            return binding.Mac != a.Mac;
        if (a.HasTraffic != b.HasTraffic)
            return b.HasTraffic;
        return a.FirstNs >= b.FirstNs;
    }
}

/// <summary>What one MAC says about others' addresses.</summary>
internal sealed class Speaker
{
    /// <summary>Claims kept, newest last; more do not make the case clearer.</summary>
    private const int LieCapacity = 16;

    private readonly List<Lie> _lies = new(0);
    private IpAddress _askedAs;
    private bool _hasAskedAsSeveral;
    private readonly List<IpAddress> _contested = new(0);

    /// <summary>How many addresses that belong to others it claims.</summary>
    public int Contested => _contested.Count;

    /// <summary>Whether it told two hosts, each, that it is the other.</summary>
    public bool IsCross { get; private set; }

    /// <summary>Notes that it asked as <paramref name="address"/>, another's; true when it has asked as several.</summary>
    public bool AskAs(IpAddress address)
    {
        if (_askedAs.IsUnspecified)
            _askedAs = address;
        return _hasAskedAsSeveral |= _askedAs != address;
    }

    public void Tell(IpAddress address, IpAddress told, long nowNs)
    {
        var known = IndexOf(address, told);
        if (known >= 0)
            _lies.RemoveAt(known);
        else if (_lies.Count == LieCapacity)
            _lies.RemoveAt(0);
        _lies.Add(new Lie(address, told, nowNs));
        IsCross |= address != told && IndexOf(told, address) >= 0;
    }

    public Lie? ToldTo(IpAddress host)
    {
        for (var i = _lies.Count - 1; i >= 0; i--)
        {
            if (_lies[i].Told == host)
                return _lies[i];
        }
        return null;
    }

    public bool HasContested(IpAddress address) => _contested.Contains(address);

    public void Contest(IpAddress address)
    {
        if (_contested.Count < LieCapacity && !_contested.Contains(address))
            _contested.Add(address);
    }

    private int IndexOf(IpAddress address, IpAddress told)
    {
        for (var i = 0; i < _lies.Count; i++)
        {
            if (_lies[i].Address == address && _lies[i].Told == told)
                return i;
        }
        return -1;
    }

    /// <summary>A claim told to a host that had not asked.</summary>
    public readonly record struct Lie(IpAddress Address, IpAddress Told, long AtNs);
}
