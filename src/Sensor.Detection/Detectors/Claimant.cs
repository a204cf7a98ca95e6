using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;

namespace Sensor.Detection.Detectors;

/// <summary>
/// One MAC that claims or uses an address. Nearly all are the only one, and say so only when they are asked: what is counted of the others lies apart.
/// </summary>
internal sealed class Claimant(MacAddress mac, in Sighting first)
{
    /// <summary>Two equal claims closer than this are one frame that the mirror port shows twice.</summary>
    private const long DuplicateNs = Span.Second / 1000;

    private UnaskedClaims? _unasked;
    private ClaimManner _manner;

    public MacAddress Mac { get; } = mac;

    public long FirstNs { get; } = first.TimestampNs;

    /// <summary>Last sign of life with the address, claim or traffic.</summary>
    public long LastNs { get; private set; } = first.TimestampNs;

    /// <summary>Last claim, 0 for none.</summary>
    public long ClaimedNs { get; private set; }

    /// <summary>Claims to single hosts that had not asked.</summary>
    public int Told => _unasked?.Told ?? 0;

    /// <summary>Claims in a row to one and the same host that had not asked.</summary>
    public int ToldOne => _unasked?.ToldOne ?? 0;

    /// <summary>When it first told a host that had not asked, 0 for never.</summary>
    public long FirstToldNs => _unasked?.FirstToldNs ?? 0;

    /// <summary>Claims to all.</summary>
    public int Announced => _unasked?.Announced ?? 0;

    public int Unasked => Told + Announced;

    /// <summary>Claims that pretend to be answers though nobody had asked.</summary>
    public int FalseAnswers => _unasked?.FalseAnswers ?? 0;

    /// <summary>Whether IP packets with the address came from the MAC.</summary>
    public bool HasTraffic { get; private set; }

    /// <summary>How often the owner was heard soon after a claim of this one.</summary>
    public int Interleaved => _unasked?.Interleaved ?? 0;

    /// <summary>Whether unasked claims come at equal intervals.</summary>
    public bool IsSteady => _unasked is { IsSteady: true };

    /// <summary>The host told last; none when all were.</summary>
    public IpAddress LastTold { get; private set; }

    /// <summary>The MAC of the host told last; none when all were.</summary>
    public MacAddress LastToldMac { get; private set; }

    public FrameTrail Trail { get; } = new();

    /// <summary>Notes a claim; false for a copy of the last one. <paramref name="isFalseAnswer"/>: it pretends to be an answer.</summary>
    public bool Note(in Sighting at, ClaimManner manner, IpAddress told, bool isFalseAnswer)
    {
        if (ClaimedNs != 0 && at.TimestampNs - ClaimedNs < DuplicateNs && told == LastTold && manner == _manner)
            return false;
        if (manner != ClaimManner.Asked)
            (_unasked ??= new UnaskedClaims()).Note(at.TimestampNs, manner, told == LastTold, isFalseAnswer);
        else
            _unasked?.Interrupt();
        _manner = manner;
        ClaimedNs = LastNs = at.TimestampNs;
        LastTold = told;
        LastToldMac = at.DestinationMac.IsGroup ? MacAddress.None : at.DestinationMac;
        Trail.Add(at);
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

    public void InterleavedBy(Claimant owner) => (_unasked ??= new UnaskedClaims()).InterleavedBy(owner, ClaimedNs);

    /// <summary>What is counted of a claimant whose claims are unasked, or against somebody.</summary>
    private sealed class UnaskedClaims
    {
        private const long ShortestBeatNs = Span.Second / 5, LongestBeatNs = 20 * Span.Second;

        /// <summary>Equal intervals in a row before they count as a beat.</summary>
        private const int SteadyBeats = 3;

        private long _lastNs, _intervalNs, _interleavedNs;
        private int _equalIntervals;

        public int Told { get; private set; }

        public int ToldOne { get; private set; }

        public long FirstToldNs { get; private set; }

        public int Announced { get; private set; }

        public int FalseAnswers { get; private set; }

        public int Interleaved { get; private set; }

        public bool IsSteady => _equalIntervals >= SteadyBeats;

        public void Note(long nowNs, ClaimManner manner, bool isToSame, bool isFalseAnswer)
        {
            ToldOne = manner != ClaimManner.Told ? 0 : isToSame ? ToldOne + 1 : 1;
            FalseAnswers += isFalseAnswer ? 1 : 0;
            if (manner == ClaimManner.Told)
            {
                Told++;
                FirstToldNs = FirstToldNs == 0 ? nowNs : FirstToldNs;
            }
            else
                Announced++;
            Beat(nowNs);
        }

        /// <summary>A claim that was asked for lies between the unasked ones.</summary>
        public void Interrupt() => ToldOne = 0;

        public void InterleavedBy(Claimant owner, long claimedNs)
        {
            if (claimedNs <= _interleavedNs)
                return;
            _interleavedNs = owner.LastNs;
            Interleaved++;
        }

        private void Beat(long nowNs)
        {
            var interval = nowNs - _lastNs;
            _lastNs = nowNs;
            var isEqual = interval is >= ShortestBeatNs and <= LongestBeatNs && Math.Abs(interval - _intervalNs) * 5 <= interval;
            _equalIntervals = isEqual ? _equalIntervals + 1 : 0;
            _intervalNs = interval;
        }
    }
}
