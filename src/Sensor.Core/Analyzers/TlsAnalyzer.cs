using Sensor.Core.Flows;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>
/// TLS (SSLv3 to TLS 1.3) over a TCP connection, up to where it becomes unreadable: who is the client is told by the hellos. When the server has
/// said what can be seen the stream is given up, so that the data of the connection cost nothing.
/// </summary>
internal sealed class TlsAnalyzer(StreamMemory memory) : StreamAnalyzer
{
    /// <summary>Octets of a certificate chain that are told: real ones have three to eight thousand.</summary>
    public const int MostCertificates = 32 * 1024;

    private const int Unknown = -1;

    private readonly TlsSide _fromA = new(memory), _fromB = new(memory);
    private readonly PackedTexts _texts = new(memory);
    private TlsAnswered _answer;
    private OctetSlice _name, _protocol;
    private int _server = Unknown;
    private bool _isAnswering, _isOver, _isRetried;
    private long _askedFrame;

    /// <summary>Whether octets, however few, can be the start of such a stream.</summary>
    public static bool MayStart(ReadOnlySpan<byte> octets) => TlsRecord.MayStartHandshake(octets) || Ssl2Hello.MayStart(octets);

    /// <inheritdoc/>
    public override Verdict Receive(int direction, ReadOnlySpan<byte> octets, uint sequence, in StreamPlace place, ObservationLog log)
    {
        if (_isOver)
            return Verdict.NotMine;
        if (_server == Unknown && Ssl2Hello.MayStart(octets))
            return ReadSsl2(direction, octets, in place, log) ? Verdict.Parsed : Verdict.NotMine;
        var side = Of(direction);
        while (!side.IsDone)
        {
            var step = side.Next(ref octets, in place, out var message);
            if (step == TlsStep.NeedMore)
                return Verdict.NeedMore;
            if (step == TlsStep.End && _isRetried && direction == _server)
                // A server that asks for another hello sends an empty ChangeCipherSpec first (RFC 8446 appendix D.4): its answer is still to come.
                _isRetried = false;
            else if (step == TlsStep.End)
                EndSide(direction, isResumed: _isAnswering, log);
            else if (step == TlsStep.Broken || !Read(direction, side, message, in place, log))
                return GiveUp(direction, log);
        }
        return _isOver ? Verdict.NotMine : Verdict.Parsed;
    }

    /// <inheritdoc/>
    public override void Miss(int direction, uint octets, in StreamPlace place, ObservationLog log) => Cut(direction, log);

    /// <inheritdoc/>
    public override void End(int direction, ObservationLog log) => Cut(direction, log);

    /// <inheritdoc/>
    public override void Close(ObservationLog log)
    {
        if (_isAnswering)
            Cut(_server, log);
        _fromA.Clear();
        _fromB.Clear();
        _texts.Clear();
        (_name, _protocol, _answer) = (default, default, default);
        _isAnswering = _isOver = _isRetried = false;
        (_server, _askedFrame) = (Unknown, 0);
    }

    /// <inheritdoc/>
    public override long Skippable(int direction) => Of(direction).IsDone && !_isOver ? long.MaxValue : 0;

    /// <summary>Takes one handshake message; false when it is broken or out of place.</summary>
    private bool Read(int direction, TlsSide side, ReadOnlySpan<byte> message, in StreamPlace place, ObservationLog log)
    {
        var body = message[TlsHandshake.HeaderSize..];
        switch (message[0])
        {
            case TlsHandshake.ClientHello when direction != _server:
                return ReadClientHello(direction, side, body, in place, log);
            case TlsHandshake.ServerHello when !_isAnswering && direction != 1 - _server:
                return ReadServerHello(direction, side, body, log);
            case TlsHandshake.Certificate when _isAnswering:
                var certificates = CertificateList.Of(body);
                _answer.CertificatesCut = certificates.Length > MostCertificates;
                _answer.Certificates = log.Keep(certificates[..Math.Min(certificates.Length, MostCertificates)]);
                EndSide(direction, isResumed: false, log);
                return true;
            case TlsHandshake.ServerKeyExchange or TlsHandshake.CertificateRequest or TlsHandshake.ServerHelloDone when _isAnswering:
                EndSide(direction, isResumed: false, log);
                return true;
            default:
                return direction == _server;
        }
    }

