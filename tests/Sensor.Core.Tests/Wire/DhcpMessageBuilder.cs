using System.Buffers.Binary;
using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Wire;

/// <summary>Writes DHCPv4 messages for tests: fixed fields, then options into the options, file and sname fields.</summary>
internal sealed class DhcpMessageBuilder
{
    private readonly byte[] _fixed = new byte[DhcpMessage.FixedSize];
    private readonly List<byte> _options = [];
    private int _fileUsed, _serverNameUsed;

    public DhcpMessageBuilder(byte op = DhcpMessage.BootReply, byte messageType = 5)
    {
        _fixed[0] = op;
        _fixed[1] = 1;
        _fixed[2] = 6;
        BinaryPrimitives.WriteUInt32BigEndian(_fixed.AsSpan(4), 0xDEADBEEF);
        BinaryPrimitives.WriteUInt32BigEndian(_fixed.AsSpan(236), 0x63825363);
        if (messageType != 0)
            Add(DhcpOption.MessageType, messageType);
    }

    public DhcpMessageBuilder Field(int at, params byte[] octets)
    {
        octets.CopyTo(_fixed, at);
        return this;
    }

    public DhcpMessageBuilder Add(DhcpOption option, params byte[] value)
    {
        _options.AddRange([(byte)option, (byte)value.Length, .. value]);
        return this;
    }

    public DhcpMessageBuilder AddToFile(DhcpOption option, params byte[] value) => AddTo(108, ref _fileUsed, option, value);

    public DhcpMessageBuilder AddToServerName(DhcpOption option, params byte[] value) => AddTo(44, ref _serverNameUsed, option, value);

    public DhcpMessageBuilder Raw(params byte[] octets)
    {
        _options.AddRange(octets);
        return this;
    }

    public byte[] Build(bool withEnd = true) => withEnd ? [.. _fixed, .. _options, 255] : [.. _fixed, .. _options];

    private DhcpMessageBuilder AddTo(int field, ref int used, DhcpOption option, byte[] value)
    {
        ((byte[])[(byte)option, (byte)value.Length, .. value, 255]).CopyTo(_fixed, field + used);
        used += 2 + value.Length;
        return this;
    }
}
