using System.Globalization;
using System.Text;

namespace Sensor.Tests.Delivery;

/// <summary>Reads a message strictly by the ABNF of RFC 5424 section 6: whatever the grammar does not allow fails the test.</summary>
internal sealed class Rfc5424Parser
{
    private readonly byte[] _octets;
    private int _at;

    private Rfc5424Parser(byte[] octets) => _octets = octets;

    public int Facility { get; private set; }

    public int Severity { get; private set; }

    public DateTimeOffset Timestamp { get; private set; }

    public string HostName { get; private set; } = "";

    public string AppName { get; private set; } = "";

    public string ProcId { get; private set; } = "";

    public string MsgId { get; private set; } = "";

    public string SdId { get; private set; } = "";

    public Dictionary<string, string> Params { get; } = [];

    public bool HasBom { get; private set; }

    public string Message { get; private set; } = "";

    public static Rfc5424Parser Read(byte[] octets)
    {
        var parser = new Rfc5424Parser(octets);
        parser.Header();
        parser.StructuredData();
        parser.Msg();
        return parser;
    }

    private void Header()
    {
        Expect('<');
        var pri = Take(static octet => octet is >= (byte)'0' and <= (byte)'9', 1, 3);
        Assert.False(pri.Length > 1 && pri[0] == '0', "PRI with a leading zero");
        var value = int.Parse(pri, CultureInfo.InvariantCulture);
        Assert.InRange(value, 0, 191);
        (Facility, Severity) = (value / 8, value % 8);
        Expect('>');
        Expect('1');
        Expect(' ');
        ReadTimestamp();
        Expect(' ');
        HostName = Printable(255);
        Expect(' ');
        AppName = Printable(48);
        Expect(' ');
        ProcId = Printable(128);
        Expect(' ');
        MsgId = Printable(32);
        Expect(' ');
    }

    private void ReadTimestamp()
    {
        var text = Printable(64);
        // FULL-DATE "T" HH:MM:SS [ "." 1*6DIGIT ] ("Z" / ("+" / "-") HH:MM)
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$", text);
        Timestamp = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
    }

    private void StructuredData()
    {
        Expect('[');
        SdId = SdName();
        while (Peek() == ' ')
        {
            Expect(' ');
            var name = SdName();
            Expect('=');
            Expect('"');
            Assert.True(Params.TryAdd(name, ParamValue()), $"{name} is there twice");
            Expect('"');
        }
        Expect(']');
    }

    private string ParamValue()
    {
        var value = new List<byte>();
        while (Peek() != '"')
        {
            var octet = _octets[_at++];
            Assert.NotEqual((byte)']', octet);
            if (octet == '\\')
            {
                octet = _octets[_at++];
                Assert.Contains((char)octet, "\"\\]");
            }
            value.Add(octet);
        }
        return Utf8([.. value]);
    }

    private void Msg()
    {
        if (_at == _octets.Length)
            return;
        Expect(' ');
        var rest = _octets[_at..];
        HasBom = rest is [0xEF, 0xBB, 0xBF, ..];
        Message = Utf8(HasBom ? rest[3..] : rest);
    }

    private string SdName() => Take(static octet => octet is > 32 and < 127 and not ((byte)'=' or (byte)' ' or (byte)']' or (byte)'"'), 1, 32);

    private string Printable(int most) => Take(static octet => octet is > 32 and < 127, 1, most);

    private string Take(Func<byte, bool> isPart, int least, int most)
    {
        var start = _at;
        while (_at < _octets.Length && isPart(_octets[_at]))
            _at++;
        Assert.InRange(_at - start, least, most);
        return Encoding.ASCII.GetString(_octets, start, _at - start);
    }

    private char Peek()
    {
        Assert.True(_at < _octets.Length, "the message ends too early");
        return (char)_octets[_at];
    }

    private void Expect(char wanted)
    {
        Assert.Equal(wanted, Peek());
        _at++;
    }

    private static string Utf8(byte[] octets) => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(octets);
}
