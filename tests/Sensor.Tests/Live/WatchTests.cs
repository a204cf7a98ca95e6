using Sensor.Capture;
using Sensor.Capture.Live;
using Sensor.Core.Frames;
using Sensor.Output.Delivery;
using Sensor.Tests.Captures;

namespace Sensor.Tests.Live;

/// <summary>What is told of loss, and of what a port does not show.</summary>
public sealed class WatchTests
{
    private readonly List<OperationalEvent> _told = [];

    [Fact]
    public void Loss_is_told_once_when_it_begins_and_once_when_a_window_without_any_has_passed()
    {
        var watch = new LossWatch("eth1", 0.01, TimeSpan.FromSeconds(10), _told.Add);
        watch.Look(TimeSpan.FromSeconds(0), 1000, 0, default);
        watch.Look(TimeSpan.FromSeconds(1), 2000, 5, default);
        Assert.Empty(_told);
        watch.Look(TimeSpan.FromSeconds(2), 3000, 105, default);
        watch.Look(TimeSpan.FromSeconds(3), 4000, 205, default);
        Assert.Equal("eth1: 105 of 2,105 frames lost within 2 s (5.0%): the ring was full", Assert.Single(_told).Summary);
        for (var second = 4; second < 20; second++)
            watch.Look(TimeSpan.FromSeconds(second), second * 1000, 205, default);
        Assert.Equal([("capture-loss", false), ("capture-loss", true)], _told.Select(each => (each.Id, each.IsOver)));
    }

    [Fact]
    public void What_the_card_drops_is_told_apart()
    {
        var watch = new LossWatch("eth1", 0.01, TimeSpan.FromSeconds(10), _told.Add);
        watch.Look(TimeSpan.Zero, 0, 0, new InterfaceCounters(500, 7));
        watch.Look(TimeSpan.FromSeconds(1), 100, 0, new InterfaceCounters(600, 107));
        Assert.Equal("eth1: 100 of 200 frames lost within 1 s (50.0%): the card or its driver dropped them", Assert.Single(_told).Summary);
    }

    [Fact]
    public void A_port_that_shows_both_directions_multicast_and_answers_is_not_blind()
    {
        var seen = Watch(Frames(isTwoWay: true, hasGroups: true, hasAnswers: true));
        Assert.Equal((true, true, true), (seen.SeesBothDirections, seen.SeesGroups, seen.SeesAnswers));
        Assert.Empty(_told);
    }

    [Theory]
    [InlineData("one-direction", false, true, true)]
    [InlineData("no-multicast", true, false, true)]
    [InlineData("unicast-answers-unseen", true, true, false)]
    public void A_blind_spot_is_told(string id, bool isTwoWay, bool hasGroups, bool hasAnswers)
    {
        Watch(Frames(isTwoWay, hasGroups, hasAnswers));
        Assert.Equal(id, Assert.Single(_told).Id);
    }

    [Fact]
    public void Too_little_is_no_verdict()
    {
        var seen = Watch([Ethernet.Tcp(1000, 80, 0), Ethernet.Tcp(1000, 80, 0)]);
        Assert.Equal(((bool?)null, (bool?)null, (bool?)null), (seen.SeesBothDirections, seen.SeesGroups, seen.SeesAnswers));
        Assert.Contains("too few", seen.DirectionSentence, StringComparison.Ordinal);
    }

    [Fact]
    public void No_recording_of_the_repository_is_told_to_be_blind_in_one_direction()
    {
        foreach (var capture in Directory.EnumerateFiles(Checkout.Captures, "*.pcapng", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using var timeline = CaptureTimeline.Open([capture]);
            var watch = new VisibilityWatch([capture], TimeSpan.FromSeconds(1), _told.Add);
            var batch = new FrameBatch();
            while (timeline.TryRead(batch))
                watch.Look(batch);
            watch.Tick(TimeSpan.FromSeconds(2));
        }
        Assert.DoesNotContain(_told, each => each.Id == "one-direction");
    }

    private PortVisibility Watch(IReadOnlyList<byte[]> frames)
    {
        var watch = new VisibilityWatch(["eth1"], TimeSpan.FromSeconds(1), _told.Add);
        watch.SetOwnMac(0, 0x02_00_00_00_00_99);
        var batch = new FrameBatch();
        foreach (var chunk in frames.Chunk(50))
        {
            batch.Clear();
            var used = 0;
            foreach (var frame in chunk)
                Assert.True(TaggedFrame.TryAppend(batch, ref used, frame, frame.Length, 0, new FrameRecord { LinkType = LinkLayers.Ethernet }));
            watch.Look(batch);
        }
        watch.Tick(TimeSpan.FromSeconds(2));
        return watch.Totals()[0];
    }

    private static List<byte[]> Frames(bool isTwoWay, bool hasGroups, bool hasAnswers)
    {
        var frames = new List<byte[]>();
        for (ushort i = 0; i < 300; i++)
        {
            for (var segment = 0; segment < 4; segment++)
                frames.Add(segment % 2 == 1 && isTwoWay ? Swapped(Ethernet.Tcp(80, (ushort)(1000 + i), 10)) : Ethernet.Tcp((ushort)(1000 + i), 80, 10));
            frames.Add(Ethernet.Udp((ushort)(2000 + i), 53, 30));
            if (hasAnswers)
                frames.Add(Answer(Swapped(Ethernet.Udp(53, (ushort)(2000 + i), 30))));
            if (hasGroups && i % 10 == 0)
                frames.Add(ToGroup(Ethernet.Udp(5355, 5355, 30)));
        }
        return frames;
    }

    /// <summary>The same the other way round: addresses of both layers.</summary>
    private static byte[] Swapped(byte[] frame) => [.. frame[6..12], .. frame[..6], .. frame[12..26], .. frame[30..34], .. frame[26..30], .. frame[34..]];

    private static byte[] Answer(byte[] frame)
    {
        frame[14 + 20 + 8 + 2] = 0x80;
        return frame;
    }

    private static byte[] ToGroup(byte[] frame)
    {
        frame[0] = 0x01;
        return frame;
    }
}
