using System.Text;
using Sensor.Core.Frames;
using Sensor.Core.Wire;
using Sensor.Evidence;

namespace Sensor.Tests.Evidence;

public sealed class SecretMaskTests
{
    private static string Mask(SecretMask mask, string payload, uint sequence = 100)
    {
        var octets = Encoding.Latin1.GetBytes(payload);
        var packet = new Packet
        {
            Source = IpAddress.FromV4(1),
            Destination = IpAddress.FromV4(2),
            SourcePort = 3,
            DestinationPort = 4,
            Sequence = sequence,
            PayloadOffset = 7,
            PayloadLength = octets.Length,
            Protocol = 6,
        };
        var record = new FrameRecord { Offset = 7 };
        mask.Apply(octets, in packet, in record);
        return Encoding.Latin1.GetString(octets);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nAuthorization: Basic YWxhZGRpbg==\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nAuthorization: Basic xxxxxxxxxxxx\r\nHost: h\r\n\r\n")]
    [InlineData("proxy-authorization:\tNTLM abc\r\n", "proxy-authorization:\tNTLM xxx\r\n")]
    [InlineData("Cookie: a=b; c=d\r\n", "Cookie: xxxxxxxx\r\n")]
    [InlineData("Set-Cookie: sid=1\r\nX: y\r\n", "Set-Cookie: xxxxx\r\nX: y\r\n")]
    [InlineData("WWW-Authenticate: NTLM\r\nHost: a:80\r\n", "WWW-Authenticate: NTLM\r\nHost: a:80\r\n")]
    [InlineData("Authorization: NTLM\r\n", "Authorization: NTLM\r\n")]
    public void Values_of_headers(string sent, string kept) => Assert.Equal(kept, Mask(new SecretMask(), sent));

    [Fact]
    public void A_value_that_goes_on_in_the_next_segment()
    {
        var mask = new SecretMask();
        Assert.Equal("Authorization: Negotiate xxxx", Mask(mask, "Authorization: Negotiate YIIa", 100));
        Assert.Equal("unrelated", Mask(mask, "unrelated", 5000));
        Assert.Equal("xxxx\r\nHost: h\r\n", Mask(mask, "bcde\r\nHost: h\r\n", 129));
        Assert.Equal("body: bcde", Mask(mask, "body: bcde", 144));
    }

    [Fact]
    public void Responses_of_NTLM_but_not_who_sent_them()
    {
        var message = new byte[100];
        "NTLMSSP\0\x03"u8.CopyTo(message);
        (message[12], message[16]) = (4, 64);                  // LM response
        (message[20], message[24]) = (8, 68);                  // NT response
        (message[28], message[32]) = (4, 76);                  // domain
        (message[36], message[40]) = (5, 80);                  // user
        "lmlmntntntntCORPalice"u8.CopyTo(message.AsSpan(64));
        var shown = Mask(new SecretMask(), Encoding.Latin1.GetString(message));
        Assert.Equal("xxxxxxxxxxxxCORPalice", shown[64..85]);
    }

    [Fact]
    public void Never_throws_on_a_prefix_or_a_changed_octet()
    {
        var message = "NTLMSSP\0\x03\0\0\0\x10\0\x10\0\xff\0\0\0\x10\0\x10\0\x20\0\0\0zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\r\nCookie: a\r\nAuthorization: b c\r\n"u8.ToArray();
        for (var length = 0; length <= message.Length; length++)
            Mask(new SecretMask(), Encoding.Latin1.GetString(message, 0, length));
        for (var at = 0; at < message.Length; at++)
        {
            for (var value = 0; value < 256; value++)
            {
                var changed = message.ToArray();
                changed[at] = (byte)value;
                Mask(new SecretMask(), Encoding.Latin1.GetString(changed));
            }
        }
    }
}
