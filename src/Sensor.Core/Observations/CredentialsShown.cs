namespace Sensor.Core.Observations;

/// <summary>The protocol that carries an authentication.</summary>
public enum CredentialCarrier : byte
{
    /// <summary>HTTP, to the server (401, Authorization) or in a form.</summary>
    Http,

    /// <summary>HTTP, to the proxy (407, Proxy-Authorization).</summary>
    HttpProxy,

    /// <summary>SMB 1.</summary>
    Smb1,

    /// <summary>SMB 2 and 3.</summary>
    Smb2,

    /// <summary>LDAP.</summary>
    Ldap,

    /// <summary>SOCKS.</summary>
    Socks,
}

/// <summary>How it authenticates.</summary>
public enum CredentialScheme : byte
{
    /// <summary>NTLM: what is sent can be relayed, and the password guessed from it.</summary>
    Ntlm,

    /// <summary>Kerberos, or another GSS mechanism: only that it was tried.</summary>
    Kerberos,

    /// <summary>HTTP Basic: the password itself.</summary>
    Basic,

    /// <summary>A digest of the password (HTTP Digest, SASL DIGEST-MD5).</summary>
    Digest,

    /// <summary>The password itself (LDAP simple bind, SASL PLAIN, SOCKS).</summary>
    Password,

    /// <summary>A form with a password field.</summary>
    Form,
}

/// <summary>Which step of the authentication was seen.</summary>
public enum CredentialStep : byte
{
    /// <summary>The client offers to authenticate.</summary>
    Negotiate,

    /// <summary>The server challenges.</summary>
    Challenge,

    /// <summary>The client proves who it is: here the credential is handed over.</summary>
    Authenticate,
}

/// <summary>
/// A step of an authentication: who, to whom and how. Never the secret: no password, response, challenge or key is ever kept. The sighting
/// is the packet that completed the step.
/// </summary>
public struct CredentialsShown
{
    /// <summary>The carrying protocol.</summary>
    public CredentialCarrier Carrier;

    /// <summary>The scheme.</summary>
    public CredentialScheme Scheme;

    /// <summary>The step.</summary>
    public CredentialStep Step;

    /// <summary>User name, or the distinguished name of an LDAP bind; UTF-8.</summary>
    public OctetSlice User;

    /// <summary>Domain of the user, or the realm of a digest.</summary>
    public OctetSlice Domain;

    /// <summary>The client's own name.</summary>
    public OctetSlice Workstation;

    /// <summary>
    /// The service or realm it is for: NTLM target name, the service the client believes in ("HTTP/wpad"), Host header of a form.
    /// </summary>
    public OctetSlice Target;

    /// <summary>The server's NetBIOS name, DNS name and DNS domain as NTLM pairs give them.</summary>
    public OctetSlice ServerName, ServerDnsName, ServerDnsDomain;

    /// <summary>NTLM negotiate flags.</summary>
    public uint NtlmFlags;

    /// <summary>NTLM product version: major &lt;&lt; 24 | minor &lt;&lt; 16 | build; 0 when not given.</summary>
    public uint NtlmVersion;

    /// <summary>Whether the NTLM pairs hold a time stamp.</summary>
    public bool HasTimestamp;

    /// <summary>Whether an NTLM AUTHENTICATE has a message integrity code.</summary>
    public bool HasMic;

    /// <summary>Whether an NTLM AUTHENTICATE answers by version 2.</summary>
    public bool IsNtlmV2;

    /// <summary>Whether it is for nobody (an anonymous session): no credential is handed over.</summary>
    public bool IsAnonymous;

    /// <summary>The HTTP exchange it belongs to, 0 for others.</summary>
    public ulong ExchangeId;

    /// <summary>Number of the frame with the first octet of the message.</summary>
    public long FirstFrameNumber;
}
