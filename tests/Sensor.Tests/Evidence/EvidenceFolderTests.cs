using Sensor.Tests.Captures;
using Sensor.Tests.Commands;

namespace Sensor.Tests.Evidence;

/// <summary>What is not the sensor's own is never overwritten, and refused before anything is read.</summary>
public sealed class EvidenceFolderTests : TemporaryFolder
{
    private static string Tour => Path.Combine(Checkout.Captures, "tour.pcapng");

    private Invocation Run() => Invocation.Of("replay", Tour, "--evidence", PathOf("e"));

    private void Refuses(int status, string message)
    {
        var before = Directory.Exists(PathOf("e")) ? Directory.GetFiles(PathOf("e")).Order().ToDictionary(path => path, File.ReadAllText)
            : [];
        var run = Run();
        Assert.Equal((status, ""), (run.Status, run.Output));
        Assert.Contains(message, run.ErrorLines[0], StringComparison.Ordinal);
        Assert.True(run.ErrorLines.Length <= 2, run.Error);
        Assert.Equal(before, Directory.Exists(PathOf("e")) ? Directory.GetFiles(PathOf("e")).Order()
            .ToDictionary(path => path, File.ReadAllText) : []);
    }

    [Fact]
    public void A_folder_with_files_of_others()
    {
        Directory.CreateDirectory(PathOf("e"));
        Write("e/thesis.txt", "mine");
        Refuses(2, "is not empty and holds no manifest.json of sensor");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"kind":"other","files":[]}""")]
    [InlineData("""{"kind":"sensor-evidence","files":3}""")]
    public void A_manifest_of_others(string manifest)
    {
        Directory.CreateDirectory(PathOf("e"));
        Write("e/manifest.json", manifest);
        Refuses(2, "holds a manifest.json that is not sensor's");
    }

    [Fact]
    public void A_file_that_was_added_or_changed_since()
    {
        Assert.Equal(0, Run().Status);
        Write("e/notes.txt", "mine");
        Refuses(2, "holds notes.txt, which is not from an earlier run of sensor");
        File.Delete(PathOf("e/notes.txt"));
        var capture = Directory.GetFiles(PathOf("e"), "*.pcapng").Order().First();
        File.AppendAllText(capture, "x");
        Refuses(2, $"holds {Path.GetFileName(capture)}, which was changed since sensor wrote it");
    }

    [Fact]
    public void A_file_and_a_place_that_is_not_there()
    {
        Write("e", "a file");
        Refuses(1, "is a file");
        var run = Invocation.Of("replay", Tour, "--evidence", PathOf("no/such"));
        Assert.Equal((1, $"sensor: cannot write evidence to {PathOf("no/such")}: no such directory\n"), (run.Status, run.Error));
    }

    [Fact]
    public void The_report_and_the_output_of_the_same_run_may_lie_in_it()
    {
        for (var time = 0; time < 2; time++)
        {
            var run = Invocation.Of("replay", Tour, "--evidence", PathOf("e"), "--report", PathOf("e/report.html"), "-o",
                PathOf("e/out.txt"));
            Assert.Equal((0, ""), (run.Status, run.Error));
        }
        Refuses(2, "holds out.txt, which is not from an earlier run of sensor");
    }

    [Fact]
    public void An_earlier_run_of_its_own_is_replaced()
    {
        Assert.Equal(0, Run().Status);
        var first = Directory.GetFiles(PathOf("e")).Order().ToList();
        var benign = Invocation.Of("replay", Path.Combine(Checkout.Captures, "names", "llmnr-own-names.pcapng"), "--evidence", PathOf("e"));
        Assert.Equal(0, benign.Status);
        Assert.Equal([PathOf("e/manifest.json")], Directory.GetFiles(PathOf("e")));
        Assert.Equal(0, Run().Status);
        Assert.Equal(first, Directory.GetFiles(PathOf("e")).Order());
    }
}
