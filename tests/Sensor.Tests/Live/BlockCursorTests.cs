using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Sensor.Capture.Live;
using Sensor.Core.Frames;

namespace Sensor.Tests.Live;

/// <summary>Blocks as the kernel lays them out (linux/if_packet.h), and broken ones.</summary>
public sealed class BlockCursorTests
{
    private const int HeaderOctets = 48, FrameAt = 82, Unit = 16;

    [Fact]
    public void Frames_are_walked_in_order_with_time_length_and_tag()
    {
        var block = Block((1, 5, [1, 2, 3], 3u, 0, 0), (2, 7, [4, 5], 1500u, 0x2064, 0x88a8), (3, 9, [], 0u, 0x0005, 0));
        var cursor = default(BlockCursor);
        Assert.True(cursor.Open(block));
        Assert.Equal((1_000_000_005L, 3u, 3u, false), (cursor.Frame.TimestampNs, cursor.Frame.Captured, cursor.Frame.Original, cursor.Frame.HasTag));
        Assert.Equal([1, 2, 3], block.AsSpan(cursor.FrameOffset, 3).ToArray());
        Assert.True(cursor.MoveNext(block));
        Assert.Equal((2_000_000_007L, 0x88a82064u, 1500u), (cursor.Frame.TimestampNs, cursor.Frame.Tag, cursor.Frame.Original));
        Assert.True(cursor.MoveNext(block));
        // Without a valid EtherType of the tag it is 802.1Q.
        Assert.Equal(0x81000005u, cursor.Frame.Tag);
        Assert.False(cursor.MoveNext(block));
        Assert.False(cursor.IsDamaged);
    }

    [Fact]
    public void No_prefix_and_no_changed_octet_of_a_block_is_read_outside_of_it()
    {
        var block = Block((1, 5, new byte[60], 60u, 0, 0), (2, 7, new byte[100], 1500u, 0x2064, 0x88a8), (3, 9, new byte[14], 14u, 0, 0));
        for (var length = 0; length <= block.Length; length++)
            Assert.InRange(Walk(block.AsSpan(0, length)), 0, 3);
        for (var i = 0; i < block.Length; i++)
        {
            foreach (var value in (byte[])[0x00, 0x01, 0x7f, 0x80, 0xff])
            {
                var changed = (byte[])block.Clone();
                changed[i] = value;
                Assert.InRange(Walk(changed), 0, block.Length);
            }
        }
    }

    [Fact]
    public void A_block_that_leads_nowhere_is_damaged()
    {
        var block = Block((1, 5, new byte[60], 60u, 0, 0), (2, 7, new byte[60], 60u, 0, 0));
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(HeaderOctets), 8);
        var cursor = default(BlockCursor);
        Assert.True(cursor.Open(block));
        Assert.False(cursor.MoveNext(block));
        Assert.True(cursor.IsDamaged);
    }

    [Theory]
    [InlineData("0102030405060708090a0b0c0800", 0x81000014u, "0102030405060708090a0b0c810000140800")]
    [InlineData("0102030405060708090a0b0c", 0x88a8ffffu, "0102030405060708090a0b0c88a8ffff")]
    [InlineData("0102030405060708090a0b", 0x81000014u, "0102030405060708090a0b")]
    [InlineData("0102030405060708090a0b0c0800", 0u, "0102030405060708090a0b0c0800")]
    public void A_tag_is_put_back_after_both_addresses(string octets, uint tag, string whole)
    {
        var batch = new FrameBatch(64, 4);
        var used = 0;
        Assert.True(TaggedFrame.TryAppend(batch, ref used, Convert.FromHexString(octets), 1000, tag, new FrameRecord { Number = 7 }));
        Assert.Equal(whole, Convert.ToHexStringLower(batch.Frame(0)));
        Assert.Equal(7, batch.Frames[0].Number);
        Assert.Equal(1000 + (whole.Length - octets.Length) / 2, batch.Frames[0].OriginalLength);
    }

    [Fact]
    public void A_batch_takes_what_fits_and_one_frame_of_any_size()
    {
        var batch = new FrameBatch(100, 4);
        var used = 0;
        Assert.True(TaggedFrame.TryAppend(batch, ref used, new byte[60], 60, 0, default));
        Assert.False(TaggedFrame.TryAppend(batch, ref used, new byte[60], 60, 0, default));
        Assert.Equal((1, 60), (batch.Count, used));
        batch.Clear();
        used = 0;
        Assert.True(TaggedFrame.TryAppend(batch, ref used, new byte[5000], 5000, 0x81000001, default));
        Assert.Equal(5004, batch.Frames[0].CapturedLength);
    }

    private static int Walk(ReadOnlySpan<byte> block)
    {
        var cursor = default(BlockCursor);
        var frames = 0;
        for (var more = cursor.Open(block); more; more = cursor.MoveNext(block))
        {
            frames++;
            // Slicing throws where the walk would lead out.
            _ = block.Slice(cursor.FrameOffset, (int)cursor.Frame.Captured).Length;
        }
        return frames;
    }

    private static byte[] Block(params (uint Seconds, uint Nanoseconds, byte[] Octets, uint Original, uint Tag, ushort TagType)[] frames)
    {
        var block = new List<byte>(new byte[HeaderOctets]);
        BinaryPrimitives.WriteUInt32LittleEndian(CollectionsMarshal.AsSpan(block)[12..], (uint)frames.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(CollectionsMarshal.AsSpan(block)[16..], HeaderOctets);
        foreach (var frame in frames)
        {
            var slot = new byte[(FrameAt + frame.Octets.Length + Unit - 1) / Unit * Unit];
            var status = (frame.Tag != 0 ? 0x10u : 0) | (frame.TagType != 0 ? 0x40u : 0);
            uint[] header = [(uint)slot.Length, frame.Seconds, frame.Nanoseconds, (uint)frame.Octets.Length, frame.Original, status, FrameAt, 0, frame.Tag, frame.TagType];
            for (var i = 0; i < header.Length; i++)
                BinaryPrimitives.WriteUInt32LittleEndian(slot.AsSpan(i * 4), header[i]);
            frame.Octets.CopyTo(slot, FrameAt);
            block.AddRange(slot);
        }
        return [.. block];
    }
}
