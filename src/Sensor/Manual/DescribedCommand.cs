using System.CommandLine;
using System.CommandLine.Completions;
using Sensor.Commands;

namespace Sensor.Manual;

/// <summary>What may follow an option, or stand as an argument.</summary>
internal enum ValueKind
{
    /// <summary>Nothing: a switch.</summary>
    None,

    /// <summary>Something that cannot be guessed.</summary>
    Free,

    /// <summary>A file or folder.</summary>
    File,

    /// <summary>A network interface of this machine.</summary>
    Interface,

    /// <summary>One of the <see cref="DescribedValue.Words"/>.</summary>
    Word,
}

/// <summary>A value, as far as it can be completed.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">What stands for it in the help.</param>
/// <param name="Words">All it may be, for <see cref="ValueKind.Word"/>.</param>
internal sealed record DescribedValue(ValueKind Kind, string Name, IReadOnlyList<string> Words)
{
    /// <summary>What is known by the name that stands for the value in the help (FILE, IFACE) and the words the command tree gives.</summary>
    public static DescribedValue Of(string name, IEnumerable<CompletionItem> completions)
    {
        var words = completions.Select(static item => item.Label).Distinct().ToList();
        if (words.Count > 0)
            return new DescribedValue(ValueKind.Word, name, words);
        string[] parts = name.Split('|');
        if (parts.Any(static part => part is "FILE" or "DIR" or "PATH" or "PATH..." or "SOURCE" or "SOCKET" or "STORE"))
            return new DescribedValue(ValueKind.File, name, []);
        return new DescribedValue(name is "IF" or "IFACE" or "INTERFACE" ? ValueKind.Interface : ValueKind.Free, name, []);
    }
}

/// <summary>An option with its help.</summary>
/// <param name="Names">All its names.</param>
/// <param name="Value">What it takes.</param>
/// <param name="Text">What the help says.</param>
internal sealed record DescribedOption(IReadOnlyList<string> Names, DescribedValue Value, string Text);

/// <summary>A command of the tree together with its help.</summary>
/// <param name="Path">Its words after `sensor`: "replay"; empty for the program itself.</param>
/// <param name="Summary">One line about it.</param>
/// <param name="Help">Its help.</param>
/// <param name="Options">All options, also those the help passes over.</param>
/// <param name="Arguments">What its arguments are.</param>
/// <param name="IsHidden">Whether the program's own help passes over it.</param>
internal sealed record DescribedCommand(
    string Path, string Summary, HelpPage Help, IReadOnlyList<DescribedOption> Options, IReadOnlyList<DescribedValue> Arguments, bool IsHidden)
{
    /// <summary>The program itself first, then every command in the order of the tree.</summary>
    public static IReadOnlyList<DescribedCommand> All(Command root)
    {
        var all = new List<DescribedCommand>();
        Add(all, root, "", HelpPage.Read(CommandTree.HelpOf(root)));
        return all;
    }

    private static void Add(List<DescribedCommand> all, Command command, string path, HelpPage rootHelp)
    {
        var help = HelpPage.Read(CommandTree.HelpOf(command));
        var options = command.Options.Select(option => Describe(option, help)).ToList();
        var arguments = command.Arguments
            .Select(static argument => DescribedValue.Of(argument.Name, argument.GetCompletions(CompletionContext.Empty))).ToList();
        all.Add(new DescribedCommand(path, SummaryOf(path, help, rootHelp), help, options, arguments, command.Hidden));
        foreach (var inner in command.Subcommands)
            Add(all, inner, path.Length == 0 ? inner.Name : $"{path} {inner.Name}", rootHelp);
    }

    private static DescribedOption Describe(Option option, HelpPage help)
    {
        string[] names = [option.Name, .. option.Aliases];
        var shown = help.Options.FirstOrDefault(entry => entry.Names.Any(names.Contains));
        var value = option.ValueType == typeof(bool)
            ? new DescribedValue(ValueKind.None, "", [])
            : DescribedValue.Of(shown?.Value ?? ValueInUsage(names, help), option.GetCompletions(CompletionContext.Empty));
        return new DescribedOption(names, value, shown?.Text ?? (names.Contains("--help") ? "help about the command" : ""));
    }

    /// <summary>FILE of `[--config FILE]`, for commands whose options stand in the usage line only.</summary>
    private static string ValueInUsage(string[] names, HelpPage help)
    {
        foreach (var name in names)
        {
            foreach (var usage in help.Usages)
            {
                var at = usage.IndexOf($"{name} ", StringComparison.Ordinal);
                if (at >= 0)
                    return usage[(at + name.Length + 1)..].Split([']', ' '])[0];
            }
        }
        return "VALUE";
    }

    /// <summary>"read captures, report attacks" of the line `sensor replay PATH...   read captures, report attacks`.</summary>
    private static string SummaryOf(string path, HelpPage help, HelpPage rootHelp)
    {
        foreach (var usage in rootHelp.Usages)
        {
            var gap = usage.IndexOf("  ", StringComparison.Ordinal);
            if (gap > 0 && $"{usage[..gap]} ".StartsWith($"sensor {path} ", StringComparison.Ordinal))
                return usage[gap..].Trim();
        }
        return help.Paragraphs is [var first, ..] ? first.Split(". ")[0].TrimEnd('.', ':') : "";
    }
}
