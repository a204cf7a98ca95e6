using System.Text.RegularExpressions;
using Sensor.Commands;
using Sensor.Configuration;
using Sensor.Manual;
using Sensor.Tests.Captures;
using Sensor.Tests.Commands;

namespace Sensor.Tests.Manual;

/// <summary>Help, manual pages and completion are made from one command tree: these tests hold the tree and the help texts together.</summary>
public sealed partial class ManualTests(ITestOutputHelper output)
{
    private static readonly IReadOnlyList<DescribedCommand> Commands = DescribedCommand.All(CommandTree.Build(CommandEnvironment.OfProcess()));

    [Fact]
    public void Every_option_of_the_tree_is_in_its_command_s_help_and_the_other_way_round()
    {
        var faults = new List<string>();
        foreach (var command in Commands)
        {
            var help = CommandTree.HelpOf(command.Path.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Aggregate((System.CommandLine.Command)CommandTree.Build(CommandEnvironment.OfProcess()), (at, name) => at.Subcommands.First(inner => inner.Name == name)));
            var told = OptionName().Matches(help).Select(match => match.Value).ToHashSet();
            var known = command.Options.SelectMany(option => option.Names).ToHashSet();
            // Help itself is told once, by the program's own help; examples show options of the commands they call.
            faults.AddRange(command.Options.Where(option => !option.Names.Contains("--help") && !option.Names.Any(told.Contains))
                .Select(option => $"{command.Path} --help passes over {option.Names[0]}"));
            faults.AddRange(command.Help.Options.SelectMany(option => option.Names).Where(name => !known.Contains(name))
                .Select(name => $"{command.Path} --help tells of {name}, which there is not"));
        }
        Assert.Empty(faults);
    }

    [Fact]
    public void Every_command_that_is_not_hidden_is_in_the_program_s_help()
    {
        Assert.All(Commands.Skip(1).Where(command => !command.IsHidden), command =>
        {
            Assert.Contains($"sensor {command.Path.Split(' ')[0]}", CommandTree.HelpOf(CommandTree.Build(CommandEnvironment.OfProcess())), StringComparison.Ordinal);
            Assert.NotEqual("", command.Summary);
        });
    }

    [Fact]
    public void The_manual_page_tells_of_every_command_option_and_example()
    {
        var page = Plain(Invocation.Of("manual").Output);
        foreach (var command in Commands.Skip(1))
        {
            Assert.Contains($"sensor {command.Path}", page, StringComparison.Ordinal);
            Assert.All(command.Help.Options, option => Assert.Contains(string.Join(", ", option.Names), page, StringComparison.Ordinal));
            Assert.All(command.Help.Examples, example => Assert.Contains(example, page, StringComparison.Ordinal));
            Assert.All(command.Help.Paragraphs, paragraph => Assert.Contains(paragraph, page, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_manual_page_of_the_configuration_tells_of_every_key()
    {
        var page = Plain(Invocation.Of("manual", Path.Combine(Checkout.Root, "appsettings.json")).Output);
        var keys = new List<string>();
        Collect(SettingsFile.Read(Path.Combine(Checkout.Root, "appsettings.json")), "", keys);
        Assert.True(keys.Count > 20, $"{keys.Count} keys");
        Assert.All(keys, key => Assert.Contains(key, page, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("manual")]
    [InlineData("manual", "appsettings.json")]
    [InlineData("", "src/Package/systemd/sensor.service.8")]
    public void Manual_pages_are_formatted_without_a_warning(string command, string? file = null)
    {
        Assert.SkipUnless(Shell.Has("groff"), "groff is not installed");
        var path = file is null ? null : Path.Combine(Checkout.Root, file);
        var page = command.Length == 0 ? File.ReadAllText(path!) : Invocation.Of(path is null ? [command] : [command, path]).Output;
        var run = Shell.Run("groff", ["-man", "-Tutf8", "-ww", "-rLL=100n", "-P-cbou"], page);
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Contains("SEE ALSO", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manual_page_of_something_else_is_refused_with_status_2()
    {
        var run = Invocation.Of("manual", Path.Combine(Checkout.Root, "README.md"));
        Assert.Equal(2, run.Status);
        Assert.Single(run.ErrorLines);
        output.WriteLine(run.Error);
    }

    [Fact]
    public void A_text_in_a_page_cannot_be_a_request()
    {
        var page = new Roff("x", 1, "1", "y").Paragraph(".so /etc/passwd").Paragraph("'ig \\*[x]").Verbatim([".sy reboot", "", "-\\-"]).ToString();
        Assert.Contains("\n\\&.so", page, StringComparison.Ordinal);
        Assert.Contains("\n\\(aqig \\e*[x]", page, StringComparison.Ordinal);
        Assert.Contains("\n\\&.sy reboot\n\\&\n\\-\\e\\-", page, StringComparison.Ordinal);
    }

    private static void Collect(SettingNode node, string path, List<string> keys)
    {
        foreach (var (key, value) in node.Members)
        {
            var inner = path.Length == 0 ? key : $"{path}:{key}";
            // A section on one line is shown as the value of its own key.
            keys.Add(path.Contains(':', StringComparison.Ordinal) ? key : inner);
            if (value.Kind == SettingKind.Section)
                Collect(value, inner, keys);
        }
    }

    private static string Plain(string page) => Escapes().Replace(page, match => match.Value switch
    {
        "\\-" => "-",
        "\\e" => "\\",
        "\\(aq" => "'",
        "\\(ga" => "`",
        "\\(ti" => "~",
        "\\(ha" => "^",
        _ => "",
    });

    [GeneratedRegex(@"\\(-|e|&|\(..|f[BIR])")]
    private static partial Regex Escapes();

    [GeneratedRegex(@"(?<=^|[\s\[,'])--?[A-Za-z][a-z-]*")]
    private static partial Regex OptionName();
}
