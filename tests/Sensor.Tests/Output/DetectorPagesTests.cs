using Sensor.Detection.Detectors;
using Sensor.Tests.Commands;

namespace Sensor.Tests.Output;

public sealed class DetectorPagesTests
{
    [Fact]
    public void The_page_of_detectors_is_current()
    {
        var page = Path.Combine(Root, "docs", "detectors.md");
        var run = Invocation.Of("explain", "--markdown");
        Assert.Equal(0, run.Status);
        Assert.True(File.Exists(page) && File.ReadAllText(page) == run.Output, "docs/detectors.md is old: sensor explain --markdown > docs/detectors.md");
    }

    [Fact]
    public void The_list_has_every_detector()
    {
        var run = Invocation.Of("explain");
        Assert.All(DetectorCatalog.All, entry => Assert.Contains(entry.Info.Id, run.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_detector_can_be_explained_and_fits_the_width()
    {
        foreach (var entry in DetectorCatalog.All)
        {
            var run = Invocation.Of("explain", entry.Info.Id);
            Assert.Equal(0, run.Status);
            foreach (var title in new[] { "The attack", "What is seen", "Benign causes", "Limits", "How to verify", "How to stop it", "References" })
                Assert.Contains($"\n{title}\n", run.Output, StringComparison.Ordinal);
            foreach (var line in run.Output.Split('\n'))
                Assert.True(line.Length <= 80 || !line.Trim().Contains(' ', StringComparison.Ordinal), line);
        }
    }

    [Fact]
    public void Ids_and_sids_are_unique_and_every_block_is_written()
    {
        var infos = DetectorCatalog.All.Select(entry => entry.Info).ToList();
        Assert.Equal(infos.Count, infos.Select(info => info.Id).Distinct().Count());
        Assert.Equal(infos.Count, infos.Select(info => info.Sid).Distinct().Count());
        foreach (var info in infos)
        {
            Assert.All([info.Title, info.Attack, info.Seen, info.Benign, info.Limits, info.Verify, info.Stop], text => Assert.NotEmpty(text.Trim()));
            Assert.NotEmpty(info.References);
        }
    }

    private static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Sensor.sln")))
                folder = folder.Parent;
            return folder!.FullName;
        }
    }
}
