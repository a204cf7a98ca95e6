using System.Text.Json;
using Sensor.Configuration;
using Sensor.Output.Delivery;
using Sensor.Output.Delivery.Dispatch;
using Sensor.Tests.Commands;
using static Sensor.Tests.Delivery.Deliveries;

namespace Sensor.Tests.Delivery;

/// <summary>Records in a file: order, rotation, and what a crash leaves.</summary>
public sealed class FileTargetTests : TemporaryFolder
{
    private TargetSettings File(string name = "eve.json") => Target() with { Type = TargetType.File, Path = PathOf(name), Host = "" };

    private static async Task Deliver(TargetSettings target, params IEnumerable<OutboxEntry> entries)
    {
        var outbox = new MemoryOutbox();
        outbox.Add(entries);
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([target]);
        Assert.True(await dispatcher.StopAsync(Patience));
    }

    [Fact]
    public async Task Records_are_lines_in_order()
    {
        await Deliver(File(), Entries(1000));
        Assert.Equal(Entries(1000).Select(entry => entry.Body), System.IO.File.ReadAllLines(PathOf("eve.json")));
    }

    [Theory]
    [InlineData("{\"a\":1}\n{\"b\":", 3)]
    [InlineData("{\"a\":1}\n", 2)]
    [InlineData("", 1)]
    public async Task A_line_that_a_crash_cut_off_is_ended(string left, int lines)
    {
        System.IO.File.WriteAllText(PathOf("eve.json"), left);
        await Deliver(File(), Entry(1, body: """{"c":3}"""));
        var read = System.IO.File.ReadAllLines(PathOf("eve.json"));
        Assert.Equal(lines, read.Length);
        Assert.Equal(3, JsonDocument.Parse(read[^1]).RootElement.GetProperty("c").GetInt32());
    }

    [Fact]
    public async Task A_full_file_is_put_aside_and_only_so_many_are_kept()
    {
        var target = File() with { RotateSize = 4096, Keep = 2 };
        for (var i = 0; i < 5; i++)
            await Deliver(target, Entry(i, body: new string((char)('a' + i), 3000)));
        Assert.Equal(["eve.json", "eve.json.1", "eve.json.2"], Directory.GetFiles(Folder).Select(Path.GetFileName).Order());
        Assert.Equal(new string('e', 3000) + "\n", System.IO.File.ReadAllText(PathOf("eve.json")));
        Assert.Equal(new string('d', 3000) + "\n", System.IO.File.ReadAllText(PathOf("eve.json.1")));
        Assert.Equal(new string('c', 3000) + "\n", System.IO.File.ReadAllText(PathOf("eve.json.2")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_moved_away_is_begun_anew(bool reopen)
    {
        var outbox = new MemoryOutbox();
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([File()]);
        outbox.Add(Entry(1));
        await Until(() => dispatcher.Only().Depth == 0, "the first record is written");
        System.IO.File.Move(PathOf("eve.json"), PathOf("eve.json-20261125"));
        if (reopen)
        {
            // What another has put in its place (logrotate's create): only a signal tells.
            System.IO.File.WriteAllText(PathOf("eve.json"), "");
            dispatcher.Reopen();
        }
        outbox.Add(Entry(2));
        await Until(() => dispatcher.Only().Depth == 0, "the second record is written");
        Assert.Equal([Entry(1).Body], System.IO.File.ReadAllLines(PathOf("eve.json-20261125")));
        Assert.Equal([Entry(2).Body], System.IO.File.ReadAllLines(PathOf("eve.json")));
    }

    [Fact]
    public async Task A_folder_that_is_missing_holds_nothing_up_and_loses_nothing()
    {
        var outbox = new MemoryOutbox();
        outbox.Add(Entries(3));
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([File("later/eve.json")]);
        await Until(() => dispatcher.Only().FailuresInRow >= 2, "it fails");
        Assert.Contains("no such file", dispatcher.Only().LastError);
        Directory.CreateDirectory(PathOf("later"));
        await Until(() => dispatcher.Only().Depth == 0, "the records are written");
        Assert.Equal(3, System.IO.File.ReadAllLines(PathOf("later/eve.json")).Length);
    }
}
