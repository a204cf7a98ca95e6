using System.Text;

namespace Sensor.Manual;

/// <summary>The completion script for zsh.</summary>
internal static class ZshCompletion
{
    private const int LongestText = 60;

    /// <summary>The script.</summary>
    public static string Write(IReadOnlyList<DescribedCommand> commands)
    {
        var script = new StringBuilder("#compdef sensor\n# zsh completion for sensor; made by: sensor completion zsh\n");
        script.Append("local -a commands\ncommands=(\n");
        foreach (var command in commands.Skip(1).Where(static command => !command.IsHidden && !command.Path.Contains(' ', StringComparison.Ordinal)))
            script.Append($"  '{command.Path}:{Quoted(command.Summary)}'\n");
        script.Append(")\nif (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then\n  _describe command commands\n  return\nfi\n");
        script.Append("case $words[2] in\n");
        foreach (var command in commands.Skip(1).Where(static command => !command.Path.Contains(' ', StringComparison.Ordinal)))
        {
            script.Append($"  {command.Path})\n    shift words\n    (( CURRENT-- ))\n    _arguments");
            Arguments(script, command);
            script.Append(" ;;\n");
        }
        script.Append("  *)\n    _arguments");
        Arguments(script, commands[0]);
        return script.Append(" ;;\nesac\n").ToString();
    }

    private static void Arguments(StringBuilder script, DescribedCommand command)
    {
        foreach (var option in command.Options)
        {
            foreach (var name in option.Names.Where(static name => name != "-?"))
                script.Append($" \\\n      '*{name}[{Description(option.Text)}]{Value(option.Value)}'");
        }
        foreach (var argument in command.Arguments)
            script.Append($" \\\n      '*{Value(argument)}'");
    }

    private static string Value(DescribedValue value) => value.Kind switch
    {
        ValueKind.None => "",
        ValueKind.Word => $":{Quoted(value.Name)}:({string.Join(' ', value.Words)})",
        ValueKind.File => $":{Quoted(value.Name)}:_files",
        ValueKind.Interface => $":{Quoted(value.Name)}:_net_interfaces",
        _ => $":{Quoted(value.Name)}: ",
    };

    private static string Description(string text) => Quoted(text.Length <= LongestText ? text : text[..LongestText].TrimEnd() + "...");

    // Within single quotes; brackets and colons have a meaning to _arguments and _describe.
    private static string Quoted(string text) => text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("'", @"'\''", StringComparison.Ordinal)
        .Replace("[", @"\[", StringComparison.Ordinal).Replace("]", @"\]", StringComparison.Ordinal).Replace(":", @"\:", StringComparison.Ordinal);
}
