using Sensor.Core.Flows;
using Sensor.Core.Frames;
using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Flows;

public class FlowTableTests
{
    [Fact]
    public void An_entry_is_one_cache_line() => Assert.Equal(64, System.Runtime.CompilerServices.Unsafe.SizeOf<Flow>());

    [Fact]
    public void What_a_look_up_reads_first_fits_a_cache_line() =>
        Assert.InRange(System.Runtime.CompilerServices.Unsafe.SizeOf<FlowGroup>(), 1, 64);

    [Fact]
    public void A_place_used_again_keeps_its_line()
    {
        var table = new FlowTable(8);
        for (ushort i = 0; i < 1000; i++)
        {
            var packet = Numbered(i);
            table.Put(table.Room(in packet, out _), in packet).NextA = i;
            var at = table.Find(in packet, out _);
            Assert.Equal(i, table[at].NextA);
        }
    }

    [Fact]
    public void Finds_a_flow_in_both_directions_and_no_other()
    {
        var table = new FlowTable(64);
        var packet = Numbered(1);
        var index = table.Room(in packet, out var isUsed);
        Assert.False(isUsed);
        table.Put(index, in packet);
        Assert.Equal(index, table.Find(in packet, out var direction));
        Assert.Equal(0, direction);
        var reply = packet;
        (reply.Source, reply.Destination, reply.SourcePort, reply.DestinationPort) = (packet.Destination, packet.Source, packet.DestinationPort, packet.SourcePort);
        Assert.Equal(index, table.Find(in reply, out direction));
        Assert.Equal(1, direction);
        var other = packet;
        other.Segment = 7;
        Assert.Equal(-1, table.Find(in other, out _));
    }

    [Fact]
    public void The_longest_unused_flow_of_a_group_makes_room_unless_it_is_watched()
    {
        var table = new FlowTable(8);
        var places = new int[8];
        for (ushort i = 0; i < 8; i++)
        {
            var packet = Numbered(i);
            places[i] = table.Room(in packet, out var isUsed);
            Assert.False(isUsed);
            table.Put(places[i], in packet);
        }
        table.SetConnection(places[0], 1);
        var touched = Numbered(1);
        Assert.True(table.Find(in touched, out _) >= 0);
        var next = Numbered(100);
        Assert.Equal(places[2], table.Room(in next, out var used));
        Assert.True(used);
        table.Remove(places[5]);
        Assert.Equal(places[5], table.Room(in next, out used));
        Assert.False(used);
    }

    [Fact]
    public void The_order_of_use_is_exact()
    {
        var random = new Random(1);
        var group = default(FlowGroup);
        _ = group.Oldest();
        var model = new List<int> { 0, 1, 2, 3, 4, 5, 6, 7 };
        for (var i = 0; i < 10_000; i++)
        {
            var way = random.Next(8);
            model.Remove(way);
            if (random.Next(5) == 0)
            {
                group.Age(way);
                model.Add(way);
            }
            else
            {
                group.Touch(way);
                model.Insert(0, way);
            }
            Assert.Equal(model[^1], group.Oldest());
        }
    }

    [Fact]
    public void Memory_is_reused_and_bounded()
    {
        var memory = new StreamMemory(10_000);
        var first = memory.Rent(3000)!;
        Assert.Equal(3072, first.Length);
        Assert.Null(memory.Rent(8000));
        memory.Return(first);
        Assert.Same(first, memory.Rent(2600));
        Assert.Null(new StreamMemory(long.MaxValue / 2).Rent(int.MaxValue));
    }

    private static Packet Numbered(ushort number) => new()
    {
        Kind = PacketKind.Tcp,
        Source = IpAddress.FromV4(0x0A000001),
        Destination = IpAddress.FromV4(0x0A000002),
        SourcePort = number,
        DestinationPort = 80,
        FlowHash = (ulong)number << 41,
    };
}
