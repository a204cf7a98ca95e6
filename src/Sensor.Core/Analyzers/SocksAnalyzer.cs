using Sensor.Core.Flows;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>
/// SOCKS 4, 4a and 5 (RFC 1928) with user names (RFC 1929), on any port. After the server has agreed the connection is a tunnel, and what
/// is inside is recognised anew. The client is who speaks first.
/// </summary>
internal sealed class SocksAnalyzer(StreamMemory memory) : StreamAnalyzer
{
    private const byte Version5 = SocksRequest.Version5, UserVersion = 1, NoMethod = 0xFF, UserMethod = 2, NotChosen = 0xFE;
    private const byte Granted4 = 90, Granted5 = 0, TypeV4 = 1, TypeName = 3, TypeV6 = 4, Connect = 1;
    private const int Reply4Size = 8;

    /// <summary>The longest message: a user and a password of 255 octets each.</summary>
    private const int LongestMessage = 600;

    /// <summary>More methods no client offers.</summary>
    private const int MaxMethods = 16;

    /// <summary>Exchange ids of SOCKS requests lie beyond those of the HTTP requests of the same connection.</summary>
    private const uint ExchangeNumber = 0xF_FFFF;

    private Side _client, _server;
    private int _clientDirection;
    private Phase _phase;
    private byte _version, _method, _command;
    private OctetSlice _user;
    private byte[]? _userOctets;
    private bool _isBegun;

    /// <summary>What the client says next.</summary>
    private enum Phase : byte
    {
        Greeting,
        Request,
        Asked,
    }

    /// <summary>
    /// Whether octets, however few, can be a client's first: a greeting with all its methods and nothing more, or a whole request of
    /// version 4.
    /// </summary>
    public static bool MayStart(ReadOnlySpan<byte> octets)
    {
        if (octets[0] != Version5)
        {
            var whole = SocksRequest.TryRead(octets, out _);
            return whole == octets.Length || (whole == 0 && octets.Length < Reply4Size);
        }
        if (octets.Length < 2)
            return true;
        var methods = octets[2..Math.Min(octets.Length, 2 + octets[1])];
        // Pipelined octets may follow a greeting: the user's name or the request.
        var rest = octets[(2 + methods.Length)..];
        return octets[1] is > 0 and <= MaxMethods && !methods.Contains(NoMethod) && (rest.IsEmpty || rest[0] is UserVersion or Version5);
    }

    /// <inheritdoc/>
    public override Verdict Receive(int direction, ReadOnlySpan<byte> octets, uint sequence, in StreamPlace place, ObservationLog log)
    {
        if (!_isBegun)
            (_isBegun, _clientDirection, _version, _method) = (true, direction, octets[0], NotChosen);
        ref var side = ref direction == _clientDirection ? ref _client : ref _server;
        if (side.Have == 0)
            side.First = place;
        var before = side.Have;
        if (before + octets.Length > LongestMessage && before > 0)
            octets = octets[..Math.Max(0, LongestMessage - before)];
        if (octets.IsEmpty || !memory.Grow(ref side.Octets, before, before + Math.Min(octets.Length, LongestMessage)))
            return Verdict.NotMine;
        var part = octets[..Math.Min(octets.Length, LongestMessage - before)];
        part.CopyTo(side.Octets.AsSpan(before));
        side.Have += part.Length;
        while (side.Have > 0)
        {
            var message = side.Octets.AsSpan(0, side.Have);
            var used = direction == _clientDirection ? ReadClient(message, in side.First, in place, log) : ReadServer(message);
            if (used < 0)
                return Verdict.NotMine;
            if (used == 0)
                return side.Have == LongestMessage ? Verdict.NotMine : Verdict.NeedMore;
            message[used..].CopyTo(message);
            side.Have -= used;
            if (Connection.IsTunnel)
            {
                Unused = octets.Length - part.Length + side.Have;
                return Verdict.NotMine;
            }
        }
        return Verdict.Parsed;
    }

    /// <inheritdoc/>
    public override void Miss(int direction, uint octets, in StreamPlace place, ObservationLog log) => _phase = Phase.Asked;

    /// <inheritdoc/>
    public override void End(int direction, ObservationLog log)
    {
    }

