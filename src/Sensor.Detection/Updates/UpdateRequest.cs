using Sensor.Detection.Names;

namespace Sensor.Detection.Updates;

/// <summary>
/// Where an HTTP request wants to go: by its absolute target or CONNECT's authority (then it went to a proxy), else by its Host header.
/// Borrows both.
/// </summary>
internal readonly ref struct UpdateRequest
{
    private readonly ReadOnlySpan<byte> _target;

    public UpdateRequest(ReadOnlySpan<byte> target, ReadOnlySpan<byte> host)
    {
        _target = target;
        var scheme = target.IndexOf("://"u8);
        var isAbsolute = scheme is > 0 and <= 5;
        IsThroughProxy = isAbsolute || (target.Length > 1 && target[0] != '/');
        if (!IsThroughProxy)
        {
            Host = host;
            return;
        }
        var authority = isAbsolute ? target[(scheme + 3)..] : target;
        var end = authority.IndexOfAny((byte)'/', (byte)'?', (byte)'#');
        authority = end < 0 ? authority : authority[..end];
        Host = authority[(authority.LastIndexOf((byte)'@') + 1)..];
    }

    /// <summary>The host asked for, as sent: with its port, if any.</summary>
    public ReadOnlySpan<byte> Host { get; }

    /// <summary>Whether the request went to a proxy: whoever answers is the proxy.</summary>
    public bool IsThroughProxy { get; }

    /// <summary>The URL, safe to show.</summary>
    public string Shown => IsThroughProxy
        ? WireText.Printable(_target)
        : $"http://{WireText.Printable(Host)}{WireText.Printable(_target)}";

    /// <summary>A host name in lower case without port and trailing dot; empty when it is none.</summary>
    public static ReadOnlySpan<byte> Normalize(ReadOnlySpan<byte> host, Span<byte> lower)
    {
        var colon = host.IndexOf((byte)':');
        host = (colon >= 0 ? host[..colon] : host).TrimEnd((byte)'.');
        return host.Length <= lower.Length && System.Text.Ascii.ToLower(host, lower, out var written) == System.Buffers.OperationStatus.Done
            ? lower[..written]
            : default;
    }
}
