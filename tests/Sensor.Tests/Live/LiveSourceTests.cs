using Sensor.Capture.Live;

namespace Sensor.Tests.Live;

/// <summary>The AF_PACKET source on a cable of its own.</summary>
public sealed class LiveSourceTests
{
    private static readonly LiveOptions Small = new() { Interfaces = ["vb"], RingOctets = 8 << 20, ControlRingOctets = 4 << 20 };

    [Theory]
    [InlineData(LiveSourceKind.AfPacket, 1)]
    [InlineData(LiveSourceKind.AfPacket, 4)]
    [InlineData(LiveSourceKind.Pcap, 1)]
    public void Frames_come_whole_in_order_with_their_tags(LiveSourceKind kind, int fanOut) => LinkLab.Run(_ =>
    {
        using var source = new LiveSource(Small with { Source = kind, FanOut = fanOut });
        using var sender = new FrameSender("va");
        var sent = new List<byte[]>();
        for (ushort i = 0; i < 600; i++)
        {
            uint[] tags = (i % 4) switch { 0 => [], 1 => [0x81000000u | 20], 2 => [0x88a80000u | 300, 0x81006000u | 7], _ => [0x81000000u] };
            sent.Add(i % 2 == 0 ? Ethernet.Tcp((ushort)(2000 + i), 80, 900, tags) : Ethernet.Udp((ushort)(3000 + i), 5355, 40, tags));
        }
        sent.ForEach(frame => Assert.True(sender.Send(frame)));
        var taken = new Taken(source);
        taken.Until(() => taken.Frames.Count >= sent.Count);
        taken.UntilQuiet();
        Assert.Equal(sent.Select(Convert.ToHexString), taken.Frames.Select(frame => Convert.ToHexString(frame.Octets)));
        Assert.Equal(Enumerable.Range(1, sent.Count).Select(i => (long)i), taken.Frames.Select(frame => frame.Number));
        Assert.Equal(taken.Frames.Select(frame => frame.TimestampNs).Order(), taken.Frames.Select(frame => frame.TimestampNs));
        Assert.All(taken.Frames, frame => Assert.Equal(frame.Octets.Length, frame.Original));
        var counted = Assert.Single(source.Statistics());
        Assert.Equal((sent.Count, 0, true), ((int)counted.Received, (int)counted.Dropped, counted.IsUp));
    });

    [Fact]
    public void Nothing_for_a_second_is_a_tick_of_packet_time() => LinkLab.Run(_ =>
    {
        using var source = new LiveSource(Small);
        using var sender = new FrameSender("va");
        var taken = new Taken(source);
        Assert.True(sender.Send(Ethernet.Udp(1, 2, 10)));
        taken.Until(() => taken.Frames.Count == 1);
        taken.Until(() => taken.Ticks.Count == 2);
        Assert.True(taken.Ticks[0] > taken.Frames[0].TimestampNs);
        Assert.True(taken.Ticks[1] > taken.Ticks[0]);
    });

    [Fact]
    public void An_interface_whose_link_comes_up_just_after_the_start_is_not_called_down() => LinkLab.Run(lab =>
    {
        lab.Ip("link set vb down");
        using var source = new LiveSource(Small);
        var taken = new Taken(source);
        Assert.False(source.Statistics()[0].IsUp);
        lab.Ip("link set vb up");
        taken.Until(() => source.Statistics()[0].IsUp);
        Assert.False(taken.Has("interface-down", isOver: false));
        Assert.False(taken.Has("interface-down", isOver: true));
    });

    [Fact]
    public void An_interface_that_stays_down_is_reported() => LinkLab.Run(lab =>
    {
        lab.Ip("link set vb down");
        using var source = new LiveSource(Small);
        var taken = new Taken(source);
        taken.Until(() => taken.Has("interface-down", isOver: false));
    });

