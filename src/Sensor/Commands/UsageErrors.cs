using System.CommandLine;
using System.CommandLine.Parsing;

namespace Sensor.Commands;

/// <summary>Turns what the parser found wrong into one line and a hint.</summary>
internal static class UsageErrors
{
    /// <summary>
    /// Refuses a command line that did not parse, and words that look like options but were taken for files: the parser gives every word it
    /// does not know to a command that takes many. After "--" they are files.
    /// </summary>
    public static void Refuse(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.Errors.Count > 0)
            throw CommandException.Usage(Message(parsed, command), Hint(command));
        foreach (var token in parsed.Tokens)
        {
            if (token.Type == TokenType.DoubleDash)
                return;
            if (token.Type == TokenType.Argument && token.Value is ['-', _, ..] && IsFile(parsed, token))
                throw CommandException.Usage(Unknown(token.Value, command), Hint(command));
        }
    }

    private static bool IsFile(ParseResult parsed, Token token) =>
        parsed.CommandResult.Children.OfType<ArgumentResult>().Any(result => result.Tokens.Contains(token));

    private static string Hint(Command command) => command is RootCommand ? "Try 'sensor --help'." : $"Try 'sensor {command.Name} --help'.";

    private static string Message(ParseResult parsed, Command command)
    {
        if (parsed.UnmatchedTokens is [var token, ..])
            return Unknown(token, command);
        if (command is RootCommand)
            return "which command? There are run, status, selftest, replay, learn, trust, pac, explain, check and verify";
        var error = parsed.Errors[0];
        return error.SymbolResult switch
        {
            OptionResult option => OptionMessage(option),
            _ when command.Arguments is [{ Name: "PATH" }] && parsed.CommandResult.GetResult(command.Arguments[0])?.Tokens.Count is null or 0 =>
                "no capture file given (use - for standard input)",
            _ when command.Arguments is [{ Name: "FILE" }] && parsed.CommandResult.GetResult(command.Arguments[0])?.Tokens.Count is null or 0 =>
                "no file given",
            _ when command.Arguments is [{ Name: "SOURCE" }] && parsed.CommandResult.GetResult(command.Arguments[0])?.Tokens.Count is null or 0 =>
                "no PAC given: a file, a URL, or - for standard input",
            _ => error.Message,
        };
    }

    private static string OptionMessage(OptionResult result)
    {
        var name = result.IdentifierToken?.Value ?? result.Option.Name;
        if (result.Tokens.Count == 0)
            return $"{name} needs a value";
        if (result.IdentifierTokenCount > 1)
            return $"{name} is given {result.IdentifierTokenCount} times, it takes one value";
        return $"{name} does not take \"{result.Tokens[0].Value}\"";
    }

    private static string Unknown(string token, Command command)
    {
        var name = token.Split('=')[0];
        if (token is ['-', _, ..])
            return $"there is no option {name}{NearestName.Hint(name, OptionNames(command))}";
        return command is RootCommand
            ? $"there is no command \"{token}\"{NearestName.Hint(token, Names(command.Subcommands))}"
            : $"\"{token}\" is one argument too many";
    }

    private static IEnumerable<string> Names(IEnumerable<Command> commands)
    {
        foreach (var command in commands)
            yield return command.Name;
    }

    private static IEnumerable<string> OptionNames(Command command)
    {
        foreach (var option in command.Options)
            yield return option.Name;
    }
}
