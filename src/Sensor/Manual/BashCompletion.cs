using System.Text;

namespace Sensor.Manual;

/// <summary>The completion script for bash. It needs nothing but bash itself, and does not start the sensor.</summary>
internal static class BashCompletion
{
    private const string Begin =
        """
        # bash completion for sensor; made by: sensor completion bash
        _sensor() {
          local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command='' words='' files='' i
          COMPREPLY=()
          # --format=eve comes as three words.
          if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi
          for ((i = 1; i < COMP_CWORD; i++)); do
            case "$command ${COMP_WORDS[i]}" in

        """;

    private const string Middle =
        """
            esac
          done
          case "$command $prev" in

        """;

    private const string Choice =
        """
          esac
          case $command in

        """;

    private const string End =
        """
          esac
          [[ $cur == -* || -z $files ]] && mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
          [[ $cur != -* && -n $files ]] && compopt -o filenames && mapfile -t COMPREPLY < <(compgen -f -- "$cur")
          return 0
        }
        complete -F _sensor sensor

        """;

    /// <summary>The script.</summary>
    public static string Write(IReadOnlyList<DescribedCommand> commands)
    {
        var script = new StringBuilder(Begin);
        foreach (var command in commands.Skip(1))
            script.Append($"      '{Parent(command.Path)} {Leaf(command.Path)}') command='{command.Path}' ;;\n");
        script.Append(Middle);
        foreach (var command in commands)
        {
            foreach (var option in command.Options.Where(static option => option.Value.Kind != ValueKind.None))
                script.Append($"    {Patterns(command, option)})\n      {Reply(option.Value)}\n      return 0 ;;\n");
        }
        script.Append(Choice);
        foreach (var command in commands)
            script.Append($"    '{command.Path}') words='{Words(command, commands)}'{Files(command)} ;;\n");
        return script.Append(End).ToString();
    }

    private static string Words(DescribedCommand command, IReadOnlyList<DescribedCommand> all)
    {
        var inner = all.Where(other => other.Path.Length > 0 && !other.IsHidden && Parent(other.Path) == command.Path).Select(static other => Leaf(other.Path));
        return string.Join(' ', inner.Concat(command.Arguments.SelectMany(static argument => argument.Words))
            .Concat(command.Options.SelectMany(static option => option.Names)).Where(static word => word != "-?"));
    }

    private static string Files(DescribedCommand command) =>
        command.Arguments.Any(static argument => argument.Kind == ValueKind.File) ? " files=1" : "";

    private static string Patterns(DescribedCommand command, DescribedOption option) =>
        string.Join('|', option.Names.Select(name => $"'{command.Path} {name}'"));

    private static string Reply(DescribedValue value) => value.Kind switch
    {
        ValueKind.Word => $"mapfile -t COMPREPLY < <(compgen -W '{string.Join(' ', value.Words)}' -- \"$cur\")",
        ValueKind.File => "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")",
        ValueKind.Interface => "mapfile -t COMPREPLY < <(compgen -W \"$(ls /sys/class/net 2>/dev/null)\" -- \"$cur\")",
        _ => ":",
    };

    private static string Parent(string path) => path.LastIndexOf(' ') is var at and >= 0 ? path[..at] : "";

    private static string Leaf(string path) => path[(path.LastIndexOf(' ') + 1)..];
}
