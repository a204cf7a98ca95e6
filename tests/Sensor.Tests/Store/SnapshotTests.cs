using Sensor.Detection.Incidents;
using Sensor.Detection.Snapshots;
using Sensor.PacSandbox;
using Sensor.Tests.Captures;

namespace Sensor.Tests.Store;

/// <summary>What detection knows, written down in the middle of every capture that is shipped and read into a fresh engine.</summary>
public sealed class SnapshotTests
{
    /// <summary>Captures whose alerts are not the same when the sensor is restarted in the middle, and why.</summary>
    private static readonly Dictionary<string, string> Exceptions = new(StringComparer.Ordinal)
    {
        // The middle lies between two frames that only together are a sign.
        ["wire/ndp-spoofing.pcapng"] = "told three times what the owner denies: the count of a contest begins anew",
        ["wire/arp-spoofing.pcapng"] = "the count of a contest begins anew, so it is likely where it was certain",
        ["wire/parasite6.pcapng"] = "the count of a contest begins anew, so another address is the first that is told",
        ["wire/denied-newcomer.pcapng"] = "the count of denials begins anew, and the three it takes are not all in one half",
        ["names/bettercap-dns.pcapng"] = "the count of relayed packets begins anew, so the other of the two it stands between is told",
        ["wire/gateway-changed.pcapng"] = "the count of claims begins anew, so the stages come in another order",
        ["wire/stolen-ports.pcapng"] = "the count of stolen addresses begins anew, so the incident is another",
        ["payloads/revoked-certificate.pcapng"] = "the middle lies in the download that is judged",
        ["payloads/collision-certificate.pcapng"] = "the middle lies in the download that is judged",
        ["payloads/update-content-differs.pcapng"] = "what a URL delivered before is not kept",
        ["proxies/response-injected.pcapng"] = "the middle lies between the two segments that contradict each other",
        ["proxies/rogue-socks-by-dhcp.pcapng"] = "the middle lies in the connection in which the password is sent",
    };

    public static TheoryData<string> Captures() => GoldenCaptureTests.Captures();

    [Theory]
    [MemberData(nameof(Captures))]
    public void A_restart_in_the_middle_changes_no_alert(string capture)
    {
        var frames = PlayedFrames.Of(Path.Combine(Checkout.Captures, capture));
        using var sandbox = new SandboxedEvaluator();
        var whole = new StoredWorld(sandbox);
        whole.Play(frames);

        var first = new StoredWorld(sandbox);
        first.Play(frames.Take(frames.Count / 2));
        var snapshot = DetectionSnapshot.Take(first.Detection);
        var second = new StoredWorld(sandbox);
        var result = DetectionSnapshot.Apply(second.Detection, snapshot);
        Assert.Equal((SnapshotOutcome.Applied, 0), (result.Outcome, result.Skipped.Count));
        // Places on the timeline move into the past; all else is as it was.
        Assert.Equal(snapshot.Length, DetectionSnapshot.Take(second.Detection).Length);
        second.Play(frames.Skip(frames.Count / 2));

        var expected = whole.Told.Order(StringComparer.Ordinal).ToList();
        var told = first.Told.Concat(second.Told).Order(StringComparer.Ordinal).ToList();
        var difference = string.Join('\n', expected.Except(told).Select(alert => "- " + alert).Concat(told.Except(expected).Select(alert => "+ " + alert)));
        if (Exceptions.ContainsKey(capture))
            Assert.NotEqual("", difference);
        else
            Assert.True(difference.Length == 0, difference);
        // In no case is anything told twice.
        Assert.Equal(told.Count, told.Distinct().Count());
        Assert.Empty(first.Alerts.Where(alert => alert.Reason == AlertReason.NewIncident).Select(alert => alert.Incident.Suspect.ToString())
            .Intersect(second.Alerts.Where(alert => alert.Reason == AlertReason.NewIncident).Select(alert => alert.Incident.Suspect.ToString())));
    }

