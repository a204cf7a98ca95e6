using System.Globalization;
using Microsoft.Data.Sqlite;
using Sensor.Core.Wire;
using Sensor.Store;
using Sensor.Tests.Captures;
using Sensor.Tests.Commands;

namespace Sensor.Tests.Store;

/// <summary>Hosts, exposure and PAC files as tables, for whoever looks into the store.</summary>
public sealed class InventoryTests : TemporaryFolder
{
    [Fact]
    public void A_snapshot_lists_hosts_with_roles_exposure_and_pac_files_and_the_next_one_does_not_repeat_them()
    {
        var world = new StoredWorld();
        world.Play(PlayedFrames.Of(Path.Combine(Checkout.Captures, "tour.pcapng")));
        using var store = new SensorStore(new StoreSettings { Path = PathOf("sensor.db") });
        store.Attach(world.Detection);
        for (var round = 0; round < 12; round++)
        {
            store.Snapshot(world.Detection, "");
            Assert.True(store.Flush(TimeSpan.FromSeconds(30)));
            Assert.Equal(world.Detection.Hosts.All.Count(), Number("SELECT count(*) FROM hosts"));
            Assert.Equal(world.Detection.Exposure.All.Count, Number("SELECT count(*) FROM exposure"));
            Assert.Equal(world.Detection.Pacs.Count, Number("SELECT count(*) FROM pacs"));
        }
        Assert.Equal(0, Number("SELECT count(*) FROM pacs WHERE length(body) <> length OR urls NOT LIKE 'http%'"));
        Assert.True(Number("SELECT count(*) FROM pacs") > 0 && Number("SELECT count(*) FROM exposure WHERE last_wpad_ns > 0") > 0);
        var server = world.Detection.Hosts.All.First(static host => host.Is(Sensor.Detection.Hosts.HostRoles.DhcpServer));
        Assert.Equal(
            server.Id, Number(string.Create(CultureInfo.InvariantCulture, $"SELECT id FROM hosts WHERE addresses LIKE '%{server.Addresses[0]}%' AND roles & 2 AND macs = '{server.Macs[0]}'")));
    }

    [Fact]
    public void Very_many_hosts_are_written_in_parts_and_those_forgotten_go()
    {
        var world = new StoredWorld();
        const int hosts = InventoryTaker.HostsAtOnce + 500;
        for (var i = 0; i < hosts; i++)
            world.Detection.Hosts.Of(0, IpAddress.FromV4((10u << 24) + (uint)i), i);
        using var store = new SensorStore(new StoreSettings { Path = PathOf("sensor.db") });
        using (var stale = new SqliteConnection($"Data Source={PathOf("sensor.db")};Pooling=False"))
        {
            stale.Open();
            StoreFile.Execute(stale, "INSERT INTO hosts VALUES (999999, '', '', '10.9.9.9', '', 0, 0, 0)");
        }
        store.Attach(world.Detection);
        store.Snapshot(world.Detection, "");
        Assert.True(store.Flush(TimeSpan.FromSeconds(30)));
        Assert.Equal(InventoryTaker.HostsAtOnce + 1, Number("SELECT count(*) FROM hosts"));
        store.Snapshot(world.Detection, "");
        Assert.True(store.Flush(TimeSpan.FromSeconds(30)));
        Assert.Equal(hosts, Number("SELECT count(*) FROM hosts"));
        Assert.Equal(0, Number("SELECT count(*) FROM hosts WHERE addresses = '10.9.9.9'"));
    }

    private long Number(string sql)
    {
        using var connection = StoreFile.OpenForReading(PathOf("sensor.db"));
        using var statement = new Statement(connection, sql, 0);
        return statement.Number(-1);
    }
}
