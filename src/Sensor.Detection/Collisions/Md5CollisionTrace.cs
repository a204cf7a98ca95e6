namespace Sensor.Detection.Collisions;

/// <summary>Where octets carry the trace of a collision, and which attack's difference it is.</summary>
/// <param name="Offset">Octet at which the near-collision block begins.</param>
/// <param name="Difference">The difference to the sibling block.</param>
public sealed record Md5CollisionTrace(int Offset, MessageDifference Difference)
{
    /// <summary>For a sentence.</summary>
    public string Shown => $"block at octet {Offset}, difference {Difference.Shown}";
}

/// <summary>
/// Counter-cryptanalysis of MD5 (Stevens, CRYPTO 2013; Fillinger and Stevens, ASIACRYPT 2015): finds the last near-collision block of a collision in
/// one message alone, without the other.
///
/// Every practical attack needs steps in the middle of the block where the two computations agree, or differ in nothing but the top bits. So the
/// sibling block can be made by adding a known difference, the sibling's state there is known, and its computation can be run backwards to its
/// chaining value and forwards to its end. If both computations end in the same value they are a collision; that this happens by chance has a
/// probability of about 2^-128 for each attempt.
/// </summary>
public static class Md5Collision
{
    /// <summary>Octets of a block.</summary>
    private const int BlockOctets = 64;

    /// <summary>Octets looked at of one message: certificates are far smaller.</summary>
    private const int MaxOctets = 256 * 1024;

    /// <summary>
    /// Steps at which the states of the two are assumed to agree. The published paths agree somewhere from step 28 on (Wang's: without difference
    /// before step 34, top bits after 38; chosen-prefix in word 11: without difference from 35 to 61); several are tried because a path's length
    /// depends on the attack.
    /// </summary>
    private static ReadOnlySpan<int> MiddleSteps => [28, 32, 34, 37, 41, 44, 47, 50, 54];

    /// <summary>The trace of a collision in <paramref name="octets"/>, as MD5 would hash them with its padding; null when there is none.</summary>
    public static Md5CollisionTrace? Find(ReadOnlySpan<byte> octets)
    {
        octets = octets[..Math.Min(octets.Length, MaxOctets)];
        Span<uint> block = stackalloc uint[16];
        var chaining = Md5State.Initial;
        for (var offset = 0; octets.Length - offset >= BlockOctets; offset += BlockOctets)
        {
            Md5Steps.ReadBlock(octets[offset..], block);
            var end = chaining + Md5Steps.Forward(chaining, block, 0, Md5Steps.Count);
            if (FindSibling(chaining, end, block) is { } difference)
                return new Md5CollisionTrace(offset, difference);
            chaining = end;
        }
        return null;
    }

    private static MessageDifference? FindSibling(Md5State start, Md5State end, ReadOnlySpan<uint> block)
    {
        Span<Md5State> middles = stackalloc Md5State[MiddleSteps.Length];
        var state = start;
        for (var at = 0; at < middles.Length; at++)
        {
            state = Md5Steps.Forward(state, block, at == 0 ? 0 : MiddleSteps[at - 1], MiddleSteps[at]);
            middles[at] = state;
        }
        Span<uint> sibling = stackalloc uint[16];
        foreach (var difference in MessageDifferences.All)
        {
            block.CopyTo(sibling);
            foreach (var (word, add) in difference.Words)
                sibling[word] += add;
            for (var at = 0; at < middles.Length; at++)
            {
                if ((!difference.Words.IsEmpty && MeetsAt(middles[at], MiddleSteps[at], sibling, end))
                    || MeetsAt(WithTopBits(middles[at]), MiddleSteps[at], sibling, end))
                    return difference;
            }
        }
        return null;
    }

    /// <summary>Whether the sibling that has <paramref name="middle"/> before step <paramref name="step"/> ends in the same chaining value.</summary>
    private static bool MeetsAt(Md5State middle, int step, ReadOnlySpan<uint> sibling, Md5State end) =>
        Md5Steps.Backward(middle, sibling, step, 0) + Md5Steps.Forward(middle, sibling, step, Md5Steps.Count) == end;

    private static Md5State WithTopBits(Md5State state)
    {
        const uint top = 1u << 31;
        return new(state.A ^ top, state.B ^ top, state.C ^ top, state.D ^ top);
    }
}
