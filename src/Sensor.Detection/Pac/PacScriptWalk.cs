using Acornima;
using Acornima.Ast;

namespace Sensor.Detection.Pac;

/// <summary>Walks over a script and notes its calls, its texts and its signs.</summary>
internal sealed class PacScriptWalk(PacNotes notes, PacDataFlow flow) : AstVisitor
{
    /// <summary>Texts at least this long, most of them written in codes, were written so to be unreadable.</summary>
    private const int LeastEncoded = 8;

    private static readonly string[] Keywords = ["PROXY", "SOCKS", "HTTPS ", "FindProxyForURL", "http://", "eval"];

    protected override object? VisitCallExpression(CallExpression node)
    {
        var name = PacScriptNames.Called(node.Callee);
        if (name is not null && node.Callee is Identifier)
            notes.Function(name);
        Judge(node, name, node.Arguments);
        if (PacTexts.Of(node) is { } text)
            NoteBuilt(text, node, isDecoded: name is not null && PacScriptNames.Decoders.Contains(name));
        return base.VisitCallExpression(node);
    }

    protected override object? VisitNewExpression(NewExpression node)
    {
        Judge(node, PacScriptNames.Called(node.Callee), node.Arguments);
        return base.VisitNewExpression(node);
    }

    protected override object? VisitBinaryExpression(BinaryExpression node)
    {
        if (node.Operator == Operator.Addition && PacTexts.Of(node) is { } text)
        {
            NoteBuilt(text, node, isDecoded: false);
            // The pieces of a text that is known whole say nothing more, and walking down a long sum would work each part out again.
            return node;
        }
        return base.VisitBinaryExpression(node);
    }

    protected override object? VisitLiteral(Literal node)
    {
        if (node is StringLiteral literal)
        {
            notes.Text(literal.Value, literal);
            if (literal.Value.Length >= LeastEncoded && literal.Raw.Length >= literal.Value.Length * 5 / 2 && HidesPlainText(literal))
                notes.Sign(PacSignKind.EncodedText, literal);
        }
        return base.VisitLiteral(node);
    }

    protected override object? VisitIdentifier(Identifier node)
    {
        if (PacScriptNames.Foreign.Contains(node.Name))
            notes.Sign(PacSignKind.ForeignObject, node);
        return base.VisitIdentifier(node);
    }

    protected override object? VisitAssignmentExpression(AssignmentExpression node)
    {
        if (node.Left is Identifier name && PacScriptNames.Given.Contains(name.Name))
            notes.Sign(PacSignKind.ReplacesBuiltIn, node);
        else if (node.Left is MemberExpression { Object: MemberExpression { Property: Identifier { Name: "prototype" } } })
            notes.Sign(PacSignKind.ReplacesBuiltIn, node);
        return base.VisitAssignmentExpression(node);
    }

    protected override object? VisitFunctionDeclaration(FunctionDeclaration node)
    {
        if (node.Id is { } name && PacScriptNames.Given.Contains(name.Name))
            notes.Sign(PacSignKind.ReplacesBuiltIn, node);
        return base.VisitFunctionDeclaration(node);
    }

    private void Judge(Node node, string? name, in NodeList<Expression> arguments)
    {
        switch (name)
        {
            case null:
                break;
            case "eval" or "Function" or "execScript" or "constructor":
                notes.Sign(PacSignKind.RunsText, node);
                break;
            case var decoder when PacScriptNames.Decoders.Contains(decoder):
                notes.Sign(PacSignKind.EncodedText, node);
                break;
            case var calendar when PacScriptNames.Calendar.Contains(calendar) || (calendar == "Date" && arguments.Count == 0):
                notes.Sign(PacSignKind.Calendar, node);
                break;
            case var lookUp when PacScriptNames.LookUps.Contains(lookUp) && arguments.Count > 0:
                JudgeLookUp(node, arguments[0]);
                break;
        }
    }

    private void JudgeLookUp(Node call, Expression asked)
    {
        if (flow.CarriesMixedUrl(asked))
            notes.Sign(PacSignKind.UrlLookedUp, call);
        else if (asked is BinaryExpression { Operator: Operator.Addition } or TemplateLiteral
            && (flow.CarriesHost(asked) || flow.CarriesUrl(asked)))
            notes.Sign(PacSignKind.HostLookedUp, call);
    }

    private void NoteBuilt(string text, Node node, bool isDecoded)
    {
        notes.Built(text);
        notes.Text(text, node);
        foreach (var keyword in Keywords)
        {
            if (text.Contains(keyword, StringComparison.OrdinalIgnoreCase) && !Shows(node, keyword))
                notes.Sign(isDecoded ? PacSignKind.EncodedText : PacSignKind.BuiltKeyword, node);
        }
    }

    private static bool Shows(Node node, string keyword) => node.DescendantNodesAndSelf()
        .Any(part => part is StringLiteral literal && literal.Value.Contains(keyword, StringComparison.OrdinalIgnoreCase));

    private static bool HidesPlainText(StringLiteral literal) =>
        literal.Value.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0 && literal.Raw.Contains('\\');
}
