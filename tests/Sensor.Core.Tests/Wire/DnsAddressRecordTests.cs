using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Wire;

/// <summary>The short way to address records says nothing that the long way does not say too.</summary>
public class DnsAddressRecordTests
{
    private const int NameAt = 12, AnswerAt = 12 + 3 + 4;

    // Header, the question "a" of type A, then 192.0.2.1 with a lifetime of 300 seconds, its owner a pointer to the question.
    private static readonly byte[] Answer =
    [
        0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0,
        1, (byte)'a', 0, 0, 1, 0, 1,
        0xC0, NameAt, 0, 1, 0x80, 1, 0, 0, 0x01, 0x2C, 0, 4, 192, 0, 2, 1,
    ];

    [Fact]
    public void Reads_what_lies_there()
    {
        Assert.True(DnsAddressRecord.TryRead(Answer, AnswerAt, NameAt, out var record));
        Assert.Equal(300u, record.Ttl);
        Assert.True(record.CacheFlush);
        Assert.Equal("192.0.2.1", record.Address.ToString());
        Assert.Equal(((ReadOnlySpan<byte>)[192, 0, 2, 1]).StableHash(), record.DataHash);
    }

    [Fact]
    public void Prefixes_are_no_record()
    {
        for (var length = 0; length < Answer.Length; length++)
            Assert.False(DnsAddressRecord.TryRead(Answer.AsSpan(0, length), Math.Min(AnswerAt, length), NameAt, out _));
    }

    [Fact]
    public void Agrees_with_the_long_way_whatever_octet_differs()
    {
        for (var at = 0; at < Answer.Length; at++)
        {
            for (var value = 0; value < 256; value++)
            {
                var message = (byte[])Answer.Clone();
                message[at] = (byte)value;
                if (!DnsAddressRecord.TryRead(message, AnswerAt, NameAt, out var fast))
                    continue;
                Assert.True(DnsRecord.TryRead(message, AnswerAt, out var record));
                Assert.True(DnsName.AreSame(message, record.OwnerAt, NameAt));
                Assert.Equal(DnsType.A, record.Type);
                Assert.Equal((record.Ttl, record.CacheFlush, AnswerAt + DnsAddressRecord.Size), (fast.Ttl, fast.CacheFlush, record.Next));
                Assert.Equal((IpAddress.ReadV4(record.Data), record.Data.StableHash()), (fast.Address, fast.DataHash));
            }
        }
    }
}
