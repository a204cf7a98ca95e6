using System.Buffers;

namespace Sensor.Core.Wire;

/// <summary>
/// The head of an HTTP/1.x message, RFC 9112 section 2.1: a start line, field lines, an empty line. Lines may end in a bare LF.
/// <code>
/// GET /wpad.dat HTTP/1.1      HTTP/1.1 200 OK
/// Host: wpad                  Content-Type: application/x-ns-proxy-autoconfig
///
/// </code>
/// </summary>
public readonly ref struct HttpHead
{
    /// <summary>The longest head that is read: what common servers accept at most, and more than any honest one has.</summary>
    public const int MaxOctets = 64 * 1024;

    private const int LongestMethod = 24, VersionOctets = 8;
    private static readonly SearchValues<byte> MethodOctets = SearchValues.Create(FirstOctets);

    private readonly ReadOnlySpan<byte> _fields;

    private HttpHead(ReadOnlySpan<byte> method, ReadOnlySpan<byte> target, ushort status, ReadOnlySpan<byte> fields)
    {
        Method = method;
        Target = target;
        Status = status;
        _fields = fields;
    }

    /// <summary>What a message can begin with: the octets of methods and of the version.</summary>
    internal static byte[] FirstOctets => [.. "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!"u8];

    /// <summary>Whether this is a request.</summary>
    public bool IsRequest => Status == 0;

    /// <summary>The method of a request.</summary>
    public ReadOnlySpan<byte> Method { get; }

    /// <summary>The target of a request, as sent.</summary>
    public ReadOnlySpan<byte> Target { get; }

    /// <summary>The status code of a response, 0 for a request.</summary>
    public ushort Status { get; }

    /// <summary>The field lines.</summary>
    public HttpFields Fields => new(_fields);

    /// <summary>Reads a whole head, empty line included. False when the start line is not HTTP/1.x.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out HttpHead head)
    {
        head = default;
        var end = octets.IndexOf((byte)'\n');
        if (end < 0)
            return false;
        var line = octets[..end].TrimEnd((byte)'\r');
        var fields = octets[(end + 1)..];
        return line.StartsWith("HTTP/"u8) ? TryReadStatus(line, fields, out head) : TryReadRequest(line, fields, out head);
    }

    /// <summary>
    /// Octets up to and with the empty line that ends the head, or -1. <paramref name="from"/> is where an earlier search over the same octets
    /// ended.
    /// </summary>
    public static int EndOf(ReadOnlySpan<byte> octets, int from)
    {
        var start = Math.Clamp(from - 3, 0, octets.Length);
        var rest = octets[start..];
        var usual = rest.IndexOf("\n\r\n"u8);
        var bare = (usual < 0 ? rest : rest[..(usual + 1)]).IndexOf("\n\n"u8);
        if (bare >= 0)
            return start + bare + 2;
        return usual < 0 ? -1 : start + usual + 3;
    }

    /// <summary>
    /// Whether octets, however few, can be the start of a message: a method and a space, or a version and a status; when the line is whole, all of it.
    /// </summary>
    public static bool MayStart(ReadOnlySpan<byte> octets)
    {
        var whole = octets.IndexOf((byte)'\n');
        if (whole >= 0)
            return TryRead(octets[..(whole + 1)], out _);
        var version = "HTTP/1."u8;
        var common = Math.Min(octets.Length, version.Length);
        if (octets[..common].SequenceEqual(version[..common]))
            return true;
        var method = octets.IndexOfAnyExcept(MethodOctets);
        return method < 0 ? octets.Length <= LongestMethod : octets[method] == ' ' && method is >= 3 and <= LongestMethod && IsTargetStart(octets[(method + 1)..]);
    }

    /// <summary>
    /// Whether octets in the middle of a stream start a message: as <see cref="MayStart"/>, but a cheap look that needs at least eight octets and
    /// an upper-case method.
    /// </summary>
    public static bool Starts(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < VersionOctets || (uint)(octets[0] - 'A') > 25 || (uint)(octets[1] - 'A') > 25 || (uint)(octets[2] - 'A') > 25)
            return false;
        return MayStart(octets);
    }

    private static bool TryReadRequest(ReadOnlySpan<byte> line, ReadOnlySpan<byte> fields, out HttpHead head)
    {
        head = default;
        line = line.TrimEnd((byte)' ');
        var method = line.IndexOf((byte)' ');
        var version = line.LastIndexOf((byte)' ');
        if (method is < 1 or > LongestMethod || version <= method || line[..method].ContainsAnyExcept(MethodOctets))
            return false;
        if (!IsVersion1(line[(version + 1)..]))
            return false;
        var target = line[(method + 1)..version].Trim((byte)' ');
        if (target.IsEmpty)
            return false;
        head = new HttpHead(line[..method], target, 0, fields);
        return true;
    }

    private static bool TryReadStatus(ReadOnlySpan<byte> line, ReadOnlySpan<byte> fields, out HttpHead head)
    {
        head = default;
        if (line.Length < VersionOctets + 4 || !IsVersion1(line[..VersionOctets]))
            return false;
        var rest = line[VersionOctets..];
        var code = rest.TrimStart(" \t"u8);
        if (code.Length == rest.Length || code.Length < 3 || !IsDigit(code[0]) || !IsDigit(code[1]) || !IsDigit(code[2]))
            return false;
        if (code.Length > 3 && IsDigit(code[3]))
            return false;
        var status = (ushort)(((code[0] - '0') * 100) + ((code[1] - '0') * 10) + code[2] - '0');
        head = new HttpHead(default, default, status, fields);
        return status >= 100;
    }

    private static bool IsVersion1(ReadOnlySpan<byte> version) =>
        version.Length == VersionOctets && version.StartsWith("HTTP/1."u8) && IsDigit(version[7]);

    private static bool IsTargetStart(ReadOnlySpan<byte> target) => target.IsEmpty || target[0] > ' ';

    private static bool IsDigit(byte octet) => (uint)(octet - '0') <= 9;
}
