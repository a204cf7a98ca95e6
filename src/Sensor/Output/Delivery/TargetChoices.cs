namespace Sensor.Output.Delivery;

/// <summary>What a target is.</summary>
public enum TargetType : byte
{
    /// <summary>A syslog receiver on the network, or the local logger.</summary>
    Syslog,

    /// <summary>The systemd journal, by its own protocol.</summary>
    Journald,

    /// <summary>An HTTP endpoint.</summary>
    Webhook,

    /// <summary>A file, one record a line.</summary>
    File,

    /// <summary>Standard output, one record a line.</summary>
    Stdout,
}

/// <summary>What a message holds.</summary>
public enum BodyFormat : byte
{
    /// <summary>One line for people, what happened first.</summary>
    Text,

    /// <summary>ArcSight CEF:0.</summary>
    Cef,

    /// <summary>IBM LEEF 2.0.</summary>
    Leef,

    /// <summary>Suricata EVE.</summary>
    Eve,

    /// <summary>Elastic Common Schema.</summary>
    Ecs,

    /// <summary>OCSF Detection Finding.</summary>
    Ocsf,

    /// <summary>A STIX 2.1 bundle.</summary>
    Stix,
}

/// <summary>Which findings a target is told.</summary>
public enum TargetScope : byte
{
    /// <summary>New incidents, stages and victims, from the alert threshold on.</summary>
    Alerts,

    /// <summary>Every finding, the suppressed ones excepted.</summary>
    All,
}

/// <summary>How syslog messages travel.</summary>
public enum SyslogProtocol : byte
{
    /// <summary>RFC 5426.</summary>
    Udp,

    /// <summary>RFC 6587.</summary>
    Tcp,

    /// <summary>RFC 5425.</summary>
    Tls,

    /// <summary>A datagram to /dev/log.</summary>
    Local,
}

/// <summary>The syslog format.</summary>
public enum SyslogStandard : byte
{
    /// <summary>RFC 5424.</summary>
    Rfc5424,

    /// <summary>RFC 3164, "BSD syslog".</summary>
    Rfc3164,
}

/// <summary>How messages are told apart in a stream, RFC 6587 section 3.4.</summary>
public enum SyslogFraming : byte
{
    /// <summary>The message's length before each: "123 &lt;132&gt;1 …".</summary>
    Octets,

    /// <summary>A line feed after each.</summary>
    Lf,
}

/// <summary>Whether a byte order mark goes before a text body, RFC 5424 section 6.4.</summary>
public enum ByteOrderMark : byte
{
    /// <summary>Before text that is not ASCII throughout; never before CEF, LEEF and JSON, whose readers want their first token first.</summary>
    Auto,

    /// <summary>Before every text.</summary>
    Always,

    /// <summary>Never.</summary>
    Never,
}

/// <summary>The syslog facility, RFC 5424 section 6.2.1; the values are the numbers.</summary>
public enum SyslogFacility : byte
{
    /// <summary>Kernel messages.</summary>
    Kern = 0,

    /// <summary>User-level messages.</summary>
    User = 1,

    /// <summary>System daemons.</summary>
    Daemon = 3,

    /// <summary>Security and authorisation.</summary>
    Auth = 4,

    /// <summary>The logger itself.</summary>
    Syslog = 5,

    /// <summary>Security and authorisation, private.</summary>
    Authpriv = 10,

    /// <summary>Log audit.</summary>
    Audit = 13,

    /// <summary>Log alert.</summary>
    Alert = 14,

    /// <summary>Local use 0.</summary>
    Local0 = 16,

    /// <summary>Local use 1.</summary>
    Local1,

    /// <summary>Local use 2.</summary>
    Local2,

    /// <summary>Local use 3.</summary>
    Local3,

    /// <summary>Local use 4.</summary>
    Local4,

    /// <summary>Local use 5.</summary>
    Local5,

    /// <summary>Local use 6.</summary>
    Local6,

    /// <summary>Local use 7.</summary>
    Local7,
}
