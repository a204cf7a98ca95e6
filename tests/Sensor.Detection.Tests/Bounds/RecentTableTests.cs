using Sensor.Detection.Bounds;

namespace Sensor.Detection.Tests.Bounds;

public sealed class RecentTableTests
{
    [Fact]
    public void Forgets_what_was_not_used_for_longest()
    {
        var table = new RecentTable<int, string>(2);
        table.Set(1, "one");
        table.Set(2, "two");
        Assert.True(table.TryGet(1, out _));

        table.Set(3, "three");

        Assert.True(table.TryGet(1, out var one));
        Assert.Equal("one", one);
        Assert.False(table.TryGet(2, out _));
        Assert.True(table.TryGet(3, out _));
        Assert.Equal((2, 1L), (table.Count, table.Evicted));
    }

    [Fact]
    public void Agrees_with_a_plain_list_under_random_use()
    {
        var table = new RecentTable<int, int>(8);
        var expected = new List<(int Key, int Value)>();
        var state = 12345u;
        for (var i = 0; i < 20_000; i++)
        {
            state = (state * 1664525) + 1013904223;
            var key = (int)(state >> 16) % 24;
            var at = expected.FindIndex(entry => entry.Key == key);
            if (state % 3 == 0)
            {
                if (at >= 0)
                    expected.RemoveAt(at);
                expected.Add((key, i));
                if (expected.Count > 8)
                    expected.RemoveAt(0);
                table.Set(key, i);
            }
            else
            {
                Assert.Equal(at >= 0, table.TryGet(key, out var value));
                if (at < 0)
                    continue;
                Assert.Equal(expected[at].Value, value);
                expected.Add(expected[at]);
                expected.RemoveAt(at);
            }
        }
        Assert.Equal(expected.Count, table.Count);
    }

    [Fact]
    public void Allocates_nothing_for_what_it_knows()
    {
        var table = new RecentTable<(int, ulong), int>(64);
        for (var i = 0; i < 64; i++)
            table.Set((i, 1), i);
        Assert.True(table.TryGet((7, 1), out _));
        var next = 0;
        Assert.Equal(0, Allocations.Least(() => table.TryGet((next++ % 64, 1), out _)));
    }
}
