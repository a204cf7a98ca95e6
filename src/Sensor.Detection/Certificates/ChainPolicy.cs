using System.Collections.Immutable;

namespace Sensor.Detection.Certificates;

/// <summary>What a certificate is used for.</summary>
public enum CertificatePurpose : byte
{
    /// <summary>Anything: only the chain itself is judged.</summary>
    Any,

    /// <summary>To show who a TLS server is.</summary>
    Server,

    /// <summary>To sign programs.</summary>
    CodeSigning,

    /// <summary>To sign time stamps.</summary>
    TimeStamping,
}

/// <summary>What a chain is judged for.</summary>
public sealed record ChainPolicy
{
    /// <summary>The use.</summary>
    public CertificatePurpose Purpose { get; init; }

    /// <summary>The server that was asked for: a name or an address in text; null when none.</summary>
    public string? Host { get; init; }

    /// <summary>
    /// Vendor pins: the chain must contain one of these above the leaf. Either a name that is part of an issuer's common name or organization, or
    /// the SHA-256 of its certificate in 64 hexadecimal digits. Empty: no pin.
    /// </summary>
    public ImmutableArray<string> ExpectedIssuers { get; init; } = [];

    /// <summary>Roots that are known.</summary>
    public Authorities Authorities { get; init; } = Authorities.BuiltIn;

    /// <summary>The object identifier of the extended key usage that the purpose needs, or null.</summary>
    public string? RequiredPurpose => Purpose switch
    {
        CertificatePurpose.Server => "1.3.6.1.5.5.7.3.1",
        CertificatePurpose.CodeSigning => "1.3.6.1.5.5.7.3.3",
        CertificatePurpose.TimeStamping => "1.3.6.1.5.5.7.3.8",
        _ => null,
    };

    /// <summary>The purpose in words.</summary>
    public string PurposeShown => Purpose switch
    {
        CertificatePurpose.Server => "TLS servers",
        CertificatePurpose.CodeSigning => "signing code",
        CertificatePurpose.TimeStamping => "time stamps",
        _ => "anything",
    };
}