    /// <inheritdoc/>
    public override void Close(ObservationLog log)
    {
        memory.Release(ref _client.Octets);
        memory.Release(ref _server.Octets);
        memory.Release(ref _userOctets);
        _client = _server = default;
        _user = default;
        (_phase, _isBegun, _command) = (Phase.Greeting, false, 0);
    }

    private int ReadClient(ReadOnlySpan<byte> octets, in StreamPlace first, in StreamPlace place, ObservationLog log)
    {
        if (_phase == Phase.Asked)
            return -1;
        if (_version == Version5 && _phase == Phase.Greeting)
        {
            if (octets.Length < 2 || octets.Length < 2 + octets[1])
                return 0;
            _phase = Phase.Request;
            return 2 + octets[1];
        }
        if (_version == Version5 && octets[0] == UserVersion)
            return _method is UserMethod or NotChosen ? ReadUser(octets, in first, in place, log) : -1;
        var used = SocksRequest.TryRead(octets, out var request);
        if (used <= 0 || octets[0] != _version)
            return octets[0] == _version ? used : -1;
        _phase = Phase.Asked;
        _command = request.Command;
        ref var fact = ref log.Add<ProxyUsed>(Connection.SightingOf(_clientDirection, in place));
        fact.Protocol = _version == Version5 ? ProxyProtocol.Socks5 : ProxyProtocol.Socks4;
        fact.Command = request.Command;
        fact.Host = log.Commit(request.WriteHost(log.Room(SocksRequest.LongestText)));
        fact.Port = request.Port;
        fact.User = log.Keep(_version == Version5 ? _userOctets.AsSpan(0, _user.Length) : request.User);
        fact.ExchangeId = ExchangeId;
        fact.FirstFrameNumber = first.FrameNumber;
        return used;
    }

    /// <summary>RFC 1929: 01, length and user, length and password. The password is stepped over.</summary>
    private int ReadUser(ReadOnlySpan<byte> octets, in StreamPlace first, in StreamPlace place, ObservationLog log)
    {
        if (octets.Length < 2 || octets.Length < 3 + octets[1])
            return 0;
        var user = octets.Slice(2, octets[1]);
        var end = 3 + user.Length + octets[2 + user.Length];
        if (octets.Length < end)
            return 0;
        if (memory.Grow(ref _userOctets, 0, SocksRequest.LongestText))
        {
            user.CopyTo(_userOctets);
            _user = new OctetSlice(0, user.Length);
        }
        var where = new CredentialPlace(
            Connection.SightingOf(_clientDirection, in place), CredentialCarrier.Socks, first.FrameNumber, ExchangeId);
        CredentialFacts.Add(CredentialScheme.Password, in where, log, user);
        return end;
    }

    private int ReadServer(ReadOnlySpan<byte> octets)
    {
        if (_version != Version5)
        {
            if (octets[0] != 0)
                return -1;
            return octets.Length < Reply4Size ? 0 : Agree(octets[1] == Granted4) ? Reply4Size : -1;
        }
        if (_method == NotChosen)
        {
            if (octets.Length < 2)
                return 0;
            _method = octets[1];
            return octets[0] == Version5 && _method != NoMethod ? 2 : -1;
        }
        if (octets[0] == UserVersion && _method == UserMethod && octets.Length >= 2)
            return octets[1] == 0 ? 2 : -1;
        if (octets.Length < 5)
            return 0;
        var size = octets[3] switch { TypeV4 => 10, TypeV6 => 22, TypeName => 7 + octets[4], _ => 0 };
        if (octets[0] != Version5 || size == 0)
            return -1;
        return octets.Length < size ? 0 : Agree(octets[1] == Granted5) ? size : -1;
    }

    /// <summary>The server's answer: a tunnel begins, or nothing more is to be understood.</summary>
    private bool Agree(bool isGranted)
    {
        if (!isGranted || _command != Connect || Connection.IsTunnel)
            return false;
        Connection.IsTunnel = true;
        Connection.TunnelExchangeId = ExchangeId;
        return true;
    }

    private ulong ExchangeId => ((ulong)(Connection.FirstOrdinal + 1) << 20) + ExchangeNumber;

    /// <summary>What one side sent and is not read yet.</summary>
    private struct Side
    {
        public byte[]? Octets;
        public int Have;
        public StreamPlace First;
    }
}
