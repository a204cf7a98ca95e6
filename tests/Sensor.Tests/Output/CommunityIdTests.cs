using System.Text;
using Sensor.Core.Wire;
using Sensor.Output;

namespace Sensor.Tests.Output;

public sealed class CommunityIdTests
{
    /// <summary>The values the specification's baseline gives for its own captures.</summary>
    [Theory]
    [InlineData(6, "128.232.110.120", 34855, "66.35.250.204", 80, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=")]
    [InlineData(17, "192.168.1.52", 54585, "8.8.8.8", 53, "1:d/FP5EW3wiY1vCndhwleRRKHowQ=")]
    [InlineData(1, "192.168.0.89", 8, "192.168.0.1", 0, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=")]
    [InlineData(58, "fe80::200:86ff:fe05:80da", 135, "fe80::260:97ff:fe07:69ea", 0, "1:dGHyGvjMfljg6Bppwm3bg0LO8TY=")]
    public void Agrees_with_the_published_values(byte protocol, string source, ushort sourcePort, string destination, ushort destinationPort, string id)
    {
        Assert.Equal(id, CommunityId.Of(protocol, Address(source), sourcePort, Address(destination), destinationPort));
    }

    [Theory]
    [InlineData(6, "10.0.0.1", 1000, "10.0.0.2", 80, 80, 1000)]
    [InlineData(17, "10.0.0.1", 1000, "10.0.0.1", 80, 80, 1000)]
    [InlineData(1, "10.0.0.1", 8, "10.0.0.2", 0, 0, 0)]
    [InlineData(58, "fe80::1", 135, "fe80::2", 0, 136, 0)]
    public void Is_the_same_for_both_directions(
        byte protocol, string one, ushort onePort, string other, ushort otherPort, ushort backSource, ushort backDestination)
    {
        Assert.Equal(
            CommunityId.Of(protocol, Address(one), onePort, Address(other), otherPort),
            CommunityId.Of(protocol, Address(other), backSource, Address(one), backDestination));
    }

    [Theory]
    [InlineData("", "da39a3ee5e6b4b0d3255bfef95601890afd80709")]
    [InlineData("abc", "a9993e364706816aba3e25717850c26c9cd0d89d")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "84983e441c3bd26ebaae4aa1f95129e5e54670f1")]
    public void Its_digest_is_sha1(string text, string digest)
    {
        var octets = new byte[Sha1.Size];
        Sha1.Hash(Encoding.ASCII.GetBytes(text), octets);
        Assert.Equal(digest, Convert.ToHexStringLower(octets));
    }

    [Fact]
    public void Its_digest_agrees_with_the_platform_for_every_length()
    {
        var input = new byte[200];
        new Random(1).NextBytes(input);
        var octets = new byte[Sha1.Size];
        for (var length = 0; length <= input.Length; length++)
        {
            Sha1.Hash(input.AsSpan(0, length), octets);
#pragma warning disable CA5350 // compared, not trusted
            Assert.Equal(System.Security.Cryptography.SHA1.HashData(input.AsSpan(0, length)), octets);
#pragma warning restore CA5350
        }
    }

    private static IpAddress Address(string text) => IpAddress.TryParse(text, out var address) ? address : throw new FormatException(text);
}
