using Sensor.Core.Frames;

namespace Sensor.Core.Tests.Frames;

public class SegmentTableTests
{
    private readonly SegmentTable _table = new();

    [Fact]
    public void Gives_one_number_to_one_VLAN_by_either_way()
    {
        var key = new SegmentKey(7, 0, 0, OverlayKind.None, 0);
        var number = _table.NumberOfVlan(7);
        Assert.NotEqual(0, number);
        Assert.Equal(number, _table.Number(in key));
        Assert.Equal(number, _table.NumberOfVlan(7));
        Assert.Equal(key, _table.Describe(number));
    }

    [Fact]
    public void Makes_no_segment_of_a_priority_tag()
    {
        Assert.Equal(0, _table.NumberOfVlan(0));
        Assert.Equal(1, _table.Count);
    }

    [Fact]
    public void Tells_stacks_and_overlays_apart()
    {
        SegmentKey[] keys =
        [
            new(7, 8, 0, OverlayKind.None, 0), new(8, 7, 0, OverlayKind.None, 0), new(7, 8, 9, OverlayKind.None, 0),
            new(7, 0, 0, OverlayKind.Vxlan, 42), new(7, 0, 0, OverlayKind.Geneve, 42), new(0, 0, 0, OverlayKind.IpTunnel, 0),
        ];
        var numbers = keys.Select(key => _table.Number(in key)).ToArray();
        Assert.Equal(keys.Length, numbers.Distinct().Count());
        Assert.Equal(numbers, keys.Select(key => _table.Number(in key)));
    }

    [Fact]
    public void Counts_segments_that_find_no_room()
    {
        for (var id = 1; id < SegmentTable.Capacity; id++)
            Assert.Equal(id, _table.Number(new SegmentKey(0, 0, 0, OverlayKind.Vxlan, (uint)id)));
        Assert.Equal(0, _table.NumberOfVlan(7));
        Assert.Equal(0, _table.NumberOfVlan(7));
        Assert.Equal(2, _table.Overflowed);
    }
}
