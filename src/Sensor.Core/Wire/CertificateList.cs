namespace Sensor.Core.Wire;

/// <summary>
/// The certificates of a Certificate message up to TLS 1.2, RFC 5246 section 7.4.2: the server's first, each next one the issuer of the one
/// before. Walks as far as whole certificates go.
/// <code>
/// +-----------------------+--------------------+-----------------------+----
/// |       length 1        | certificate 1, DER |       length 2        | …
/// +-----------------------+--------------------+-----------------------+----
/// </code>
/// </summary>
public ref struct CertificateList(ReadOnlySpan<byte> certificates)
{
    private const int Prefix = 3;

    private ReadOnlySpan<byte> _rest = certificates;

    /// <summary>The current certificate, DER.</summary>
    public ReadOnlySpan<byte> Certificate { get; private set; }

    /// <summary>Goes to the next certificate; false at the end.</summary>
    public bool MoveNext()
    {
        if (_rest.Length < Prefix || _rest.U24(0) > _rest.Length - Prefix)
            return false;
        Certificate = _rest.Slice(Prefix, (int)_rest.U24(0));
        _rest = _rest[(Prefix + Certificate.Length)..];
        return true;
    }

    /// <summary>The certificates of a message's body, which begins with their whole length; as many octets as are there.</summary>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> body) =>
        body.Length < Prefix ? default : body.Slice(Prefix, (int)Math.Min(body.U24(0), body.Length - Prefix));
}
