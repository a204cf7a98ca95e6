using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Analyzers;

public class BindingWatchTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void A_binding_is_told_at_first_sight_and_about_once_a_minute()
    {
        var scene = new WatchScene();
        for (var second = 0; second < 180; second++)
        {
            scene.See(WatchScene.Packet(WatchScene.Victim, WatchScene.Gateway));
            scene.Time += Second;
        }
        Assert.Equal(3, scene.Seen.Count);
    }

    [Fact]
    public void Another_mac_with_the_same_address_is_told_at_once()
    {
        var scene = new WatchScene();
        scene.See(WatchScene.Packet(WatchScene.Victim, WatchScene.Gateway));
        scene.See(WatchScene.Packet(WatchScene.Attacker, WatchScene.Gateway, ipId: 2));
        Assert.Equal(2, scene.Seen.Count);
    }

    [Fact]
    public void A_router_is_told_to_be_one_and_then_no_more_addresses_for_a_minute()
    {
        var scene = new WatchScene();
        for (uint i = 0; i < 5000; i++)
            scene.See(WatchScene.Packet(WatchScene.Gateway, WatchScene.Victim, ipId: (ushort)i, source: 0xC0000000 + (i * 77)));
        Assert.Single(scene.Seen, static seen => seen.Many);
        Assert.InRange(scene.Seen.Count, 17, 40);
        scene.See(WatchScene.Packet(WatchScene.Victim, WatchScene.Gateway));
        Assert.Equal(("10.0.0.1", false), scene.Seen[^1]);
    }

    [Fact]
    public void Addresses_that_no_host_has_are_not_told()
    {
        var scene = new WatchScene();
        foreach (var source in (uint[])[0, 0x7F000001, 0xE0000001, 0xFFFFFFFF])
            scene.See(WatchScene.Packet(WatchScene.Victim, WatchScene.Gateway, source: source));
        scene.See(WatchScene.Packet(MacAddress.Broadcast, WatchScene.Gateway));
        scene.See(WatchScene.Packet(WatchScene.Victim, WatchScene.Gateway) with { InTunnel = true });
        scene.See(WatchScene.Packet(WatchScene.Victim, WatchScene.Gateway) with { HasMacs = false });
        Assert.Empty(scene.Seen);
    }
}
