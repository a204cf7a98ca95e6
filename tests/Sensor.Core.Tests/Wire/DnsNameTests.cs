using System.Text;
using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Wire;

public class DnsNameTests
{
    private static string? Read(string hex, int at, out int next)
    {
        var text = new byte[DnsName.MaxText];
        return DnsName.TryWrite(AnnotatedHex.Read(hex), at, text, out var length, out next)
            ? Encoding.UTF8.GetString(text, 0, length)
            : null;
    }

    [Theory]
    [InlineData("00", "")]
    [InlineData("03 'WwW' 07 'Example' 00", "www.example")]
    [InlineData("01 '*' 04 'corp' 00", "*.corp")]
    [InlineData("05 'a.b\\c' 00", "a\\.b\\\\c")]
    [InlineData("04 00 1F 7F '~' 00", "\\000\\031\\127~")]
    [InlineData("07 'My Desk' 05 '_http' 00", "my desk._http")]
    [InlineData("03 'ÄX' 00", "Äx")]
    [InlineData("11 'ABCDEFGHIJKLMNOPQ' 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00", "abcdefghijklmnopq")]
    [InlineData("10 'ABCDEFGHIJKLMNO.' 00", "abcdefghijklmno\\.")]
    public void Writes_lower_case_presentation_form(string hex, string expected)
    {
        Assert.Equal(expected, Read(hex, 0, out _));
        Assert.Equal(expected, Read(hex + " 32*41", 0, out _)); // read 16 octets at a time
    }

    [Fact]
    public void Follows_pointers_backwards_and_ends_behind_the_first()
    {
        const string Message = "05 'local' 00 04 'wpad' C0 00 01 'x' C0 07 FF";
        Assert.Equal("wpad.local", Read(Message, 7, out var next));
        Assert.Equal(14, next);
        Assert.Equal("x.wpad.local", Read(Message, 14, out next));
        Assert.Equal(18, next);
    }

    [Theory]
    [InlineData("C0 00", 0)] // to itself
    [InlineData("C0 02 01 'a' 00", 0)] // forwards
    [InlineData("01 'a' C0 00", 0)] // into its own labels: for ever
    [InlineData("C0 02 C0 00", 2)] // back and forth
    [InlineData("00 C0", 1)] // half a pointer
    [InlineData("40 41 00", 0)] // reserved label type 01
    [InlineData("80 41 00", 0)] // reserved label type 10
    [InlineData("05 'abc'", 0)] // cut label
    [InlineData("03 'abc'", 0)] // no end
    [InlineData("", 0)]
    public void Rejects_what_is_no_name(string hex, int at) => Assert.Null(Read(hex, at, out _));

    [Fact]
    public void Accepts_255_octets_and_no_more()
    {
        const string Longest = "3F 63*41 3F 63*41 3F 63*41 3D 61*41 00";
        Assert.Equal(253, Read(Longest, 0, out var next)!.Length);
        Assert.Equal(255, next);
        Assert.Null(Read(Longest.Replace("3D 61*41", "3E 62*41", StringComparison.Ordinal), 0, out _));
        Assert.Null(Read("01 'a' 00 " + Longest.Replace(" 00", " C0 00", StringComparison.Ordinal), 3, out _));
    }

    [Fact]
    public void The_longest_escaped_name_fits_the_room()
    {
        var name = Read("3F 63*01 3F 63*01 3F 63*01 3D 61*01 00", 0, out _);
        Assert.Equal(1003, name!.Length);
    }

    [Fact]
    public void Gives_up_on_a_ladder_of_pointers()
    {
        // 00, then pointers each to the one before: 126 may be followed, 127 not.
        var ladder = new byte[1 + (2 * 127)];
        for (var i = 1; i < ladder.Length; i += 2)
            (ladder[i], ladder[i + 1]) = (0xC0, (byte)Math.Max(0, i - 2));
        var text = new byte[DnsName.MaxText];
        Assert.True(DnsName.TryWrite(ladder, ladder.Length - 4, text, out _, out _));
        Assert.False(DnsName.TryWrite(ladder, ladder.Length - 2, text, out _, out _));
    }

    [Fact]
    public void Compares_names_regardless_of_case_and_compression()
    {
        var message = AnnotatedHex.Read("04 'corp' 00 04 'WPAD' C0 00 04 'wpad' 04 'CORP' 00 05 'wpadx' C0 00 C0 06 C0 1F");
        Assert.True(DnsName.AreSame(message, 6, 13));
        Assert.True(DnsName.AreSame(message, 6, 32)); // pointer to it
        Assert.False(DnsName.AreSame(message, 6, 24)); // wpadx
        Assert.False(DnsName.AreSame(message, 6, 0)); // parent
        Assert.False(DnsName.AreSame(message, 6, 34)); // pointer into another name's middle
    }

    [Theory]
    [InlineData("C0 00")]
    [InlineData("01 'a' C0 00 01 'a' C0 04")]
    public void Comparing_looping_names_ends(string hex)
    {
        var message = AnnotatedHex.Read(hex);
        Assert.False(DnsName.AreSame(message, 0, Math.Min(4, message.Length)));
    }

    [Theory]
    [InlineData("03 'abc' 00", 5)]
    [InlineData("03 'abc' C0 00", 6)]
    [InlineData("C0 00", 2)]
    public void Skips_a_name(string hex, int expected)
    {
        Assert.True(DnsName.TrySkip(AnnotatedHex.Read(hex), 0, out var next));
        Assert.Equal(expected, next);
    }

    [Theory]
    [InlineData("03 'abc'")]
    [InlineData("03 'abc' C0")]
    [InlineData("41 00")]
    [InlineData("C0")]
    [InlineData("")]
    public void Does_not_skip_what_is_cut_or_reserved(string hex) => Assert.False(DnsName.TrySkip(AnnotatedHex.Read(hex), 0, out _));
}
