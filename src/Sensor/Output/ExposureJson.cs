using System.Text.Json;
using Sensor.Core.Wire;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Output;

/// <summary>Exposure as JSON: who is in reach of a suspect, and the inventory.</summary>
internal static class ExposureJson
{
    /// <summary>Hosts in reach that are listed; more are counted.</summary>
    private const int MostInReach = 256;

    /// <summary>"in_reach": [{"ip":…,"reached":…,"wpad":[…],…}, …] and "in_reach_count"; nothing when no host is.</summary>
    public static void WriteReach(Utf8JsonWriter json, Incident incident, IReadOnlyList<ExposedHost> inventory)
    {
        var reach = Reach.Of(incident, inventory);
        if (reach.Count == 0)
            return;
        json.WriteNumber("in_reach_count"u8, reach.Count);
        json.WriteStartArray("in_reach"u8);
        foreach (var host in reach.Take(MostInReach))
        {
            json.WriteStartObject();
            WriteHost(json, host.Exposed);
            if (host.Reached is { } stage)
                json.WriteString("reached"u8, Words.Of(stage));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>A line of the inventory: {"exposed_host":{…}}.</summary>
    public static void WriteLine(JsonLine line, ExposedHost exposed)
    {
        var json = line.Begin();
        json.WriteStartObject();
        json.WriteStartObject("exposed_host"u8);
        WriteHost(json, exposed);
        json.WriteEndObject();
        json.WriteEndObject();
        line.End();
    }

    private static void WriteHost(Utf8JsonWriter json, ExposedHost exposed)
    {
        HostJson.WriteAddresses(json, exposed.Host, IpAddress.None);
        HostJson.WriteTexts(json, "names"u8, exposed.Host.Names);
        HostJson.WriteTexts(json, "looks_for_wpad_by"u8, ExposureText.WpadKeys(exposed.Kinds));
        WriteTime(json, "last_wpad"u8, exposed.LastWpadNs);
        HostJson.WriteTexts(json, "asks_link_by"u8, ExposureText.LinkKeys(exposed.Kinds));
        HostJson.WriteTexts(json, "asks_updates"u8, ExposureText.UpdateKeys(exposed.Kinds));
        WriteTime(json, "last_update"u8, exposed.LastUpdateNs);
        WriteTime(json, "next_update_poll_by"u8, exposed.NextPollNs);
    }

    private static void WriteTime(Utf8JsonWriter json, ReadOnlySpan<byte> name, long timestampNs)
    {
        if (timestampNs != 0)
            json.WriteString(name, PacketTime.Eve(timestampNs));
    }
}
