using CsCheck;
using Sensor.Core.Flows;

namespace Sensor.Core.Tests.Flows;

public class StreamMemoryTests
{
    [Fact]
    public void What_is_lent_has_room_and_wastes_little() => Gen.Int[1, 1 << 21].Sample(static octets =>
    {
        var memory = new StreamMemory(1 << 22);
        var array = memory.Rent(octets);
        Assert.NotNull(array);
        Assert.InRange(array.Length, octets, Math.Max(256, octets * 5 / 4 + 1));
        Assert.Equal(array.Length, memory.Lent);
        memory.Return(array);
        Assert.Equal(0, memory.Lent);
        Assert.Same(array, memory.Rent(octets));
    });

    [Fact]
    public void Beyond_the_bound_nothing_is_lent()
    {
        var memory = new StreamMemory(1024);
        Assert.NotNull(memory.Rent(700));
        Assert.Null(memory.Rent(300));
        Assert.NotNull(memory.Rent(1));
        Assert.Null(new StreamMemory(1L << 40).Rent((1 << 21) + 1));
    }
}
