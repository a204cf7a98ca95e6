using Sensor.Core.Observations;
using Sensor.Detection.Hosts;

namespace Sensor.Detection.Tests.Hosts;

public sealed class ExposureTableTests
{
    private readonly FactFeeder _lan = new();
    private readonly Station _alice = Station.Number(10), _bob = Station.Number(11);

    [Fact]
    public void Lists_one_line_a_host_over_all_its_addresses_and_protocols()
    {
        _lan.AskLease(_alice);
        _lan.Seen(_alice);
        _lan.Seen(_alice with { V4 = _alice.V6 });
        _lan.Ask(NameProtocol.Llmnr, _alice, "wpad");
        _lan.Ask(NameProtocol.Llmnr, _alice with { V4 = _alice.V6 }, "printer");
        var last = _lan.Ask(NameProtocol.Nbns, _alice, "wpad");
        _lan.Ask(NameProtocol.Mdns, _bob, "nas.local");

        var all = _lan.Engine.Exposure.All;

        Assert.Equal(2, all.Count);
        Assert.Equal([_alice.Mac], all[0].Host.Macs);
        Assert.Equal(
            ExposureKinds.WpadByDhcp | ExposureKinds.WpadByLlmnr | ExposureKinds.Llmnr | ExposureKinds.WpadByNbns | ExposureKinds.Nbns, all[0].Kinds);
        Assert.Equal(last.At.TimestampNs, all[0].LastWpadNs);
        Assert.Equal((ExposureKinds.Mdns, 0L), (all[1].Kinds, all[1].LastWpadNs));
    }

    [Fact]
    public void Leaves_out_hosts_that_only_use_dns()
    {
        _lan.Ask(NameProtocol.Dns, _alice, "www.example", server: _bob);

        Assert.Empty(_lan.Engine.Exposure.All);
    }
}
