using Sensor.Detection.Bounds;

namespace Sensor.Detection.Tests.Bounds;

public sealed class ShortListTests
{
    [Fact]
    public void Agrees_with_a_plain_list_under_random_use()
    {
        var list = default(ShortList<int>);
        var expected = new List<int>();
        var state = 2025u;
        for (var i = 0; i < 5_000; i++)
        {
            state = (state * 1664525) + 1013904223;
            var item = (int)(state >> 16) % 12;
            if ((state >> 8) % 97 == 0)
            {
                list.Clear();
                expected.Clear();
            }
            else if ((state >> 4) % 2 == 0 && expected.Count < 9)
            {
                list.Add(item);
                expected.Add(item);
            }
            else
            {
                list.Remove(item);
                expected.Remove(item);
            }
            Assert.Equal(expected, list);
            Assert.Equal(expected.Contains(item), list.Contains(item));
            Assert.Equal(expected.Count, list.Count);
        }
    }

    [Fact]
    public void What_is_taken_out_leaves_the_order_of_the_others()
    {
        var list = default(ShortList<string>);
        foreach (var item in (ReadOnlySpan<string>)["a", "b", "c", "d"])
            list.Add(item);
        list.RemoveAt(0);
        list.RemoveAt(1);
        Assert.Equal(["b", "d"], list);
    }
}
