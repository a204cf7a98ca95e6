using System.Text.Json;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Output;

/// <summary>The parts that EVE and whole incidents share: hosts, victims, frames, lists of texts.</summary>
internal static class HostJson
{
    /// <summary>{"mac":[…],"ips":[…],"names":[…]}.</summary>
    public static void WriteSuspect(Utf8JsonWriter json, Host host)
    {
        json.WriteStartObject("suspect"u8);
        json.WriteStartArray("mac"u8);
        foreach (var mac in host.Macs)
            json.WriteStringValue(mac.ToString());
        json.WriteEndArray();
        json.WriteStartArray("ips"u8);
        foreach (var address in host.Addresses)
            json.WriteStringValue(address.ToString());
        json.WriteEndArray();
        WriteTexts(json, "names"u8, host.Names);
        json.WriteEndObject();
    }

    /// <summary>"ip" and "mac" of a victim; either is left out when it was never seen.</summary>
    public static void WriteAddresses(Utf8JsonWriter json, Host host, IpAddress preferred)
    {
        if (AddressOf(host, preferred) is { IsUnspecified: false } address)
            json.WriteString("ip"u8, address.ToString());
        if (host.Macs is [var mac, ..])
            json.WriteString("mac"u8, mac.ToString());
    }

    /// <summary>The address a finding met the host under, else its first IPv4 address, else its first.</summary>
    public static IpAddress AddressOf(Host host, IpAddress preferred)
    {
        var best = IpAddress.None;
        foreach (var address in host.Addresses)
        {
            if (address == preferred)
                return address;
            if (best.IsUnspecified || (address.IsV4 && !best.IsV4))
                best = address;
        }
        return best;
    }

    /// <summary>The address of <paramref name="host"/> in the packet, if it is one of its own.</summary>
    public static IpAddress AddressIn(in Sighting at, Host host)
    {
        foreach (var address in host.Addresses)
        {
            if (address == at.Destination || address == at.Source)
                return address;
        }
        return IpAddress.None;
    }

    /// <summary>[{"file":"x.pcap","number":12}, …].</summary>
    public static void WriteFrames(Utf8JsonWriter json, RunView run, IEnumerable<FrameReference> frames)
    {
        json.WriteStartArray("frames"u8);
        foreach (var frame in frames)
        {
            json.WriteStartObject();
            json.WriteString("file"u8, run.OriginName(frame.Origin));
            json.WriteNumber("number"u8, frame.Number);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>"stages": [{"stage":"lure","first_seen":"…","frames":[…]}, …], every stage reached with a victim.</summary>
    public static void WriteStages(Utf8JsonWriter json, RunView run, Victim victim)
    {
        json.WriteStartArray("stages"u8);
        foreach (var reached in victim.Stages)
        {
            json.WriteStartObject();
            json.WriteString("stage"u8, Words.Of(reached.Stage));
            json.WriteString("first_seen"u8, PacketTime.Eve(reached.FirstNs));
            WriteFrames(json, run, reached.Frames);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>A list of texts.</summary>
    public static void WriteTexts(Utf8JsonWriter json, ReadOnlySpan<byte> key, IEnumerable<string> texts)
    {
        json.WriteStartArray(key);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
