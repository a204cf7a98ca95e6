using Acornima;
using Acornima.Ast;

namespace Sensor.Detection.Pac;

/// <summary>
/// Which variables hold the URL or the host: the parameters of FindProxyForURL and what was made of them, whatever their names.
/// </summary>
internal sealed class PacDataFlow : AstVisitor
{
    private readonly HashSet<string> _urls = new(StringComparer.Ordinal), _hosts = new(StringComparer.Ordinal),
        _mixed = new(StringComparer.Ordinal);

    /// <summary>
    /// Whether the URL goes into <paramref name="node"/> together with something else or in another spelling. Taking the host out of the
    /// URL, as old files do (url.split("/")[2]), is no such thing.
    /// </summary>
    public bool CarriesMixedUrl(Node node) => Carries(node, _mixed) || (Carries(node, _urls) && Mixes(node));

    /// <summary>Whether the URL or a part of it goes into <paramref name="node"/>.</summary>
    public bool CarriesUrl(Node node) => Carries(node, _urls);

    /// <summary>Whether the host goes into <paramref name="node"/>.</summary>
    public bool CarriesHost(Node node) => Carries(node, _hosts);

    protected override object? VisitFunctionDeclaration(FunctionDeclaration node)
    {
        Enter(node.Id?.Name, node.Params);
        return base.VisitFunctionDeclaration(node);
    }

    protected override object? VisitVariableDeclarator(VariableDeclarator node)
    {
        if (node is { Id: Identifier name, Init: { } value })
            Assign(name.Name, value);
        return base.VisitVariableDeclarator(node);
    }

    protected override object? VisitAssignmentExpression(AssignmentExpression node)
    {
        if (PacScriptNames.Called(node.Left) is { } name)
            Assign(name, node.Right);
        return base.VisitAssignmentExpression(node);
    }

    private void Assign(string name, Node value)
    {
        if (value is FunctionExpression function)
            Enter(name, function.Params);
        else if (value is ArrowFunctionExpression arrow)
            Enter(name, arrow.Params);
        if (CarriesMixedUrl(value))
            _mixed.Add(name);
        if (CarriesUrl(value))
            _urls.Add(name);
        else if (CarriesHost(value))
            _hosts.Add(name);
    }

    private void Enter(string? name, in NodeList<Node> parameters)
    {
        if (name is not ("FindProxyForURL" or "FindProxyForURLEx"))
            return;
        if (parameters.Count > 0 && parameters[0] is Identifier url)
            _urls.Add(url.Name);
        if (parameters.Count > 1 && parameters[1] is Identifier host)
            _hosts.Add(host.Name);
    }

    private static bool Mixes(Node node) => node.DescendantNodesAndSelf().Any(static part => part
        is BinaryExpression { Operator: Operator.Addition } or TemplateLiteral { Expressions.Count: > 0 }
        || (part is CallExpression call && PacScriptNames.Called(call.Callee) is "replace" or "replaceAll" or "join" or "concat" or "btoa"
            or "escape" or "encodeURIComponent" or "encodeURI"));

    // The answers of the functions that are given carry nothing of what they were asked.
    private static bool Carries(Node node, HashSet<string> names)
    {
        if (node is Identifier name)
            return names.Contains(name.Name);
        if (node is IFunction || (node is CallExpression { Callee: Identifier { Name: var called } } && PacScriptNames.Given.Contains(called)))
            return false;
        foreach (var child in node.ChildNodes)
        {
            if (child is not null && Carries(child, names))
                return true;
        }
        return false;
    }
}
