using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Sensor.Output.Delivery;

namespace Sensor.Configuration;

/// <summary>Reads "Alerts:Targets" and finds what cannot work: a key the target has no use for, a missing one, values that contradict each other.</summary>
internal static class TargetSectionReader
{
    /// <summary>One queue, one task and one connection each.</summary>
    private const int Most = 32;

    private const int LongestName = 32;

    private static readonly string[] Common =
    [
        nameof(TargetSettings.Name), nameof(TargetSettings.Type), nameof(TargetSettings.Enabled), nameof(TargetSettings.Format),
        nameof(TargetSettings.Findings), nameof(TargetSettings.MinimumSeverity), nameof(TargetSettings.MinimumConfidence),
        nameof(TargetSettings.Operational), nameof(TargetSettings.Summaries), nameof(TargetSettings.RollUp), nameof(TargetSettings.MaxSize),
        nameof(TargetSettings.WriteTimeout), nameof(TargetSettings.RetryFirst), nameof(TargetSettings.RetryMost),
    ];

    private static readonly string[] Syslog =
    [
        nameof(TargetSettings.Protocol), nameof(TargetSettings.Standard), nameof(TargetSettings.Bom), nameof(TargetSettings.Facility),
        nameof(TargetSettings.HostName), nameof(TargetSettings.AppName),
    ];

    private static readonly string[] Remote = [nameof(TargetSettings.Host), nameof(TargetSettings.Port), nameof(TargetSettings.ConnectTimeout)];

    private static readonly string[] Certificates =
    [
        nameof(TargetSettings.CaFile), nameof(TargetSettings.CertificateFile), nameof(TargetSettings.KeyFile),
        nameof(TargetSettings.KeyPasswordVariable), nameof(TargetSettings.ServerName),
    ];

    private static readonly string[] Webhook =
    [
        nameof(TargetSettings.Url), nameof(TargetSettings.SecretFile), nameof(TargetSettings.SecretVariable), nameof(TargetSettings.AllowPlainHttp),
        nameof(TargetSettings.Proxy), nameof(TargetSettings.ConnectTimeout),
    ];

