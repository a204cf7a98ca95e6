namespace Sensor.Probing;

/// <summary>What a resolver said about a name.</summary>
/// <param name="Resolver">Its address.</param>
/// <param name="Name">The name.</param>
/// <param name="IsCanary">Whether nobody has that name.</param>
/// <param name="Addresses">The addresses it gave; empty when there is no such name.</param>
/// <param name="Failure">Why there is no answer; null when there is.</param>
internal sealed record ResolverAnswer(string Resolver, string Name, bool IsCanary, IReadOnlyList<string> Addresses, string? Failure)
{
    /// <summary>Whether it refused or failed this question: it may well answer another.</summary>
    public bool IsRefused { get; init; }
}
