using System.Buffers;
using System.Text;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;

namespace Sensor.Detection.Detectors;

/// <summary>DHCP option 252 holds something that is no web address: an injection, a file share, or rubbish.</summary>
public sealed class DhcpWpadMalformed : ICatalogedDetector, IObserve<LeaseOffered>
{
    private static readonly SearchValues<byte> Quoting = SearchValues.Create("'\"`|<>\\{}"u8);

    private readonly DetectionContext _context;

    private DhcpWpadMalformed(DetectionContext context) => _context = context;

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "dhcp-wpad-malformed",
        Sid = 1203,
        Severity = Severity.High,
        Stage = Stage.Lure,
        Techniques = ["T1557.003"],
        Title = "DHCP option 252 holds something that is no web address",
        Attack = "Scripts on the client handle option 252 as text. In CVE-2018-1111 (DynoRoot) a quote and an ampersand in it made "
            + "Red Hat's NetworkManager script run the attacker's command as root. A UNC path or a file: URL makes Windows fetch "
            + "from the attacker's share and log in there.",
        Seen = "The value, without trailing NUL, CR, LF and space: shell quotes, pipes, redirections, command substitution, a "
            + "semicolon or ampersand with a command after it (certain when a quote and a separator come together); a UNC path; a "
            + "scheme other than http and https; control octets inside.",
        Benign = "Trailing NUL, line feed and space; an empty value (no proxy); & = ? ; in the query or path of an http URL. A value "
            + "without any scheme is a slip of configuration: low and possible. A URL on the trust list is never looked at.",
        Limits = "Only option 252 is checked; the same trick works in other options for other clients.",
        Verify = "tshark -r FILE -Y 'dhcp.option.type==252' -V shows the octets. On a Linux client: journalctl -t nm-dispatcher, and "
            + "look for files and processes of that time.",
        Stop = "Shut the server's port. Update dhcp-client and NetworkManager on clients older than May 2018, and treat a client that "
            + "took the lease as taken over until examined. Turn on DHCP snooping.",
        References = ["CVE-2018-1111", "RFC 3396", "draft-ietf-wrec-wpad-01", "MITRE ATT&CK T1557.003"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new DhcpWpadMalformed(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus) => bus.Subscribe<LeaseOffered>(this);

    /// <inheritdoc/>
    public void Observe(in Observed<LeaseOffered> seen)
    {
        if (!seen.Fact.HasWpad || seen.At.InTunnel)
            return;
        var value = ValueOf(seen.Text(seen.Fact.Wpad));
        if (value.IsEmpty || Judge(value) is not var (severity, confidence, reason)
            || _context.Trust.IsPacUrl(_context.VlanOf(seen.At.Segment), value))
            return;
        var server = _context.Leases.Current.Server;
        var host = new LeaseServerJudge(_context).HostOf(server, seen.At);
        var victim = confidence > Confidence.Possible && seen.Fact.RelayAddress.IsUnspecified
            ? _context.Hosts.Of(seen.At.Segment, seen.Fact.ClientMac, seen.At.TimestampNs) : null;
        if (victim == host)
            victim = null;
        var subject = value.StableHash();
        if (_context.Incidents.CountRepeat(new(Info.Sid, host.Id, victim?.Id ?? 0, subject), severity, confidence, seen.At))
            return;
        var shown = WireText.Printable(value);
        _context.Incidents.Raise(new Finding
        {
            Detector = Info,
            Severity = severity,
            Confidence = confidence,
            Suspect = host,
            Victim = victim,
            Subject = subject,
            At = seen.At,
            Frames = Judgement.InOrder(
                _context.Leases.Current.HasQuestion ? FrameReference.Of(_context.Leases.Current.Question) : default,
                    FrameReference.Of(seen.At)),
            Summary = $"The DHCP server {Wording.Pair(seen.At.Source, seen.At.SourceMac)} gives {seen.Fact.ClientMac} "
                + $"as proxy configuration \"{shown}\": {reason}.",
            RefutedBy = "The server's configuration file holds this value by mistake.",
            NextSteps =
            [
                $"Examine the client {seen.Fact.ClientMac}: a vulnerable one has run what stands in the option.",
                $"Find {server.Mac} in the switches' MAC tables and shut its port.",
            ],
            Metadata = [new("wpad_value", shown), new("server_identifier", server.Identifier.ToString()),
                new("server_mac", server.Mac.ToString())],
        });
    }

    /// <summary>
    /// The value without trailing NUL, CR, LF and space; empty where configuration wrote such an octet as an escape, in quotes or not
    /// ("\n").
    /// </summary>
    internal static ReadOnlySpan<byte> ValueOf(ReadOnlySpan<byte> option)
    {
        var value = option.Trim("\0\r\n "u8);
        var bare = value.Trim((byte)'"');
        return bare.IsEmpty || bare is [(byte)'\\', (byte)'n' or (byte)'r' or (byte)'0' or (byte)'t'] ? [] : value;
    }

    private static (Severity Severity, Confidence Confidence, string Reason)? Judge(ReadOnlySpan<byte> value)
    {
        if (value.StartsWith("\\\\"u8) || value.StartsWith("//"u8))
            return (Severity.High, Confidence.Likely, "a path to a file share instead of a web address");
        var isWeb = StartsWithIgnoringCase(value, "http://"u8) || StartsWithIgnoringCase(value, "https://"u8);
        if (Injects(value, isWeb) is { } certainty)
            return (Severity.High, certainty, "characters that make a shell run a command");
        if (StartsWithIgnoringCase(value, "file:"u8))
            return (Severity.High, Confidence.Likely, "a file address instead of a web address");
        foreach (var octet in value)
        {
            if (octet is < 0x20 or 0x7F)
                return (Severity.High, Confidence.Likely, "control octets inside");
        }
        if (isWeb)
            return null;
        return value.IndexOf("://"u8) > 0
            ? (Severity.High, Confidence.Likely, "a scheme other than http and https")
            : (Severity.Low, Confidence.Possible, "no web address, perhaps a slip of configuration");
    }

    /// <summary>How sure it is that the value is meant for a shell; null when it is not.</summary>
    private static Confidence? Injects(ReadOnlySpan<byte> value, bool isWeb)
    {
        var substitutes = value.IndexOf("$("u8) >= 0 || value.IndexOf("${"u8) >= 0 || value.IndexOf((byte)'`') >= 0;
        var separates = value.IndexOfAny("&;|"u8) >= 0;
        var quotes = value.IndexOfAny("'\""u8) >= 0;
        if (substitutes || (quotes && separates))
            return Confidence.Certain;
        if (value.IndexOfAny(Quoting) >= 0 || value.IndexOf("&&"u8) >= 0 || HasCommandAfterSeparator(value))
            return Confidence.Likely;
        return !isWeb && separates ? Confidence.Likely : null;
    }

    /// <summary>A separator with a blank somewhere after it: a command with an argument. A query has no blanks.</summary>
    private static bool HasCommandAfterSeparator(ReadOnlySpan<byte> value)
    {
        var separator = value.IndexOfAny((byte)';', (byte)'&');
        return separator >= 0 && value[separator..].IndexOfAny((byte)' ', (byte)'\t') >= 0;
    }

    private static bool StartsWithIgnoringCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> start) =>
        text.Length >= start.Length && Ascii.EqualsIgnoreCase(text[..start.Length], start);
}
