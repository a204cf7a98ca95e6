using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Hosts;

namespace Sensor.Detection.Tests.Hosts;

public sealed class ExposureBoundsTests
{
    [Fact]
    public void Keeps_every_host_until_it_is_full_and_counts_the_rest()
    {
        var lan = new FactFeeder();
        const int more = 100;
        for (uint i = 0; i < ExposureTable.Capacity + more; i++)
            lan.Ask(NameProtocol.Nbns, new Station(MacAddress.None, IpAddress.FromV4(0x0A000001 + i)), "x");

        Assert.Equal(more, lan.Engine.Exposure.Overflowed);
    }

    [Fact]
    public void Remembers_a_new_kind_of_question_within_the_same_minute()
    {
        var lan = new FactFeeder();
        var alice = Station.Number(10);
        lan.Ask(NameProtocol.Llmnr, alice, "x");
        lan.Ask(NameProtocol.Llmnr, alice, "x");
        lan.Ask(NameProtocol.Mdns, alice, "x.local");

        Assert.Equal(ExposureKinds.Llmnr | ExposureKinds.Mdns, Assert.Single(lan.Engine.Exposure.All).Kinds);
    }
}
