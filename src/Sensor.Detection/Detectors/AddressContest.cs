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

    private Claimant[] _claimants = [];
    private MacAddress _asker;
    private long _askedNs = long.MinValue / 2;

    public IpAddress Address { get; } = address;

    /// <summary>Whether more than one MAC claims or uses it.</summary>
    public bool IsContested => _claimants.Length > 1;

    public void Asked(in Sighting at) => (_asker, _askedNs) = (at.SourceMac, at.TimestampNs);

    public bool WasAskedBy(MacAddress told, long nowNs) => nowNs - _askedNs <= AnswerNs && (told == _asker || told.IsGroup);

    public Claimant Of(MacAddress mac, in Sighting at)
    {
        foreach (var known in _claimants)
        {
            if (known.Mac == mac)
                return known;
        }
        var claimant = new Claimant(mac, at);
        if (_claimants.Length == ClaimantCapacity)
            ForgetLongestSilent();
        _claimants = [.. _claimants, claimant];
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
        foreach (var known in _claimants)
        {
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
        for (var i = 1; i < _claimants.Length; i++)
        {
            if (_claimants[i].LastNs < _claimants[silent].LastNs)
                silent = i;
        }
        _claimants = [.. _claimants[..silent], .. _claimants[(silent + 1)..]];
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

/// <summary>One MAC that claims or uses an address.</summary>
internal sealed class Claimant(MacAddress mac, in Sighting first)
{
    /// <summary>Two equal claims closer than this are one frame that the mirror port shows twice.</summary>
    private const long DuplicateNs = Span.Second / 1000;

    private const long ShortestBeatNs = Span.Second / 5, LongestBeatNs = 20 * Span.Second;

    /// <summary>Equal intervals in a row before they count as a beat.</summary>
    private const int SteadyBeats = 3;

    private long _unaskedNs, _intervalNs, _interleavedNs;
    private int _equalIntervals;
    private ClaimManner _manner;

    public MacAddress Mac { get; } = mac;

    public long FirstNs { get; } = first.TimestampNs;

    /// <summary>Last sign of life with the address, claim or traffic.</summary>
    public long LastNs { get; private set; } = first.TimestampNs;

    /// <summary>Last claim, 0 for none.</summary>
    public long ClaimedNs { get; private set; }

    /// <summary>Claims to single hosts that had not asked.</summary>
    public int Told { get; private set; }

    /// <summary>Claims in a row to one and the same host that had not asked.</summary>
    public int ToldOne { get; private set; }

    /// <summary>When it first told a host that had not asked, 0 for never.</summary>
    public long FirstToldNs { get; private set; }

    /// <summary>Claims to all.</summary>
    public int Announced { get; private set; }

    public int Unasked => Told + Announced;

    /// <summary>Claims that pretend to be answers though nobody had asked.</summary>
    public int FalseAnswers { get; set; }

    /// <summary>Whether IP packets with the address came from the MAC.</summary>
    public bool HasTraffic { get; private set; }

    /// <summary>How often the owner was heard soon after a claim of this one.</summary>
    public int Interleaved { get; private set; }

    /// <summary>Whether unasked claims come at equal intervals.</summary>
    public bool IsSteady => _equalIntervals >= SteadyBeats;

    /// <summary>The host told last; none when all were.</summary>
    public IpAddress LastTold { get; private set; }

    /// <summary>The MAC of the host told last; none when all were.</summary>
    public MacAddress LastToldMac { get; private set; }

    public FrameTrail Trail { get; } = new();

    /// <summary>Notes a claim; false for a copy of the last one.</summary>
    public bool Note(in Sighting at, ClaimManner manner, IpAddress told)
    {
        if (ClaimedNs != 0 && at.TimestampNs - ClaimedNs < DuplicateNs && told == LastTold && manner == _manner)
            return false;
        _manner = manner;
        ToldOne = manner != ClaimManner.Told ? 0 : told == LastTold ? ToldOne + 1 : 1;
        ClaimedNs = LastNs = at.TimestampNs;
        LastTold = told;
        LastToldMac = at.DestinationMac.IsGroup ? MacAddress.None : at.DestinationMac;
        Trail.Add(at);
        if (manner == ClaimManner.Asked)
            return true;
        if (manner == ClaimManner.Told)
        {
            Told++;
            FirstToldNs = FirstToldNs == 0 ? at.TimestampNs : FirstToldNs;
        }
        else
            Announced++;
        Beat(at.TimestampNs);
        return true;
    }

    public void Live(in Sighting at)
    {
        LastNs = at.TimestampNs;
        if (!HasTraffic)
            Trail.Add(at);
        HasTraffic = true;
    }

    /// <summary>The MAC forwards for others: it lives, whatever another says about its address.</summary>
    public void Forwards(in Sighting at) => LastNs = at.TimestampNs;

    public void InterleavedBy(Claimant owner)
    {
        if (ClaimedNs <= _interleavedNs)
            return;
        _interleavedNs = owner.LastNs;
        Interleaved++;
    }

    private void Beat(long nowNs)
    {
        var interval = nowNs - _unaskedNs;
        _unaskedNs = nowNs;
        var isEqual = interval is >= ShortestBeatNs and <= LongestBeatNs && Math.Abs(interval - _intervalNs) * 5 <= interval;
        _equalIntervals = isEqual ? _equalIntervals + 1 : 0;
        _intervalNs = interval;
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
