using System.Security.Cryptography;
using Sensor.Detection.Certificates;
using Sensor.Detection.Collisions;

namespace Sensor.Detection.Tests.Collisions;

/// <summary>Proof on published collision pairs: each half alone, without the other, is told to be half of a collision.</summary>
public class Md5CollisionTests
{
    // Wang and Yu, EUROCRYPT 2005: two blocks, differences 2^31 in words 4 and 14 and 2^15 in word 11 (the class of Flame's).
    private const string Wang =
        "d131dd02c5e6eec4693d9a0698aff95c2fcab58712467eab4004583eb8fb7f8955ad340609f4b30283e488832571415a085125e8f7cdc99fd91dbdf280373c5b"
        + "d8823e3156348f5bae6dacd436c919c6dd53e2b487da03fd02396306d248cda0e99f33420f577ee8ce54b67080a80d1ec69821bcb6a8839396f9652b6ff72a70";

    private const string WangOther =
        "d131dd02c5e6eec4693d9a0698aff95c2fcab50712467eab4004583eb8fb7f8955ad340609f4b30283e4888325f1415a085125e8f7cdc99fd91dbd7280373c5b"
        + "d8823e3156348f5bae6dacd436c919c6dd53e23487da03fd02396306d248cda0e99f33420f577ee8ce54b67080280d1ec69821bcb6a8839396f965ab6ff72a70";

    // Xie and Feng, 2010: a single block, differences 2^10 in word 5 and 2^31 in word 10.
    private const string Xie = "0e306561559aa787d00bc6f70bbdfe3404cf03659e704f8534c00ffb659c4c8740cc942feb2da115a3f4155cbb8607497386656d7d1f34a42059d78f5a8dd1ef";
    private const string XieOther = "0e306561559aa787d00bc6f70bbdfe3404cf03659e744f8534c00ffb659c4c8740cc942feb2da115a3f415dcbb8607497386656d7d1f34a42059d78f5a8dd1ef";

    // Stevens, 2012: a single block, differences 2^25 in word 8 and 2^31 in word 13.
    private const string Stevens = "4dc968ff0ee35c209572d4777b721587d36fa7b21bdc56b74a3dc0783e7b9518afbfa200a8284bf36e8e4b55b35f427593d849676da0d1555d8360fb5f07fea2";
    private const string StevensOther = "4dc968ff0ee35c209572d4777b721587d36fa7b21bdc56b74a3dc0783e7b9518afbfa202a8284bf36e8e4b55b35f427593d849676da0d1d55d8360fb5f07fea2";

    [Theory]
    [InlineData(Wang, WangOther, 64, "word 11")]
    [InlineData(Xie, XieOther, 0, "word 5")]
    [InlineData(Stevens, StevensOther, 0, "word 8")]
    public void Each_half_of_a_published_pair_is_told_alone(string first, string second, int offset, string difference)
    {
        byte[] one = Convert.FromHexString(first), other = Convert.FromHexString(second);
        Assert.NotEqual(one, other);
        Assert.Equal(DigestKind.Md5.Compute(one), DigestKind.Md5.Compute(other));
        foreach (var half in new[] { one, other })
        {
            var trace = Md5Collision.Find(half);
            Assert.NotNull(trace);
            Assert.Equal(offset, trace.Offset);
            Assert.Contains(difference, trace.Shown, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_follows_the_collision_does_not_hide_it()
    {
        byte[] longer = [.. Convert.FromHexString(Xie), .. new byte[1000]];
        Assert.Equal(0, Md5Collision.Find(longer)!.Offset);
    }

    [Fact]
    public void One_changed_bit_is_no_collision()
    {
        var octets = Convert.FromHexString(Stevens);
        for (var bit = 0; bit < 512; bit += 7)
        {
            octets[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(Md5Collision.Find(octets));
            octets[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Ordinary_octets_are_none()
    {
        var octets = new byte[16 * 1024];
        for (var seed = 0; seed < 4; seed++)
        {
            for (var at = 0; at < octets.Length; at += 32)
                SHA256.HashData(BitConverter.GetBytes((seed << 20) + at)).CopyTo(octets.AsSpan(at));
            Assert.Null(Md5Collision.Find(octets));
        }
        Assert.Null(Md5Collision.Find(new byte[4096]));
    }

    [Fact]
    public void Steps_are_those_of_md5_and_can_be_undone()
    {
        Span<uint> block = stackalloc uint[16];
        var octets = new byte[64];
        "The quick brown fox jumps over the lazy dog"u8.CopyTo(octets);
        octets[43] = 0x80;
        BitConverter.TryWriteBytes(octets.AsSpan(56), 43L * 8);
        Md5Steps.ReadBlock(octets, block);
        var end = Md5State.Initial + Md5Steps.Forward(Md5State.Initial, block, 0, Md5Steps.Count);
        byte[] digest = [.. BitConverter.GetBytes(end.A), .. BitConverter.GetBytes(end.B), .. BitConverter.GetBytes(end.C),
            .. BitConverter.GetBytes(end.D)];
        Assert.Equal(DigestKind.Md5.Compute("The quick brown fox jumps over the lazy dog"u8), digest);
        for (var step = 0; step <= Md5Steps.Count; step++)
            Assert.Equal(Md5State.Initial, Md5Steps.Backward(Md5Steps.Forward(Md5State.Initial, block, 0, step), block, step, 0));
    }

    [Fact]
    public void The_table_has_all_differences_with_all_signs()
    {
        Assert.Contains(MessageDifferences.All, known => known.Words.SequenceEqual([(4, 1u << 31), (11, 1u << 15), (14, 1u << 31)]));
        Assert.Contains(MessageDifferences.All, known => known.Words.SequenceEqual([(4, 1u << 31), (11, uint.MaxValue - (1u << 15) + 1),
            (14, 1u << 31)]));
        for (var bit = 0; bit < 32; bit++)
            Assert.Contains(MessageDifferences.All, known => known.Words.SequenceEqual([(11, 1u << bit)]));
    }
}
