namespace Sensor.Manual;

/// <summary>sensor(1), made from the help of all commands.</summary>
internal static class ProgramManual
{
    private const string StatusBegin = "Exit status:";

    /// <summary>The page.</summary>
    public static string Write(IReadOnlyList<DescribedCommand> commands, string version)
    {
        var program = commands[0];
        var page = new Roff("sensor", 1, version, "names hosts that serve rogue PAC files, poison names or hijack updates");
        page.Section("Synopsis");
        foreach (var command in commands.Skip(1))
        {
            foreach (var usage in command.Help.Usages)
                Usage(page, usage);
        }
        page.Section("Description");
        foreach (var paragraph in program.Help.Paragraphs.Where(static text => !text.StartsWith("sensor - ", StringComparison.Ordinal) && !IsStatus(text)))
            page.Paragraph(paragraph);
        page.Paragraph("sensor reads captures or watches interfaces and says who takes over the others' web traffic and updates: who answers for wpad, "
            + "hands out rogue address plans, spoofs ARP or neighbour discovery, serves a proxy configuration (PAC), is used as a proxy, or answers for "
            + "update hosts. The findings about one suspect are one incident, with its victims, its stages and the frames that prove it.");
        page.Section("Commands");
        foreach (var command in commands.Skip(1))
            Describe(page, command);
        page.Section("Examples").Verbatim(program.Help.Examples);
        page.Section("Exit status");
        foreach (var paragraph in program.Help.Paragraphs.Where(IsStatus))
            page.Paragraph(Capitalised(paragraph[StatusBegin.Length..].Trim()));
        End(page);
        return page.ToString();
    }

    private static void Describe(Roff page, DescribedCommand command)
    {
        page.Subsection($"sensor {command.Path}");
        page.Paragraph($"{Capitalised(command.Summary)}.");
        foreach (var usage in command.Help.Usages)
            Usage(page, usage);
        foreach (var paragraph in command.Help.Paragraphs)
            page.Paragraph(paragraph);
        foreach (var (head, text) in command.Help.Entries)
            page.Term(head, "", text);
        foreach (var option in command.Help.Options)
            page.Term(string.Join(", ", option.Names), option.Value, option.Text);
        if (command.Help.Examples.Count > 0)
            page.Verbatim(command.Help.Examples);
    }

    private static void End(Roff page)
    {
        page.Section("Environment");
        page.Term("SENSOR_STACK_TRACE", "", "When set to 1, an unexpected failure is told with the place in the program.");
        page.Section("Files");
        page.Term("/etc/sensor/appsettings.json", "",
            "The configuration, where --config names no other and neither the current folder nor the program's own has an appsettings.json.");
        page.Term("/var/lib/sensor", "", "The store of the daemon.");
        page.Section("See also");
        page.Paragraph("sensor-appsettings(5), sensor.service(8), pcap-filter(7), tcpdump(8)");
    }

    private static void Usage(Roff page, string usage)
    {
        var gap = usage.IndexOf("   ", StringComparison.Ordinal);
        var (line, remark) = gap < 0 ? (usage, "") : (usage[..gap], $"({usage[gap..].Trim()})");
        var words = line.Split(' ');
        var bold = 0;
        while (bold < words.Length && words[bold].All(static letter => char.IsAsciiLetterLower(letter)))
            bold++;
        page.Command(string.Join(' ', words[..bold]), $"{string.Join(' ', words[bold..])} {remark}".Trim());
    }

    private static bool IsStatus(string paragraph) => paragraph.StartsWith(StatusBegin, StringComparison.Ordinal);

    private static string Capitalised(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
