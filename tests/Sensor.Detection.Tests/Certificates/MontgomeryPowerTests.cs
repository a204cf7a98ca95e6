using System.Numerics;
using CsCheck;
using Sensor.Detection.Certificates;

namespace Sensor.Detection.Tests.Certificates;

/// <summary>The platform's own arithmetic is the judge.</summary>
public sealed class MontgomeryPowerTests
{
    private static readonly Gen<BigInteger> Numbers = Gen.Byte.Array[1, 300].Select(static octets => new BigInteger(octets, isUnsigned: true));

    [Fact]
    public void Agrees_with_the_platform_for_any_odd_modulus() =>
        Gen.Select(Numbers, Numbers, Gen.ULong).Sample(static (first, second, exponent) =>
        {
            var modulus = (first | 1) + 2;
            var number = second % modulus;
            Assert.Equal(BigInteger.ModPow(number, exponent, modulus), new MontgomeryPower(modulus).Of(number, exponent));
        });

    [Theory]
    [InlineData(64)]
    [InlineData(128)]
    [InlineData(2048)]
    public void Holds_at_the_edges_of_its_words(int bits)
    {
        foreach (var modulus in (BigInteger[])[(BigInteger.One << bits) - 1, (BigInteger.One << bits) + 1, (BigInteger.One << (bits - 1)) + 1])
        {
            var power = new MontgomeryPower(modulus);
            foreach (var number in (BigInteger[])[0, 1, 2, modulus - 1, modulus - 2, modulus >> 1])
            {
                foreach (var exponent in (ulong[])[0, 1, 2, 3, 65537, ulong.MaxValue])
                    Assert.Equal(BigInteger.ModPow(number, exponent, modulus), power.Of(number, exponent));
            }
        }
    }
}
