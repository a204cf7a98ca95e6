using Sensor.Core.Tests.Flows;

namespace Sensor.Core.Tests.Analyzers;

public class MessageStreamTests
{
    /// <summary>A DNS response over TCP: wpad.example.com A 10.0.0.9.</summary>
    private static readonly byte[] Response = AnnotatedHex.Read(
        """
        0032                                        // length 50
        1234 8180 0001 0001 0000 0000               // id, response, one question, one answer
        04 77706164 07 6578616d706c65 03 636f6d 00  // wpad.example.com
        0001 0001                                   // A IN
        c00c 0001 0001 0000003c 0004 0a000009       // 60 s, 10.0.0.9
        """);

    [Fact]
    public void Reads_messages_however_they_are_cut()
    {
        for (var piece = 1; piece <= (2 * Response.Length); piece++)
        {
            var talk = new TcpTalk { ServerPort = 53 }.Handshake();
            foreach (var part in Response.Concat(Response).Chunk(piece))
                talk.Server(part);
            Assert.Equal(2, talk.Names.Seen);
        }
    }

    [Fact]
    public void Starts_again_after_loss()
    {
        var talk = new TcpTalk { ServerPort = 5355 }.Handshake();
        talk.Server(Response[..20]).Lost(Response.Length - 20).Server(Response).Finish();
        Assert.Equal(1, talk.Names.Seen);
    }

    [Fact]
    public void Survives_every_prefix_and_every_mutation()
    {
        var talk = new TcpTalk { ServerPort = 53 };
        for (var at = 0; at < Response.Length; at++)
        {
            var mutated = Response.ToArray();
            for (var value = 0; value < 256; value += 5)
            {
                mutated[at] = (byte)value;
                talk.ClientPort++;
                talk.Segment(fromClient: false, 1, 0, TcpTalk.Ack, mutated);
                talk.Segment(fromClient: false, 1 + (uint)mutated.Length, 0, TcpTalk.Ack, mutated.AsSpan(0, at));
            }
        }
        talk.Finish();
    }
}
