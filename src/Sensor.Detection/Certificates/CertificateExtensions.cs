using System.Collections.Immutable;
using Sensor.Core.Wire;

namespace Sensor.Detection.Certificates;

/// <summary>What a key may be used for, RFC 5280 section 4.2.1.3; the bits in the order of the standard.</summary>
[Flags]
public enum KeyUsages
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>digitalSignature.</summary>
    DigitalSignature = 0x80,

    /// <summary>nonRepudiation.</summary>
    NonRepudiation = 0x40,

    /// <summary>keyEncipherment.</summary>
    KeyEncipherment = 0x20,

    /// <summary>keyAgreement.</summary>
    KeyAgreement = 0x08,

    /// <summary>keyCertSign: it may sign certificates.</summary>
    CertificateSigning = 0x04,
}

/// <summary>The extensions of a certificate that judgements rest on, RFC 5280 section 4.2.</summary>
public sealed class CertificateExtensions
{
    /// <summary>Names and purposes read of one certificate: large public ones carry some hundred names.</summary>
    private const int MaxNames = 512, MaxPurposes = 32, MaxExtensions = 64;

    /// <summary>What Microsoft's licensing certificates carry, the "Hydra" extension; its sub-arcs hold licence data.</summary>
    public const string LicensingOid = "1.3.6.1.4.1.311.18";

    /// <summary>Extensions that are understood, so that they may be critical.</summary>
    private static readonly ImmutableHashSet<string> Known =
    [
        "2.5.29.14", "2.5.29.15", "2.5.29.16", "2.5.29.17", "2.5.29.18", "2.5.29.19", "2.5.29.30", "2.5.29.31", "2.5.29.32", "2.5.29.33",
        "2.5.29.35", "2.5.29.36", "2.5.29.37", "2.5.29.54", "1.3.6.1.5.5.7.1.1", "1.3.6.1.5.5.7.1.3", "1.3.6.1.5.5.7.1.24",
        "2.16.840.1.113730.1.1",
    ];

    private readonly List<string> _names = [], _purposes = [], _unknownCritical = [];
    private readonly List<IpAddress> _addresses = [];

    /// <summary>No extension.</summary>
    public static CertificateExtensions None { get; } = new();

    /// <summary>dNSName entries of the subject alternative name, lower case.</summary>
    public IReadOnlyList<string> DnsNames => _names;

    /// <summary>iPAddress entries of the subject alternative name.</summary>
    public IReadOnlyList<IpAddress> Addresses => _addresses;

    /// <summary>Whether there is a subject alternative name at all: the common name then says nothing about hosts.</summary>
    public bool HasAlternativeNames { get; private set; }

    /// <summary>Object identifiers of the extended key usage.</summary>
    public IReadOnlyList<string> Purposes => _purposes;

    /// <summary>Whether there is an extended key usage.</summary>
    public bool HasPurposes { get; private set; }

    /// <summary>Whether basic constraints say it is an authority.</summary>
    public bool IsAuthority { get; private set; }

    /// <summary>Whether there are basic constraints.</summary>
    public bool HasConstraints { get; private set; }

    /// <summary>Authorities that may follow below it, -1 when not limited.</summary>
    public int PathLength { get; private set; } = -1;

    /// <summary>Key usage, or null when there is none.</summary>
    public KeyUsages? Usage { get; private set; }

    /// <summary>Critical extensions that are not understood here.</summary>
    public IReadOnlyList<string> UnknownCritical => _unknownCritical;

    /// <summary>Whether there is an extension of Microsoft's licensing (terminal server) certificates.</summary>
    public bool HasLicensing { get; private set; }

    /// <summary>subjectKeyIdentifier in hexadecimal, or empty.</summary>
    public string SubjectKey { get; private set; } = "";

    /// <summary>keyIdentifier of the authority key identifier in hexadecimal, or empty.</summary>
    public string AuthorityKey { get; private set; } = "";

    /// <summary>Whether the octets after the [3] were no extensions.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Reads what is inside the [3].</summary>
    public static CertificateExtensions Read(DerReader reader)
    {
        var extensions = new CertificateExtensions();
        extensions.IsMalformed = !reader.TryRead(DerTag.Sequence, out var list) || !extensions.ReadAll(list.Inside);
        return extensions;
    }

