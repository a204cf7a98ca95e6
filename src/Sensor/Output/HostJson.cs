using System.Text.Json;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Output;

/// <summary>The parts that EVE and whole incidents share: hosts, victims, frames, lists of texts.</summary>
internal static class HostJson
{
    /// <summary>Characters of the longest address, an IPv6 one with an IPv4 tail.</summary>
    private const int LongestAddress = 45;

    /// <summary>{"mac":[…],"ips":[…],"names":[…]}.</summary>
    public static void WriteSuspect(Utf8JsonWriter json, Host host)
    {
        json.WriteStartObject("suspect"u8);
        json.WriteStartArray("mac"u8);
        foreach (var mac in host.Macs)
            json.WriteAddressValue(mac);
        json.WriteEndArray();
        json.WriteStartArray("ips"u8);
        foreach (var address in host.Addresses)
            json.WriteAddressValue(address);
        json.WriteEndArray();
        WriteTexts(json, "names"u8, host.Names);
        json.WriteEndObject();
    }

    /// <summary>"ip" and "mac" of a victim; either is left out when it was never seen.</summary>
    public static void WriteAddresses(Utf8JsonWriter json, Host host, IpAddress preferred)
    {
        if (AddressOf(host, preferred) is { IsUnspecified: false } address)
            json.WriteAddress("ip"u8, address);
        if (host.Macs is [var mac, ..])
            json.WriteAddress("mac"u8, mac);
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
            WriteFrame(json, run, in frame);
        json.WriteEndArray();
    }

    /// <summary>The same for frames that lie side by side.</summary>
    public static void WriteFrames(Utf8JsonWriter json, RunView run, ReadOnlySpan<FrameReference> frames)
    {
        json.WriteStartArray("frames"u8);
        foreach (ref readonly var frame in frames)
            WriteFrame(json, run, in frame);
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

    /// <summary>The same for texts that lie side by side.</summary>
    public static void WriteTexts(Utf8JsonWriter json, ReadOnlySpan<byte> key, params ReadOnlySpan<string> texts)
    {
        json.WriteStartArray(key);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    extension(Utf8JsonWriter json)
    {
        /// <summary>A property with the text of an address, for which no string is made.</summary>
        public void WriteAddress<T>(ReadOnlySpan<byte> name, T address) where T : struct, ISpanFormattable
        {
            Span<char> text = stackalloc char[LongestAddress];
            address.TryFormat(text, out var length, default, null);
            json.WriteString(name, text[..length]);
        }

        /// <summary>The text of an address as a value.</summary>
        public void WriteAddressValue<T>(T address) where T : struct, ISpanFormattable
        {
            Span<char> text = stackalloc char[LongestAddress];
            address.TryFormat(text, out var length, default, null);
            json.WriteStringValue(text[..length]);
        }
    }

    private static void WriteFrame(Utf8JsonWriter json, RunView run, in FrameReference frame)
    {
        json.WriteStartObject();
        json.WriteString("file"u8, run.OriginName(frame.Origin));
        json.WriteNumber("number"u8, frame.Number);
        json.WriteEndObject();
    }
}
