using System.Text;
using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Wire;

public class NetBiosNameTests
{
    private static (string? Name, byte Suffix, int Next) Read(string hex, int at = 0)
    {
        var text = new byte[NetBiosName.MaxText];
        return NetBiosName.TryWrite(AnnotatedHex.Read(hex), at, text, out var length, out var suffix, out var next)
            ? (Encoding.UTF8.GetString(text, 0, length), suffix, next)
            : (null, 0, 0);
    }

    [Theory]
    [InlineData("FHFAEBEECACACACACACACACACACACAAA", "wpad", 0)]
    [InlineData("FHFAEBEECACACACACACACACACACACAGL", "wpad", 0x6B)] // any suffix
    [InlineData("fhfaebeecacacacacacacacacacacaca", "wpad", 0x20)]
    [InlineData("FHFAEBEECOCACACACACACACACACACAAA", "wpad.", 0)] // the dotted spelling that reserves the name in WINS
    [InlineData("CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "*", 0)]
    [InlineData("ABACFPFPENFDECFCEPFHFDEFFPFPACAB", "\\001\\002__msbrowse__\\002", 1)]
    [InlineData("OECACACACACACACACACACACACACACAAA", "\\228", 0)] // an octet of an unknown code page
    [InlineData("CACACACACACACACACACACACACACACAAA", "", 0)]
    public void Decodes_the_first_level_encoding(string letters, string name, byte suffix) =>
        Assert.Equal((name, suffix, 34), Read($"20 '{letters}' 00"));

    [Fact]
    public void Appends_the_scope()
    {
        Assert.Equal(("wpad.netbios.com", (byte)0, 46), Read("20 'FHFAEBEECACACACACACACACACACACAAA' 07 'NETBIOS' 03 'COM' 00"));
    }

    [Fact]
    public void Follows_a_pointer_to_an_earlier_name()
    {
        Assert.Equal(("wpad", (byte)0, 36), Read("20 'FHFAEBEECACACACACACACACACACACAAA' 00 C0 00", 34));
    }

    [Theory]
    [InlineData("20 'FHFAEBEECACACACACACACACACACACAAQ' 00")] // Q is no nibble
    [InlineData("20 'FHFAEBEECACACACACACACACACACAC@AA' 00")]
    [InlineData("1F 'FHFAEBEECACACACACACACACACACACAA' 00")]
    [InlineData("20 'FHFAEBEECACACACACACACACACACACAAA'")] // no end
    [InlineData("20 'FHFAEBEECACACACACACACACACACAC'")]
    [InlineData("20 'FHFAEBEECACACACACACACACACACACAAA' 05 'cut'")]
    [InlineData("C0 00")]
    [InlineData("")]
    public void Rejects_what_is_no_netbios_name(string hex) => Assert.Null(Read(hex).Name);
}
