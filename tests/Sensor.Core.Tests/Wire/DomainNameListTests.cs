using System.Text;
using CsCheck;
using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Wire;

public sealed class DomainNameListTests
{
    private static readonly Gen<string> Label = Gen.String[Gen.Char["abcdefghijklmnopqrstuvwxyz0123456789-_"], 1, 12];
    private static readonly Gen<string> Name = Label.Array[1, 5].Select(static labels => string.Join('.', labels));

    [Theory]
    [InlineData("04 636F7270 07 6578616D706C65 00  03 6C6162 00", "corp.example lab")]
    [InlineData("03 656E67 05 6170706C65 03 636F6D 00  09 6D61726B6574696E67 C004", "eng.apple.com marketing.apple.com")] // the example of RFC 3397
    [InlineData("03 4C4142 00", "lab")]
    [InlineData("00 00 00", "")]
    [InlineData("", "")]
    [InlineData("0D 6D6963726F736F66742E636F6D", "microsoft\\.com")] // one label holds the dotted domain, no end
    [InlineData("04 61 20 5C 01 00", "a\\032\\\\\\001")]
    [InlineData("03 6C61", "la")] // cut
    [InlineData("03 6C6162 C000", "lab")] // points to itself
    [InlineData("C000", "")]
    [InlineData("C0", "")]
    [InlineData("01 61 C005 01 62 00", "a b")] // points forwards
    [InlineData("01 61 80 01 62 00", "a")] // reserved label type
    public void Writes_names_readably(string list, string expected) => Assert.Equal(expected, Write(AnnotatedHex.Read(list)));

    [Fact]
    public void Round_trips_random_names() => Name.Array[0, 12].Sample(static names =>
        Assert.Equal(string.Join(' ', names), Write([.. names.SelectMany(Encode)])));

    [Fact]
    public void Leaves_out_names_beyond_its_room()
    {
        var name = Encode(string.Join('.', Enumerable.Repeat(new string('a', 60), 4)));
        var list = Enumerable.Repeat(name, 100).SelectMany(static octets => octets).ToArray();

        var text = Write(list);

        Assert.InRange(text.Length, 1000, DomainNameList.TextRoom);
        Assert.All(text.Split(' '), static written => Assert.Equal(243, written.Length));
    }

    [Fact]
    public void Survives_random_octets() => Gen.Byte.Array[0, 300].Sample(static octets =>
        Assert.InRange(Write(octets).Length, 0, DomainNameList.TextRoom));

    [Fact]
    public void Bounds_the_work_for_chains_of_pointers()
    {
        var list = new byte[16 * 1024];
        list[0] = 1;
        for (var at = 2; at + 1 < list.Length; at += 2)
            (list[at], list[at + 1]) = ((byte)(0xC0 | ((at - 2) >> 8)), (byte)(at - 2));

        Assert.InRange(Write(list).Length, 0, DomainNameList.TextRoom);
    }

    private static IEnumerable<byte> Encode(string name) =>
        name.Split('.').SelectMany(static label => Encoding.ASCII.GetBytes(label).Prepend((byte)label.Length)).Append((byte)0);

    private static string Write(byte[] list)
    {
        var room = new byte[DomainNameList.TextRoom];
        return Encoding.Latin1.GetString(room, 0, DomainNameList.Write(list, room));
    }
}