    private bool ReadClientHello(int direction, TlsSide side, ReadOnlySpan<byte> body, in StreamPlace place, ObservationLog log)
    {
        if (!ClientHello.TryRead(body, out var hello))
            return false;
        _name = _texts.Keep(TlsHello.NameIn(in hello));
        TlsHello.Fill(ref NoteAsked(direction, side, in place, log), in hello, TlsCarrier.Tcp, log);
        return true;
    }

    /// <summary>It must lie in one segment: it is short, and nobody honest sends one any more.</summary>
    private bool ReadSsl2(int direction, ReadOnlySpan<byte> octets, in StreamPlace place, ObservationLog log)
    {
        if (!Ssl2Hello.TryRead(octets, out var hello))
            return false;
        var side = Of(direction);
        side.Look(in place);
        ref var fact = ref NoteAsked(direction, side, in place, log);
        fact.Carrier = TlsCarrier.Ssl2;
        fact.Version = fact.LegacyVersion = hello.Version;
        return true;
    }

    private ref TlsAsked NoteAsked(int direction, TlsSide side, in StreamPlace place, ObservationLog log)
    {
        _server = 1 - direction;
        _askedFrame = side.First.FrameNumber;
        EndSide(direction, isResumed: false, log);
        ref var fact = ref log.Add<TlsAsked>(Connection.SightingOf(direction, in place));
        fact.ConnectionId = Id;
        fact.TunnelExchangeId = Connection.TunnelExchangeId;
        fact.FirstFrameNumber = _askedFrame;
        return ref fact;
    }

    private bool ReadServerHello(int direction, TlsSide side, ReadOnlySpan<byte> body, ObservationLog log)
    {
        if (!ServerHello.TryRead(body, out var hello))
            return false;
        _server = direction;
        _isRetried = hello.IsRetryRequest;
        if (_isRetried)
            return true;
        _isAnswering = true;
        _answer = new TlsAnswered
        {
            Version = hello.Version,
            CipherSuite = hello.CipherSuite,
            CertificatesHidden = hello.Version >= TlsHandshake.Tls13,
            FirstFrameNumber = side.First.FrameNumber,
            FirstTimestampNs = side.First.TimestampNs,
        };
        _protocol = _texts.Keep(hello.Protocol);
        if (_answer.CertificatesHidden)
            EndSide(direction, isResumed: false, log);
        return true;
    }

    /// <summary>The server's end is the end of what is worth watching; after the client's the server's is waited for.</summary>
    private void EndSide(int direction, bool isResumed, ObservationLog log)
    {
        Of(direction).Finish();
        _isOver |= direction != 1 - _server;
        if (!_isAnswering || direction != _server)
            return;
        _isAnswering = false;
        ref var fact = ref log.Add<TlsAnswered>(Connection.SightingOf(direction, Of(direction).Last));
        fact = _answer;
        fact.IsResumed = isResumed;
        fact.ConnectionId = Id;
        fact.TunnelExchangeId = Connection.TunnelExchangeId;
        fact.AskedFrameNumber = _askedFrame;
        fact.LastFrameNumber = Of(direction).Last.FrameNumber;
        fact.ServerName = log.Keep(_texts.Read(_name));
        fact.Protocol = log.Keep(_texts.Read(_protocol));
    }

    /// <summary>Octets are missing, or no more will come, before the visible part was over.</summary>
    private void Cut(int direction, ObservationLog log)
    {
        if (Of(direction).IsDone)
            return;
        _answer.CertificatesCut = true;
        EndSide(direction, isResumed: false, log);
    }

    private Verdict GiveUp(int direction, ObservationLog log)
    {
        Cut(direction, log);
        _isOver = true;
        return Verdict.Malformed;
    }

    private ulong Id => (ulong)(Connection.FirstOrdinal + 1) << 20;

    private TlsSide Of(int direction) => direction == 0 ? _fromA : _fromB;
}