    private bool ReadAll(DerReader list)
    {
        for (var count = 0; !list.IsAtEnd; count++)
        {
            if (count == MaxExtensions || !list.TryRead(DerTag.Sequence, out var extension))
                return false;
            var parts = extension.Inside;
            if (!parts.TryRead(DerTag.ObjectIdentifier, out var type))
                return false;
            var isCritical = parts.TryRead(DerTag.Boolean, out var critical) && critical.Content.Length == 1 && critical.Content[0] != 0;
            if (!parts.TryRead(DerTag.OctetString, out var value))
                return false;
            if (!Take(DerValues.ObjectIdentifier(type.Content), isCritical, value.Inside))
                return false;
        }
        return true;
    }

    private bool Take(string oid, bool isCritical, DerReader value)
    {
        HasLicensing |= oid == LicensingOid || oid.StartsWith(LicensingOid + ".", StringComparison.Ordinal);
        if (isCritical && !Known.Contains(oid))
            _unknownCritical.Add(oid);
        return oid switch
        {
            "2.5.29.19" => TakeConstraints(value),
            "2.5.29.15" => TakeUsage(value),
            "2.5.29.37" => TakePurposes(value),
            "2.5.29.17" => TakeNames(value),
            "2.5.29.14" => TakeSubjectKey(value),
            "2.5.29.35" => TakeAuthorityKey(value),
            _ => true,
        };
    }

    private bool TakeConstraints(DerReader value)
    {
        if (!value.TryRead(DerTag.Sequence, out var sequence))
            return false;
        HasConstraints = true;
        var parts = sequence.Inside;
        IsAuthority = parts.TryRead(DerTag.Boolean, out var isAuthority) && isAuthority.Content.Length == 1 && isAuthority.Content[0] != 0;
        if (parts.TryRead(DerTag.Integer, out var length))
            PathLength = Math.Max(0, DerValues.SmallInteger(length.Content));
        return true;
    }

    private bool TakeUsage(DerReader value)
    {
        if (!value.TryRead(DerTag.BitString, out var bits))
            return false;
        Usage = bits.Content.Length < 2 ? KeyUsages.None : (KeyUsages)bits.Content[1];
        return true;
    }

    private bool TakePurposes(DerReader value)
    {
        if (!value.TryRead(DerTag.Sequence, out var sequence))
            return false;
        HasPurposes = true;
        var parts = sequence.Inside;
        while (_purposes.Count < MaxPurposes && parts.TryRead(DerTag.ObjectIdentifier, out var purpose))
            _purposes.Add(DerValues.ObjectIdentifier(purpose.Content));
        return true;
    }

    private bool TakeNames(DerReader value)
    {
        if (!value.TryRead(DerTag.Sequence, out var sequence))
            return false;
        HasAlternativeNames = true;
        var parts = sequence.Inside;
        while (_names.Count < MaxNames && parts.TryRead(out var name))
        {
            if (name.Tag == DerTag.Primitive2)
                _names.Add(DerValues.Text(DerTag.Ia5String, name.Content).ToLowerInvariant());
            else if (name.Tag == DerTag.Primitive7 && _addresses.Count < MaxNames && name.Content.Length is 4 or 16)
                _addresses.Add(name.Content.Length == 4 ? IpAddress.ReadV4(name.Content) : IpAddress.ReadV6(name.Content));
        }
        return true;
    }

    private bool TakeSubjectKey(DerReader value)
    {
        if (!value.TryRead(DerTag.OctetString, out var key))
            return false;
        SubjectKey = Convert.ToHexString(key.Content);
        return true;
    }

    private bool TakeAuthorityKey(DerReader value)
    {
        if (!value.TryRead(DerTag.Sequence, out var sequence))
            return false;
        var parts = sequence.Inside;
        if (parts.TryRead(DerTag.Primitive0, out var key))
            AuthorityKey = Convert.ToHexString(key.Content);
        return true;
    }
}
