using System.Net;
using Sensor.Core.Wire;
using Sensor.Probing;

namespace Sensor.Configuration;

/// <summary>Reads the section Probing, and refuses what would ask nothing or the wrong way.</summary>
internal static class ProbingSectionReader
{
    private const string Section = "Probing";
    private static readonly string[] Services = ["llmnr", "nbns", "mdns"];

    /// <summary>The settings that <paramref name="node"/> describes; nothing is sent by default.</summary>
    public static ProbingSettings Read(SettingNode? node)
    {
        if (node is null)
            return new ProbingSettings();
        var settings = (ProbingSettings)SettingsBinder.Bind(typeof(ProbingSettings), node, Section);
        Check(node, nameof(settings.Canaries), settings.Canaries, static one => Services.Contains(one, StringComparer.OrdinalIgnoreCase), "one of llmnr, nbns, mdns");
        Check(node, nameof(settings.Resolvers), settings.Resolvers, static one => IPAddress.TryParse(one, out _), "an address");
        Check(node, nameof(settings.DhcpOui), [settings.DhcpOui], IsOui, "three octets of a single host's MAC, such as 00:15:5d");
        if (settings.Enabled && settings.Interface.Length == 0)
            throw SettingsError.At(node, $"{Section}:{nameof(settings.Interface)}", "probing is enabled, but no management interface is named");
        if (settings.Every < TimeSpan.FromSeconds(10))
            throw SettingsError.At(node, $"{Section}:{nameof(settings.Every)}", "is not a time of 10s or more");
        return settings;
    }

    private static bool IsOui(string text) => MacAddress.TryParse(text.Replace('-', ':') + ":00:00:00", out var mac) && !mac.IsGroup;

    private static void Check(SettingNode node, string key, string[] values, Func<string, bool> isRight, string wanted)
    {
        foreach (var value in values)
        {
            if (!isRight(value))
                throw SettingsError.At(node, $"{Section}:{key}", $"\"{value}\" is not {wanted}");
        }
    }
}