    /// <summary>The targets of <paramref name="list"/>.</summary>
    public static ImmutableArray<TargetSettings> Read(SettingNode? list, string path)
    {
        if (list is null or { Kind: SettingKind.List, Items.Count: 0 })
            return [];
        if (list.Kind != SettingKind.List)
            throw SettingsError.Wanted(list, path, "a list: write [ { … }, { … } ]");
        if (list.Items.Count > Most)
            throw SettingsError.At(list, path, $"more than {Most} targets");
        var targets = ImmutableArray.CreateBuilder<TargetSettings>();
        foreach (var item in list.Items)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{path}[{targets.Count}]");
            var target = One(item, place);
            if (targets.Any(known => known.Name.Equals(target.Name, StringComparison.OrdinalIgnoreCase)))
                throw SettingsError.At(item, $"{place}:{nameof(target.Name)}", $"another target is called \"{target.Name}\"");
            if (target.Type == TargetType.File && targets.Any(known => known.Type == TargetType.File && known.Path == target.Path))
                throw SettingsError.At(item, $"{place}:{nameof(target.Path)}", "another target writes to the same file");
            targets.Add(target);
        }
        return targets.ToImmutable();
    }

    private static TargetSettings One(SettingNode node, string path)
    {
        var target = (TargetSettings)SettingsBinder.Bind(typeof(TargetSettings), node, path);
        var complaints = new Complaints(node, path);
        var known = KeysOf(target);
        foreach (var (key, value) in node.Members)
        {
            if (!Array.Exists(known, name => name.Equals(key, StringComparison.OrdinalIgnoreCase)))
                throw SettingsError.At(value, SettingsError.Join(path, key), $"{Describe(target)} has no use for this key");
        }
        if (target.Name.Length is 0 or > LongestName || !target.Name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'))
            throw complaints.About(nameof(target.Name), $"\"{target.Name}\" is not a name of at most {LongestName} letters, digits, \"-\", \"_\" and \".\"");
        CheckSizes(target, complaints);
        CheckPlace(target, complaints);
        if (target.KeyFile.Length > 0 && target.CertificateFile.Length == 0)
            throw complaints.About(nameof(target.KeyFile), "a key without CertificateFile");
        return target;
    }

    private static string[] KeysOf(TargetSettings target) => target.Type switch
    {
        TargetType.Syslog => target.Protocol switch
        {
            SyslogProtocol.Udp => [.. Common, .. Syslog, .. Remote],
            SyslogProtocol.Tcp => [.. Common, .. Syslog, .. Remote, nameof(target.Framing)],
            SyslogProtocol.Tls => [.. Common, .. Syslog, .. Remote, .. Certificates, nameof(target.Framing)],
            _ => [.. Common, .. Syslog, nameof(target.Path)],
        },
        TargetType.Journald => [.. Common, nameof(target.Path), nameof(target.AppName)],
        TargetType.Webhook => [.. Common, .. Webhook, .. Certificates],
        TargetType.File => [.. Common, nameof(target.Path), nameof(target.RotateSize), nameof(target.Keep)],
        _ => Common,
    };

    private static string Describe(TargetSettings target) => target.Type == TargetType.Syslog
        ? $"syslog with Protocol {target.Protocol.ToString().ToLowerInvariant()}"
        : $"a target of Type {target.Type.ToString().ToLowerInvariant()}";

    private static void CheckSizes(TargetSettings target, Complaints complaints)
    {
        var most = target is { Type: TargetType.Syslog, Protocol: SyslogProtocol.Udp } ? 65_000 : 1_048_576;
        if (target.MaxSize != 0 && (target.MaxSize < 1024 || target.MaxSize > most))
            throw complaints.About(nameof(target.MaxSize), $"{target.MaxSize} is not 0 or from 1024 to {most}");
        if (target.RotateSize is > 0 and < 4096)
            throw complaints.About(nameof(target.RotateSize), $"{target.RotateSize} is not 0 or at least 4096");
        CheckSpan(nameof(target.ConnectTimeout), target.ConnectTimeout, TimeSpan.FromMinutes(5));
        CheckSpan(nameof(target.WriteTimeout), target.WriteTimeout, TimeSpan.FromMinutes(10));
        CheckSpan(nameof(target.RetryFirst), target.RetryFirst, TimeSpan.FromHours(1));
        CheckSpan(nameof(target.RetryMost), target.RetryMost, TimeSpan.FromDays(1));
        if (target.RetryMost < target.RetryFirst)
            throw complaints.About(nameof(target.RetryMost), "shorter than RetryFirst");

        void CheckSpan(string key, TimeSpan span, TimeSpan longest)
        {
            if (span < TimeSpan.FromMilliseconds(10) || span > longest)
                throw complaints.About(key, $"must be between 10ms and {PacketTimeSpan(longest)}");
        }
    }

    private static string PacketTimeSpan(TimeSpan span) => Output.PacketTime.Span(span);

    private static void CheckPlace(TargetSettings target, Complaints complaints)
    {
        switch (target.Type)
        {
            case TargetType.Syslog:
                CheckSyslog(target, complaints);
                break;
            case TargetType.Webhook:
                CheckUrl(target, complaints);
                break;
            case TargetType.File when target.Path.Length == 0:
                throw complaints.About(nameof(target.Path), "a file target needs the path of a file");
        }
    }

    private static void CheckSyslog(TargetSettings target, Complaints complaints)
    {
        if (target.Protocol != SyslogProtocol.Local && !IsHost(target.Host))
            throw complaints.About(nameof(target.Host), target.Host.Length == 0 ? "name the receiver" : $"\"{target.Host}\" is not a host name or an address");
        if (target is { Protocol: SyslogProtocol.Tls, Framing: SyslogFraming.Lf })
            throw complaints.About(nameof(target.Framing), "TLS always counts octets (RFC 5425)");
        if (target.Format == BodyFormat.Stix)
            throw complaints.About(nameof(target.Format), "a STIX bundle cannot be shortened and so is not for syslog");
        if (target.HostName.Length > 255 || !IsPrintable(target.HostName))
            throw complaints.About(nameof(target.HostName), "must be at most 255 printable ASCII characters without spaces");
        if (target.AppName.Length is 0 or > 48 || !IsPrintable(target.AppName))
            throw complaints.About(nameof(target.AppName), "must be 1 to 48 printable ASCII characters without spaces");
    }

    private static bool IsHost(string host) => host.Length > 0 && (IPAddress.TryParse(host, out _) || Uri.CheckHostName(host) == UriHostNameType.Dns);

    private static bool IsPrintable(string text) => text.All(static letter => letter is > ' ' and < '\u007f');

    private static void CheckUrl(TargetSettings target, Complaints complaints)
    {
        if (!Uri.TryCreate(target.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw complaints.About(nameof(target.Url), $"\"{target.Url}\" is not an https:// URL");
        if (url.UserInfo.Length > 0)
            throw complaints.About(nameof(target.Url), "holds a password; sign with SecretFile or SecretVariable instead");
        if (url.Scheme == "http" && !url.IsLoopback && !target.AllowPlainHttp)
            throw complaints.About(nameof(target.Url), "plain http to another machine; use https, or set AllowPlainHttp if you must");
        if (target.SecretFile.Length > 0 && target.SecretVariable.Length > 0)
            throw complaints.About(nameof(target.SecretVariable), "SecretFile is given too; which one?");
        if (target.Proxy.Length > 0 && !(Uri.TryCreate(target.Proxy, UriKind.Absolute, out var proxy) && proxy is { Scheme: "http", UserInfo: "" }))
            throw complaints.About(nameof(target.Proxy), $"\"{target.Proxy}\" is not an http:// URL without a password");
    }

    /// <summary>Complaints about the keys of one target.</summary>
    private sealed record Complaints(SettingNode Node, string Path)
    {
        public Commands.CommandException About(string key, string complaint) =>
            SettingsError.At(Node.Find(key) ?? Node, SettingsError.Join(Path, key), complaint);
    }
}
