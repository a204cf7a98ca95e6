using System.ComponentModel.DataAnnotations;
using Sensor.Detection.Incidents;
using Sensor.Output.Delivery;

namespace Sensor.Configuration;

/// <summary>One entry of "Alerts:Targets": where alerts go, what they look like there, and which of them.</summary>
public sealed record TargetSettings
{
    /// <summary>The target's name in queues, metrics and operational events: letters, digits, "-", "_" and ".", at most 32.</summary>
    public string Name { get; init; } = "";

    /// <summary>What it is.</summary>
    public TargetType Type { get; init; } = TargetType.Syslog;

    /// <summary>Switched off, its waiting messages stay where they are.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>What a message holds; null: text for people, EVE for file, webhook and standard output.</summary>
    public BodyFormat? Format { get; init; }

    /// <summary>Alerts only, or every finding.</summary>
    public TargetScope Findings { get; init; } = TargetScope.Alerts;

    /// <summary>Least severity told here.</summary>
    public Severity MinimumSeverity { get; init; } = Severity.Info;

    /// <summary>Least confidence told here.</summary>
    public Confidence MinimumConfidence { get; init; } = Confidence.Possible;

    /// <summary>Whether it is told about the sensor itself: loss, blind spots, other targets that cannot be reached.</summary>
    public bool Operational { get; init; } = true;

    /// <summary>Whether further victims of an incident are summed up; null: yes, except for file and standard output.</summary>
    public bool? Summaries { get; init; }

    /// <summary>Whether it gets one message a day with the counts.</summary>
    public bool RollUp { get; init; }

    /// <summary>Octets a message may have, framing excluded; 0: what the transport takes well.</summary>
    [Range(0, 1_048_576)]
    public int MaxSize { get; init; }

    /// <summary>How syslog messages travel.</summary>
    public SyslogProtocol Protocol { get; init; } = SyslogProtocol.Udp;

    /// <summary>Name or address of the syslog receiver.</summary>
    public string Host { get; init; } = "";

    /// <summary>Its port; 0: 514, with TLS 6514.</summary>
    [Range(0, 65_535)]
    public int Port { get; init; }

    /// <summary>The syslog format.</summary>
    public SyslogStandard Standard { get; init; } = SyslogStandard.Rfc5424;

    /// <summary>How messages are told apart in a stream (RFC 6587); TLS always counts octets (RFC 5425).</summary>
    public SyslogFraming Framing { get; init; } = SyslogFraming.Octets;

    /// <summary>Whether a byte order mark goes before text.</summary>
    public ByteOrderMark Bom { get; init; } = ByteOrderMark.Auto;

    /// <summary>The syslog facility.</summary>
    public SyslogFacility Facility { get; init; } = SyslogFacility.Local0;

    /// <summary>HOSTNAME of the messages; empty: the machine's name.</summary>
    public string HostName { get; init; } = "";

    /// <summary>APP-NAME of the messages, SYSLOG_IDENTIFIER in the journal.</summary>
    public string AppName { get; init; } = "sensor";

    /// <summary>PEM file with the authorities to believe; empty: those of the system.</summary>
    public string CaFile { get; init; } = "";

    /// <summary>PEM file with the client certificate and what stands above it.</summary>
    public string CertificateFile { get; init; } = "";

    /// <summary>PEM file with the private key of the client certificate; empty: it is in the same file.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>Environment variable with the pass phrase of that key.</summary>
    public string KeyPasswordVariable { get; init; } = "";

    /// <summary>The name the receiver's certificate must be for; empty: the name it is reached by.</summary>
    public string ServerName { get; init; } = "";

    /// <summary>A file to append to, or the socket of the local logger or journal.</summary>
    public string Path { get; init; } = "";

    /// <summary>A file of at least so many octets is put aside; 0: never.</summary>
    [Range(0L, 1L << 50)]
    public long RotateSize { get; init; }

    /// <summary>How many files put aside are kept.</summary>
    [Range(1, 1000)]
    public int Keep { get; init; } = 7;

    /// <summary>Where a webhook is posted to.</summary>
    public string Url { get; init; } = "";

    /// <summary>File with the secret messages are signed with.</summary>
    public string SecretFile { get; init; } = "";

    /// <summary>Environment variable with that secret.</summary>
    public string SecretVariable { get; init; } = "";

    /// <summary>Allows http:// to other machines: everybody on the way reads and changes the alerts.</summary>
    public bool AllowPlainHttp { get; init; }

    /// <summary>The HTTP proxy to go through; empty: none. The environment is not asked.</summary>
    public string Proxy { get; init; } = "";

    /// <summary>How long name look-up, connecting and handshake may take together.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a receiver may take nothing before the connection is given up.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The first wait after a failure; every further one is twice as long.</summary>
    public TimeSpan RetryFirst { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between two attempts.</summary>
    public TimeSpan RetryMost { get; init; } = TimeSpan.FromMinutes(2);
}
