using System.Runtime.CompilerServices;
using System.Text;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>
/// Looks through the body of a request, segment by segment, for a field that is named like a password: of a form
/// (application/x-www-form-urlencoded, multipart/form-data, RFC 7578) or of JSON. Only names are looked at, and only whether one was there
/// is kept.
/// </summary>
internal struct HttpForm
{
    /// <summary>Log-in forms are small; what comes later is no field of one.</summary>
    private const int MaxOctets = 16 * 1024;

    private const int LongestName = 32;

    private static readonly byte[][] Passwords =
    [
        [.. "password"u8], [.. "passwd"u8], [.. "passwort"u8], [.. "pass"u8], [.. "pwd"u8], [.. "pw"u8], [.. "passphrase"u8],
        [.. "userpassword"u8], [.. "user_password"u8], [.. "login_password"u8], [.. "j_password"u8], [.. "os_password"u8],
        [.. "user[password]"u8], [.. "user%5bpassword%5d"u8],
    ];

    private Kind _kind;
    private Name _name;
    private int _length, _seen;
    private byte _before, _last;
    private bool _isPending;

    private enum Kind : byte
    {
        None,
        UrlEncoded,
        Multipart,
        Json,
    }

    /// <summary>Whether more octets are of interest.</summary>
    public readonly bool IsActive => _kind != Kind.None;

    /// <summary>Begins with the body of a request of this method and content type.</summary>
    public void Begin(ReadOnlySpan<byte> method, ReadOnlySpan<byte> contentType)
    {
        this = default;
        if (!Ascii.EqualsIgnoreCase(method, "POST"u8) && !Ascii.EqualsIgnoreCase(method, "PUT"u8))
            return;
        _kind = Is(contentType, "application/x-www-form-urlencoded"u8) ? Kind.UrlEncoded
            : Is(contentType, "multipart/form-data"u8) ? Kind.Multipart
            : Is(contentType, "application/json"u8) ? Kind.Json : Kind.None;
        _last = (byte)'&';
    }

    /// <summary>Stops looking.</summary>
    public void End() => this = default;

    /// <summary>
    /// The next octets of the body: true when a password's name and the start of its value were found; then it looks no further.
    /// </summary>
    public bool Take(ReadOnlySpan<byte> octets)
    {
        foreach (var octet in octets)
        {
            if (_seen++ == MaxOctets)
                break;
            if (IsPassword(octet))
            {
                End();
                return true;
            }
        }
        if (_seen > MaxOctets)
            End();
        return false;
    }

    /// <summary>One octet: is the name before it a password's, and does a value follow?</summary>
    private bool IsPassword(byte octet)
    {
        if (!IsDelimiter(octet))
        {
            if (_isPending && _kind == Kind.UrlEncoded)
                return true;
            if (_isPending)
                _isPending = false;
            if (_length < LongestName)
                _name[_length] = NameText.Lower(octet);
            _length++;
            return false;
        }
        var isName = _length is > 0 and <= LongestName && Matches(((ReadOnlySpan<byte>)_name)[.._length]);
        var found = Delimit(octet, isName);
        if (_length > 0 || octet is not ((byte)' ' or (byte)'\r' or (byte)'\n'))
            (_before, _last) = (_last, octet);
        _length = 0;
        return found;
    }

    private readonly bool IsDelimiter(byte octet) => _kind == Kind.UrlEncoded
        ? octet is (byte)'&' or (byte)'='
        : octet is (byte)'"' or (byte)':' or (byte)'=' or (byte)' ' or (byte)'\r' or (byte)'\n';

    private bool Delimit(byte octet, bool isName)
    {
        switch (_kind)
        {
            case Kind.UrlEncoded:
                _isPending = isName && octet == '=' && _last == '&';
                return false;
            case Kind.Multipart:
                // name="password"
                return isName && octet == '"' && _last == '"' && _before == '=';
            default:
                // "password" :
                if (_isPending && octet is (byte)' ' or (byte)'\r' or (byte)'\n')
                    return false;
                var found = _isPending && octet == ':';
                _isPending = isName && octet == '"' && _last == '"';
                return found;
        }
    }

    private static bool Matches(ReadOnlySpan<byte> name)
    {
        foreach (var known in Passwords)
        {
            if (name.SequenceEqual(known))
                return true;
        }
        return false;
    }

    private static bool Is(ReadOnlySpan<byte> contentType, ReadOnlySpan<byte> type) =>
        contentType.Length >= type.Length && Ascii.EqualsIgnoreCase(contentType[..type.Length], type);

    [InlineArray(LongestName)]
    private struct Name
    {
        private byte _element;
    }
}
