using Sensor.Detection.Bounds;

namespace Sensor.Detection.Tests.Bounds;

/// <summary>The ring finds what was put in of late, and nothing else.</summary>
public class RecentRingTests
{
    private const int Capacity = 64;

    [Fact]
    public void Finds_the_newest_and_forgets_the_oldest()
    {
        var ring = new RecentRing<Entry>(Capacity, 4 * Capacity);
        for (var number = 1UL; number <= 10 * Capacity; number++)
        {
            Assert.Equal(-1, ring.Find(KeyOf(number)));
            ring[ring.Add(KeyOf(number))].Number = number;
            Assert.Equal(number, ring[ring.Find(KeyOf(number))].Number);
            if (number > Capacity)
                Assert.Equal(-1, ring.Find(KeyOf(number - Capacity)));
        }
    }

    [Fact]
    public void A_key_put_in_again_is_the_newer_one()
    {
        var ring = new RecentRing<Entry>(Capacity, Capacity);
        ring[ring.Add(KeyOf(1))].Number = 1;
        ring[ring.Add(KeyOf(1))].Number = 2;
        Assert.Equal(2UL, ring[ring.Find(KeyOf(1))].Number);
    }

    [Fact]
    public void Of_keys_that_fall_together_the_four_newest_are_found()
    {
        // The same group and the same tag: only the octets between them differ.
        var keys = Enumerable.Range(1, 6).Select(static number => ((ulong)number << 33) | 7).ToArray();
        var ring = new RecentRing<Entry>(Capacity, Capacity);
        foreach (var key in keys)
            ring.Add(key);
        Assert.Equal([false, false, true, true, true, true], keys.Select(key => ring.Find(key) >= 0));
    }

    private static ulong KeyOf(ulong number) => (number * 0x9E37_79B9_7F4A_7C15UL) ^ (number << 7);

    private struct Entry : IRingEntry
    {
        public ulong Number;

        public ulong Key { get; set; }
    }
}