    [Fact]
    public void No_change_of_any_octet_of_a_snapshot_is_taken_for_knowledge()
    {
        var world = new StoredWorld();
        world.Play(PlayedFrames.Of(Path.Combine(Checkout.Captures, "tour.pcapng")));
        var snapshot = DetectionSnapshot.Take(world.Detection);
        var random = new Random(4);
        for (var round = 0; round < 500; round++)
        {
            var copy = snapshot.ToArray();
            copy[round < 64 ? round : random.Next(copy.Length)] ^= (byte)random.Next(1, 256);
            Assert.NotEqual(SnapshotOutcome.Applied, DetectionSnapshot.Apply(new StoredWorld().Detection, copy).Outcome);
            Assert.NotEqual(SnapshotOutcome.Applied, DetectionSnapshot.Apply(new StoredWorld().Detection, snapshot.AsMemory(0, random.Next(snapshot.Length))).Outcome);
        }
    }

    /// <summary>The check sum keeps damage out; what is behind it must not throw either, or a mistake of an older version would.</summary>
    [Fact]
    public void A_section_that_is_wrong_behind_a_right_check_sum_never_throws()
    {
        var world = new StoredWorld();
        world.Play(PlayedFrames.Of(Path.Combine(Checkout.Captures, "tour.pcapng")));
        const int Head = 22;
        var body = DetectionSnapshot.Take(world.Detection).AsSpan(Head).ToArray();
        var random = new Random(5);
        for (var round = 0; round < 1000; round++)
        {
            var copy = body.AsSpan(0, round % 4 == 0 ? random.Next(body.Length) : body.Length).ToArray();
            for (var i = 0; i <= round % 8 && copy.Length > 0; i++)
                copy[random.Next(copy.Length)] ^= (byte)random.Next(1, 256);
            var target = new StoredWorld();
            DetectionSnapshot.Apply(target.Detection, DetectionSnapshot.Sealed(copy));
        }
    }

    [Fact]
    public void A_clock_that_was_set_back_keeps_no_dead_host_alive()
    {
        var frames = PlayedFrames.Of(Path.Combine(Checkout.Captures, "tour.pcapng"));
        var world = new StoredWorld();
        world.Play(frames);
        const long Hour = 3_600_000_000_000;
        var now = frames[0].Record.TimestampNs - Hour;
        var again = new StoredWorld();
        DetectionSnapshot.Apply(again.Detection, DetectionSnapshot.Take(world.Detection), notAfterNs: now);
        Assert.All(again.Detection.Hosts.All, host => Assert.True(host.LastSeenNs <= now));
        again.Play(frames.Select(frame => (frame.Record with { TimestampNs = frame.Record.TimestampNs - Hour }, frame.Octets)));
        Assert.Empty(again.Alerts);
    }

    [Fact]
    public void A_new_victim_after_a_restart_is_one_of_the_same_incident()
    {
        var frames = PlayedFrames.Of(Path.Combine(Checkout.Captures, "tour.pcapng"));
        var whole = new StoredWorld();
        whole.Play(frames);
        var victim = whole.Alerts.Last(alert => alert.Reason == AlertReason.NewVictim);
        var at = frames.FindIndex(frame => frame.Record.Number == victim.Finding.At.FrameNumber);
        // Not between question and answer: a restart forgets what is seconds old.
        var first = new StoredWorld();
        first.Play(frames.Take(at - 12));
        var second = new StoredWorld();
        DetectionSnapshot.Apply(second.Detection, DetectionSnapshot.Take(first.Detection));
        second.Play(frames.Skip(at - 12));
        var told = Assert.Single(second.Alerts, alert => alert.Finding.At.FrameNumber == victim.Finding.At.FrameNumber && alert.Finding.Detector == victim.Finding.Detector);
        Assert.Equal((victim.Incident.Id, victim.Reason), (told.Incident.Id, told.Reason));
    }
}
