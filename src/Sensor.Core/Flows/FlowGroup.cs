using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Sensor.Core.Flows;

/// <summary>
/// What a look-up reads first: eight 16-bit tags, the exact order of use of eight flows, and where they lie, within a cache line. A flow
/// that is not in the table
/// is told by this line alone.
/// </summary>
internal struct FlowGroup
{
    public const int Ways = 8;

    private const ulong Ones = 0x0101010101010101, Highs = 0x8080808080808080, InOrder = 0x0706050403020100;

    private ulong _tagsLow, _tagsHigh;

    /// <summary>One octet a way: 0 used last … 7 longest unused. All zero: never used.</summary>
    private ulong _ranks;

    /// <summary>One bit a way: watched, so not to be replaced while another way can be.</summary>
    private byte _watched;

    private LineNumbers _lines;

    /// <summary>Where the flow of <paramref name="way"/> lies, 0 when the way was never used.</summary>
    public readonly int Line(int way) => _lines[way];

    /// <summary>Notes where the flows of <paramref name="way"/> lie from now on.</summary>
    public void SetLine(int way, int line) => _lines[way] = (ushort)line;

    /// <summary>One bit for each way with <paramref name="tag"/> (never 0, which marks an empty way).</summary>
    public readonly uint Matches(ushort tag) =>
        Vector128.Equals(Vector128.Create(_tagsLow, _tagsHigh).AsUInt16(), Vector128.Create(tag)).ExtractMostSignificantBits();

    /// <summary>Makes <paramref name="way"/> the one used last.</summary>
    public void Touch(int way)
    {
        var rank = (_ranks >> (way * 8)) & 0xFF;
        if (rank == 0)
            return;
        var younger = ~((_ranks | Highs) - (rank * Ones)) & Highs;
        _ranks = (_ranks + (younger >> 7)) & ~(0xFFUL << (way * 8));
    }

    /// <summary>The way to use for a new flow: the longest unused one that is not watched, or else the longest unused.</summary>
    public int Oldest()
    {
        if (_ranks == 0)
            _ranks = InOrder;
        var different = _ranks ^ (7 * Ones);
        var oldest = BitOperations.TrailingZeroCount((different - Ones) & ~different & Highs) >> 3;
        if ((_watched >> oldest & 1) == 0 || _watched == 0xFF)
            return oldest;
        var found = -1;
        for (var way = 0; way < Ways; way++)
        {
            if ((_watched >> way & 1) == 0 && (found < 0 || Rank(way) > Rank(found)))
                found = way;
        }
        return found;
    }

    /// <summary>Whether <paramref name="way"/> holds a flow.</summary>
    public readonly bool IsUsed(int way) => (ushort)((way < 4 ? _tagsLow : _tagsHigh) >> ((way & 3) * 16)) != 0;

    /// <summary>Puts a flow with <paramref name="tag"/> (0: none) into <paramref name="way"/>, not watched.</summary>
    public void Set(int way, ushort tag)
    {
        var shift = (way & 3) * 16;
        ref var half = ref way < 4 ? ref _tagsLow : ref _tagsHigh;
        half = (half & ~(0xFFFFUL << shift)) | ((ulong)tag << shift);
        _watched &= (byte)~(1 << way);
    }

    /// <summary>Marks whether <paramref name="way"/> is watched.</summary>
    public void SetWatched(int way, bool watched) =>
        _watched = (byte)(watched ? _watched | (1 << way) : _watched & ~(1 << way));

    /// <summary>Makes <paramref name="way"/> the first to be replaced.</summary>
    public void Age(int way)
    {
        var rank = (_ranks >> (way * 8)) & 0xFF;
        var older = ((_ranks | Highs) - ((rank + 1) * Ones)) & Highs;
        _ranks = (_ranks - (older >> 7)) | (7UL << (way * 8));
        _ranks = (_ranks & ~(0xFFUL << (way * 8))) | (7UL << (way * 8));
    }

    private readonly int Rank(int way) => (int)(_ranks >> (way * 8)) & 0xFF;

    [InlineArray(Ways)]
    private struct LineNumbers
    {
        private ushort _element;
    }
}
