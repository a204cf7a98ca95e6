using Sensor.Core.Flows;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>What came of a step through a side's records.</summary>
internal enum TlsStep : byte
{
    /// <summary>All octets are used up.</summary>
    NeedMore,

    /// <summary>A handshake message is whole.</summary>
    Message,

    /// <summary>The visible part of the handshake is over: cipher change, or data.</summary>
    End,

    /// <summary>These are no records.</summary>
    Broken,
}

/// <summary>
/// The records of one direction, up to the end of the visible handshake: takes the handshake messages out of them. A message that lies whole in
/// one segment is read where it is; else it is put together in lent memory.
/// </summary>
internal sealed class TlsSide(StreamMemory memory)
{
    /// <summary>The longest message put together: certificate chains beyond it are not served by anybody.</summary>
    public const int LongestMessage = 64 * 1024;

    private readonly byte[] _header = new byte[TlsRecord.HeaderSize];
    private byte[]? _message;
    private int _headerHave, _have, _fragment;
    private byte _type;

    /// <summary>Whether nothing more of this direction is of interest.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Place of the first octet of the message being read.</summary>
    public StreamPlace First { get; private set; }

    /// <summary>Place of the last octet looked at.</summary>
    public StreamPlace Last { get; private set; }

    /// <summary>
    /// Uses octets from <paramref name="octets"/> until a message is whole or they are used up. The message is borrowed until the next call.
    /// </summary>
    public TlsStep Next(ref ReadOnlySpan<byte> octets, in StreamPlace place, out ReadOnlySpan<byte> message)
    {
        message = default;
        Last = place;
        if (_have > 0 && _have >= Needed)
            EndMessage();
        while (octets.Length > 0)
        {
            if (_fragment == 0)
            {
                var verdict = ReadHeader(ref octets);
                if (verdict != TlsStep.Message)
                    return verdict;
                continue;
            }
            var part = octets[..Math.Min(octets.Length, _fragment)];
            if (_type != TlsRecord.Handshake)
            {
                Use(ref octets, part.Length);
                continue;
            }
            if (_have == 0)
                First = place;
            if (_have == 0 && part.Length >= TlsHandshake.HeaderSize && part.Length >= TlsHandshake.SizeOf(part))
            {
                message = part[..TlsHandshake.SizeOf(part)];
                Use(ref octets, message.Length);
                return TlsStep.Message;
            }
            if (!Gather(ref octets, part))
                return TlsStep.Broken;
            if (_have >= Needed)
            {
                message = _message.AsSpan(0, _have);
                return TlsStep.Message;
            }
        }
        return TlsStep.NeedMore;
    }

    /// <summary>Notes an octet that was looked at elsewhere.</summary>
    public void Look(in StreamPlace place) => (First, Last) = (place, place);

    /// <summary>Nothing more of this direction is of interest.</summary>
    public void Finish()
    {
        IsDone = true;
        EndMessage();
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        EndMessage();
        _headerHave = _fragment = 0;
        IsDone = false;
    }

    private int Needed => _have < TlsHandshake.HeaderSize ? TlsHandshake.HeaderSize : TlsHandshake.SizeOf(_message);

    private TlsStep ReadHeader(ref ReadOnlySpan<byte> octets)
    {
        var part = Math.Min(octets.Length, TlsRecord.HeaderSize - _headerHave);
        octets[..part].CopyTo(_header.AsSpan(_headerHave));
        _headerHave += part;
        octets = octets[part..];
        if (_headerHave < TlsRecord.HeaderSize)
            return TlsStep.NeedMore;
        _headerHave = 0;
        if (!TlsRecord.TryRead(_header, out var record))
            return TlsStep.Broken;
        (_type, _fragment) = (record.Type, record.Length);
        if (record.Type is TlsRecord.ChangeCipherSpec or TlsRecord.ApplicationData)
            return TlsStep.End;
        return TlsStep.Message;
    }

    /// <summary>Moves octets of one message to where it is put together: first its header, which says how long it is.</summary>
    private bool Gather(ref ReadOnlySpan<byte> octets, ReadOnlySpan<byte> part)
    {
        while (part.Length > 0 && _have < Needed)
        {
            var needed = Needed;
            if (needed > LongestMessage || !memory.Grow(ref _message, _have, needed))
                return false;
            var taken = Math.Min(part.Length, needed - _have);
            part[..taken].CopyTo(_message.AsSpan(_have));
            _have += taken;
            part = part[taken..];
            Use(ref octets, taken);
        }
        return true;
    }

    private void Use(ref ReadOnlySpan<byte> octets, int count)
    {
        octets = octets[count..];
        _fragment -= count;
    }

    private void EndMessage()
    {
        memory.Release(ref _message);
        _have = 0;
    }
}
