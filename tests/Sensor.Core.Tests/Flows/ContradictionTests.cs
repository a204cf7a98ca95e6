using System.Text;

namespace Sensor.Core.Tests.Flows;

/// <summary>Two different payloads for the same sequence numbers, and what merely looks like it.</summary>
public class ContradictionTests
{
    private const string Ask = "GET /update.exe HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Forged = "HTTP/1.1 302 Found\r\nLocation: http://203.0.113.6/x.exe\r\nContent-Length: 0\r\n\r\n";

    private static readonly string True = "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + new string('x', 900);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Two_answers_of_different_lengths_to_one_request_are_told_with_both_frames(bool isForgedFirst)
    {
        var talk = new TcpTalk().Handshake().Client(Ask);
        var at = talk.ServerNext;
        Send(talk, at, isForgedFirst ? Forged : True);
        Send(talk, at, isForgedFirst ? True : Forged);
        Assert.Equal([isForgedFirst ? "5/6 302/200 /update.exe" : "5/6 200/302 /update.exe"], talk.Contradictions.Lines);
        Assert.Equal(4, talk.Contradictions.All[0].RequestFrameNumber);
        Assert.Equal(isForgedFirst ? 302 : 200, talk.Answers.All[0].Fact.Status);
    }

    [Fact]
    public void Equal_ranges_with_other_octets_are_told_in_either_direction_and_out_of_order_too()
    {
        var talk = new TcpTalk().Handshake();
        talk.Segment(true, talk.ClientNext, talk.ServerNext, TcpTalk.Ack, Encoding.ASCII.GetBytes(Ask));
        talk.Segment(true, talk.ClientNext, talk.ServerNext, TcpTalk.Ack, Encoding.ASCII.GetBytes(Ask.Replace("update", "downdt", StringComparison.Ordinal)));
        Assert.Single(talk.Contradictions.Lines);
        var at = talk.ServerNext + 100;
        Send(talk, at, new string('a', 50));
        Send(talk, at - 10, new string('b', 50));
        Assert.Equal(2, talk.Contradictions.Lines.Count);
    }

    [Fact]
    public void Retransmissions_probes_and_what_the_capture_cut_are_not_told()
    {
        var talk = new TcpTalk().Handshake().Client(Ask);
        var at = talk.ServerNext;
        Send(talk, at, True);
        Send(talk, at, True);
        Send(talk, at, True[..500]);
        Send(talk, at + 500, True[500..]);
        // Keep-alive probes: an octet of garbage one below, at different times another; the peer's window is closed.
        foreach (var garbage in "abc")
            Send(talk, at + (uint)True.Length - 1, garbage.ToString());
        foreach (var garbage in "xyz")
            Send(talk, at + (uint)True.Length, garbage.ToString());
        // A capture that keeps 60 octets of each segment.
        var other = new TcpTalk().Handshake().Client(Ask);
        for (var i = 0; i < 2; i++)
            other.Segment(false, other.ServerNext, other.ClientNext, TcpTalk.Ack, Encoding.ASCII.GetBytes(True), cut: True.Length - 60);
        Send(other, other.ServerNext, True);
        Assert.Empty(talk.Contradictions.Lines);
        Assert.Empty(other.Contradictions.Lines);
    }

    private static void Send(TcpTalk talk, uint sequence, string text) =>
        talk.Segment(false, sequence, talk.ClientNext, TcpTalk.Ack, Encoding.ASCII.GetBytes(text));
}
