using System.Globalization;
using System.Text;
using Acornima;
using Acornima.Ast;

namespace Sensor.Detection.Pac;

/// <summary>Works out constant text expressions of a script without running it: literals joined, decoded, turned round.</summary>
internal static class PacTexts
{
    /// <summary>Longest text worked out: enough for a packed program's beginning.</summary>
    private const int Longest = 4096;

    /// <summary>Deepest nesting followed; "a" + "b" + … nests one level a piece.</summary>
    private const int Deepest = 64;

    /// <summary>The text <paramref name="node"/> always has; null when it depends on something or is too long.</summary>
    public static string? Of(Node? node, int depth = 0)
    {
        if (node is null || depth > Deepest)
            return null;
        var text = node switch
        {
            StringLiteral literal => literal.Value,
            NumericLiteral number => number.Value.ToString(CultureInfo.InvariantCulture),
            TemplateLiteral { Expressions.Count: 0 } template => string.Concat(template.Quasis.Select(part => part.Value.Cooked)),
            BinaryExpression { Operator: Operator.Addition } sum => Joined(sum, depth),
            CallExpression call => Called(call, depth),
            _ => null,
        };
        return text is { Length: <= Longest } ? text : null;
    }

    private static string? Joined(BinaryExpression sum, int depth)
    {
        if (sum is { Left: NumericLiteral, Right: NumericLiteral })
            return null;
        return Of(sum.Left, depth + 1) is { } left && Of(sum.Right, depth + 1) is { } right ? left + right : null;
    }

    private static string? Called(CallExpression call, int depth) => PacScriptNames.Called(call.Callee) switch
    {
        "fromCharCode" => FromCodes(call.Arguments),
        "unescape" or "decodeURIComponent" or "decodeURI" when Of(First(call), depth + 1) is { } text => Uri.UnescapeDataString(text),
        "atob" when Of(First(call), depth + 1) is { } text => FromBase64(text),
        "join" when call.Callee is MemberExpression { Object: ArrayExpression array } => Join(array, Of(First(call), depth + 1) ?? ",", depth),
        "join" when call.Callee is MemberExpression { Object: CallExpression inner } && Of(First(call), depth + 1) == "" => TurnedRound(inner, depth),
        "concat" when call.Callee is MemberExpression member && Of(member.Object, depth + 1) is { } head =>
            call.Arguments.Select(argument => Of(argument, depth + 1))
                .Aggregate((string?)head, (all, part) => all is null || part is null ? null : all + part),
        _ => null,
    };

    private static Expression? First(CallExpression call) => call.Arguments.Count > 0 ? call.Arguments[0] : null;

    private static string? FromCodes(in NodeList<Expression> codes)
    {
        var text = new StringBuilder();
        foreach (var code in codes)
        {
            if (code is not NumericLiteral { Value: >= 0 and <= 0xFFFF } number)
                return null;
            text.Append((char)number.Value);
        }
        return text.ToString();
    }

    private static string? FromBase64(string text)
    {
        var octets = new byte[text.Length];
        return Convert.TryFromBase64String(text, octets, out var count) ? Encoding.Latin1.GetString(octets, 0, count) : null;
    }

    private static string? Join(ArrayExpression array, string separator, int depth)
    {
        var parts = new List<string>();
        foreach (var element in array.Elements)
        {
            if (Of(element, depth + 1) is not { } part || parts.Count == Longest)
                return null;
            parts.Add(part);
        }
        return string.Join(separator, parts);
    }

    /// <summary>"…".split("").reverse().join("").</summary>
    private static string? TurnedRound(CallExpression reverse, int depth)
    {
        if (PacScriptNames.Called(reverse.Callee) != "reverse"
            || reverse.Callee is not MemberExpression { Object: CallExpression split } || PacScriptNames.Called(split.Callee) != "split"
            || split.Callee is not MemberExpression text || Of(First(split), depth + 1) != "" || Of(text.Object, depth + 1) is not { } forward)
            return null;
        var letters = forward.ToCharArray();
        Array.Reverse(letters);
        return new string(letters);
    }
}