    [Fact]
    public void An_interface_that_goes_down_or_is_made_anew_is_reported_and_captured_on() => LinkLab.Run(lab =>
    {
        using var source = new LiveSource(Small);
        var taken = new Taken(source);
        lab.Ip("link set vb down");
        taken.Until(() => taken.Has("interface-down", isOver: false));
        lab.Ip("link set vb up");
        taken.Until(() => taken.Has("interface-down", isOver: true));
        SendOne(7);
        lab.Ip("link del va");
        taken.Until(() => taken.Has("interface-gone", isOver: false));
        Assert.False(source.Statistics()[0].IsUp);
        lab.Connect();
        taken.Until(() => taken.Has("interface-gone", isOver: true) && source.Statistics()[0].IsUp);
        SendOne(8);
        Assert.Equal([1L, 2L], taken.Frames.Select(frame => frame.Number));

        void SendOne(ushort port)
        {
            using var sender = new FrameSender("va");
            var before = taken.Frames.Count;
            Assert.True(sender.Send(Ethernet.Udp(port, 2, 10)));
            taken.Until(() => taken.Frames.Count == before + 1);
        }
    });

    [Fact]
    public void A_ring_that_is_too_small_loses_frames_and_says_so_but_no_name_or_lease() => LinkLab.Run(_ =>
    {
        using var source = new LiveSource(Small with { RingOctets = LiveOptions.SmallestRing, LossWindow = TimeSpan.FromSeconds(1) });
        using var sender = new FrameSender("va", bypassesQueue: true);
        var (flood, name, lease) = (Ethernet.Tcp(1000, 80, 1400), Ethernet.Udp(5355, 40000, 60), Ethernet.Udp(68, 67, 300, 0x81000005));
        // Nobody reads meanwhile.
        for (var i = 0; i < 4000; i++)
        {
            sender.Send(flood);
            if (i % 20 == 0)
                Assert.True(sender.Send(i % 40 == 0 ? name : lease));
        }
        var taken = new Taken(source);
        taken.Until(() => taken.Has("capture-loss", isOver: false));
        taken.Until(() => taken.Has("capture-loss", isOver: true));
        var counted = source.Statistics()[0];
        Assert.InRange(counted.Dropped, 1, 4000);
        Assert.Equal(0, counted.ControlRingDropped);
        Assert.Equal(200, taken.Frames.Count(frame => frame.Octets.Length is 102 or 346));
        Assert.Equal(4200, counted.Received + counted.Dropped);
        Assert.Contains("capture-loss", taken.Events[0].Id, StringComparison.Ordinal);
    });

    [Fact]
    public void A_filter_selects_in_the_kernel_as_tcpdump_does() => LinkLab.Run(_ =>
    {
        using var source = new LiveSource(Small with { Filter = "vlan 20 and udp" });
        using var sender = new FrameSender("va");
        Assert.True(sender.Send(Ethernet.Udp(1, 9, 10)));
        Assert.True(sender.Send(Ethernet.Udp(2, 9, 10, 0x81000015)));
        Assert.True(sender.Send(Ethernet.Udp(3, 9, 10, 0x81000014)));
        Assert.True(sender.Send(Ethernet.Udp(4, 53, 10, 0x81000014)));
        Assert.True(sender.Send(Ethernet.Tcp(5, 53, 10, 0x81000014)));
        var taken = new Taken(source);
        taken.Until(() => taken.Frames.Count >= 2);
        taken.UntilQuiet();
        Assert.Equal([3, 4], taken.Frames.Select(frame => (int)frame.Octets[39]));
    });

    [Fact]
    public void Promiscuous_mode_ends_with_the_source() => LinkLab.Run(lab =>
    {
        using (var source = new LiveSource(Small))
            Assert.NotEqual(0, Promiscuity(lab));
        Assert.Equal(0, Promiscuity(lab));
    });

    [Fact]
    public void Unknown_interfaces_and_wrong_filters_are_one_clear_line() => LinkLab.Run(_ =>
    {
        var unknown = Assert.Throws<LiveCaptureException>(() => new LiveSource(Small with { Interfaces = ["vx"] }));
        Assert.Equal("interface vx: there is no such interface", unknown.Message);
        var wrong = Assert.Throws<LiveCaptureException>(() => new LiveSource(Small with { Filter = "udp prt 53" }));
        Assert.StartsWith("filter 'udp prt 53': ", wrong.Message, StringComparison.Ordinal);
    });

    private static int Promiscuity(LinkLab lab) => int.Parse(
        lab.Show("-d link show vb").Split("promiscuity ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
}
