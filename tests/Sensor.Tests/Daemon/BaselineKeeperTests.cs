using Sensor.Daemon;
using Sensor.Detection.Baselines;
using Sensor.Store;
using Sensor.Tests.Captures;
using Sensor.Tests.Commands;
using Sensor.Tests.Store;

namespace Sensor.Tests.Daemon;

/// <summary>The daemon's baseline from learning to the operator's word, over a real store.</summary>
public sealed class BaselineKeeperTests : TemporaryFolder
{
    private const long Second = 1_000_000_000, Begin = 1_700_000_000 * Second;

    private static readonly BaselineSettings Minute = new() { Period = TimeSpan.FromMinutes(1) };

    private string Store => PathOf("sensor.db");

    [Fact]
    public void Learns_freezes_tells_changes_and_takes_the_operators_word()
    {
        using var store = new SensorStore(new StoreSettings { Path = Store });
        var world = new StoredWorld();
        var said = new List<string>();
        using var keeper = new BaselineKeeper(Store, Minute, said.Add);
        keeper.Attach(world.Detection);
        keeper.Passed(Begin);
        Play(world, "dhcp/failover-pair.pcapng");
        keeper.Passed(Begin + 30 * Second);
        Assert.False(keeper.IsFrozen);
        keeper.Passed(Begin + 61 * Second);
        Assert.True(keeper.IsFrozen);
        Assert.Contains("DhcpServer 10.2.0.2", Trust("list").Output, StringComparison.Ordinal);
        Assert.Contains("Nothing came since", Trust("diff").Output, StringComparison.Ordinal);

        Play(world, "dhcp/rogue-dhcp-server.pcapng");
        Assert.Contains(world.Findings, told => told.Finding.Summary.Contains(" since ", StringComparison.Ordinal)
            && told.Finding.Metadata.Any(pair => pair.Key == "baseline_now"));
        keeper.Passed(Begin + 70 * Second);
        var diff = Trust("diff").Output;
        Assert.Contains("new ", diff, StringComparison.Ordinal);
        var change = BaselineRows().First(static row => row.IsChange && row.Entry.Kind == BaselineKind.DhcpServer);
        Assert.Equal(BaselineStanding.Undecided, change.Standing);

        Assert.Equal(2, Trust("accept", change.Id).Status);
        Assert.Equal(2, Trust("accept", "no-such-entry", "--reason", "x").Status);
        var accepted = Trust("accept", change.Id, "--reason", "second server, CHG-1234");
        Assert.True(accepted.Status == 0, accepted.Error);
        keeper.Passed(Begin + 80 * Second);
        Assert.Contains(world.Detection.TrustedEntries, entry => entry.Kind == BaselineKind.DhcpServer && entry.Key == change.Entry.Key);
        Assert.Equal(0, Trust("reject", change.Id, "--reason", "it was a mistake").Status);
        keeper.Passed(Begin + 90 * Second);
        Assert.DoesNotContain(world.Detection.TrustedEntries, entry => entry.Key == change.Entry.Key);
        var trail = Trust("diff").Output;
        Assert.Contains($"{Environment.UserName}  accept  DhcpServer {change.Entry.Key}", trail, StringComparison.Ordinal);
        Assert.Contains("second server, CHG-1234", trail, StringComparison.Ordinal);
        Assert.Contains("it was a mistake", trail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_restart_goes_on_learning_and_the_operator_may_end_it()
    {
        using var store = new SensorStore(new StoreSettings { Path = Store });
        using (var first = new BaselineKeeper(Store, Minute, static _ => { }))
        {
            var world = new StoredWorld();
            first.Attach(world.Detection);
            first.Passed(Begin);
            Play(world, "dhcp/failover-pair.pcapng");
            first.End();
        }
        Assert.Contains("Learning since", Trust("list").Output, StringComparison.Ordinal);
        var again = new StoredWorld();
        using var second = new BaselineKeeper(Store, new BaselineSettings(), static _ => { });
        second.Attach(again.Detection);
        second.Passed(Begin + 10 * Second);
        Play(again, "wire/hsrp-pair.pcapng");
        Assert.Equal(0, Trust("freeze", "--reason", "seen enough").Status);
        second.Passed(Begin + 20 * Second);
        Assert.True(second.IsFrozen);
        var rows = BaselineRows();
        Assert.Contains(rows, static row => row.Entry.Kind == BaselineKind.DhcpServer);
        Assert.Contains(rows, static row => row.Entry.Kind == BaselineKind.VirtualRouter);
        Assert.Equal(1, Trust("freeze").Status);

        // Frozen stays frozen.
        var third = new StoredWorld();
        using var keeper = new BaselineKeeper(Store, Minute, static _ => { });
        keeper.Attach(third.Detection);
        Assert.True(keeper.IsFrozen);
        Assert.NotEmpty(third.Detection.TrustedEntries);
    }

    [Fact]
    public void Who_attacks_from_the_first_frame_is_not_in_force()
    {
        using var store = new SensorStore(new StoreSettings { Path = Store });
        var world = new StoredWorld();
        using var keeper = new BaselineKeeper(Store, Minute, static _ => { });
        keeper.Attach(world.Detection);
        keeper.Passed(Begin);
        Play(world, "dhcp/dhcp-identity-mismatch.pcapng");
        keeper.Passed(Begin + 61 * Second);
        Assert.Contains("refused", Trust("list").Output, StringComparison.Ordinal);
        Assert.DoesNotContain(world.Detection.TrustedEntries, static entry => entry.Value is "00:0c:29:6e:00:66" or "10.2.0.66" or "http://10.2.0.66/wpad.dat");
    }

    [Fact]
    public void Without_a_store_there_is_one_line() =>
        Assert.Contains("there is no store here", Invocation.Of("trust", "list", "--store", PathOf("none.db")).Error, StringComparison.Ordinal);

    private Invocation Trust(params string[] arguments) => Invocation.Of(["trust", .. arguments, "--store", Store]);

    private IReadOnlyList<BaselineRow> BaselineRows()
    {
        using var baseline = new BaselineStore(Store, isReader: true);
        return baseline.Rows();
    }

    private static void Play(StoredWorld world, string capture) => world.Play(PlayedFrames.Of(Path.Combine(Checkout.Captures, capture)));
}
