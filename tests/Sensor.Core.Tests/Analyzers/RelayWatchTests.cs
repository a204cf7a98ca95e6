using Sensor.Core.Frames;
using Sensor.Core.Wire;
using static Sensor.Core.Tests.Analyzers.WatchScene;

namespace Sensor.Core.Tests.Analyzers;

public class RelayWatchTests
{
    [Fact]
    public void A_packet_handed_on_with_a_lower_ttl_is_told()
    {
        var scene = new WatchScene();
        scene.See(Packet(Victim, Attacker));
        scene.See(Packet(Attacker, Gateway, ttl: 63));
        Assert.Equal((1, 2, Attacker), Assert.Single(scene.Relayed));
    }

    [Fact]
    public void A_relay_that_leaves_the_ttl_is_told_by_the_chain_of_macs()
    {
        var scene = new WatchScene();
        scene.See(Packet(Victim, Attacker));
        scene.See(Packet(Attacker, Gateway));
        Assert.Equal((1, 2, Attacker), Assert.Single(scene.Relayed));
    }

    [Theory]
    [InlineData(63)]
    [InlineData(64)]
    public void A_mirror_that_swaps_the_copies_changes_nothing(byte relayedTtl)
    {
        var scene = new WatchScene();
        scene.See(Packet(Attacker, Gateway, relayedTtl));
        scene.See(Packet(Victim, Attacker));
        Assert.Equal((2, 1, Attacker), Assert.Single(scene.Relayed));
    }

    [Fact]
    public void Each_hop_is_told()
    {
        var scene = new WatchScene();
        scene.See(Packet(Victim, Attacker));
        scene.See(Packet(Victim, Attacker));
        scene.See(Packet(Attacker, Gateway, ttl: 63));
        scene.See(Packet(Attacker, Gateway, ttl: 63));
        scene.See(Packet(Gateway, new MacAddress(9), ttl: 62));
        Assert.Equal([(1, 3, Attacker), (3, 5, Gateway)], scene.Relayed.Select(static r => ((int)r.First, (int)r.Relayed, r.By)));
    }

    [Fact]
    public void Other_packets_and_copies_are_not_told()
    {
        var scene = new WatchScene();
        scene.See(Packet(Victim, Attacker));
        scene.See(Packet(Victim, Attacker));                                        // a duplicate of the mirror
        scene.See(Packet(Attacker, Gateway, ttl: 63, ipId: 2));                     // another packet
        scene.See(Packet(Gateway, new MacAddress(9), ttl: 60));                     // too many hops to say who
        scene.See(Packet(new MacAddress(8), new MacAddress(9), ipId: 3));
        scene.See(Packet(new MacAddress(7), new MacAddress(6), ipId: 3));           // equal TTL, no chain
        scene.See(Packet(Victim, MacAddress.Broadcast, ipId: 4));
        scene.See(Packet(Attacker, MacAddress.Broadcast, ttl: 63, ipId: 4));        // a flooded broadcast
        Assert.Empty(scene.Relayed);
    }

    [Fact]
    public void A_copy_after_a_second_is_another_packet()
    {
        var scene = new WatchScene();
        scene.See(Packet(Victim, Attacker));
        scene.Time += 1_100_000_000;
        scene.See(Packet(Attacker, Gateway, ttl: 63));
        Assert.Empty(scene.Relayed);
    }

    [Fact]
    public void What_cannot_be_told_apart_is_not_compared()
    {
        var scene = new WatchScene();
        scene.See(Packet(Victim, Attacker, ipId: 0));
        scene.See(Packet(Attacker, Gateway, ttl: 63, ipId: 0));
        Packet Tcp(MacAddress from, MacAddress to, byte ttl, int payload) => Packet(from, to, ttl, ipId: 0) with
        {
            Kind = PacketKind.Tcp,
            Protocol = 6,
            Sequence = 5,
            TransportChecksum = 77,
            PayloadWireLength = payload,
        };
        scene.See(Tcp(Victim, Attacker, 64, 0));
        scene.See(Tcp(Attacker, Gateway, 63, 0));
        Assert.Empty(scene.Relayed);
        scene.See(Tcp(Victim, Attacker, 64, 10));
        scene.See(Tcp(Attacker, Gateway, 63, 10));
        Assert.Single(scene.Relayed);
    }

    [Fact]
    public void A_busy_relay_is_told_eight_times_and_then_now_and_then()
    {
        var scene = new WatchScene();
        for (ushort i = 1; i <= 640; i++)
        {
            scene.See(Packet(Victim, Attacker, ipId: i));
            scene.See(Packet(Attacker, Gateway, ttl: 63, ipId: i));
        }
        Assert.Equal(8 + 10, scene.Relayed.Count);
    }
}
