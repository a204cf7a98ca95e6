using System.Globalization;
using System.Text;
using System.Text.Json;
using Sensor.Capture.Live;
using Sensor.Output;

namespace Sensor.Commands;

/// <summary>`sensor devices`: the interfaces there are, and what stands against capturing from them.</summary>
internal static class DevicesCommand
{
    /// <summary>Prints them as a table, or as JSON.</summary>
    public static int Run(CommandEnvironment environment, bool asJson)
    {
        var devices = InterfaceInventory.List();
        if (asJson)
            environment.Output.WriteLine(Json(devices));
        else
            Print(environment.Output, devices, environment.OutputIsTerminal ? environment.OutputWidth : int.MaxValue);
        return ExitCode.Finished;
    }

    /// <summary>A table; what does not fit into <paramref name="width"/> columns goes on below its column.</summary>
    internal static void Print(TextWriter output, IReadOnlyList<InterfaceDescription> devices, int width)
    {
        var widest = Math.Max(4, devices.Select(static device => device.Name.Length).DefaultIfEmpty().Max());
        output.WriteLine($"{"NAME".PadRight(widest)}  STATE  TYPE      SPEED     MTU    ADDRESSES");
        foreach (var device in devices)
        {
            var addresses = device.Mac.Length == 0 ? device.Addresses : [device.Mac, .. device.Addresses];
            Wrap(output, width, addresses, string.Create(
                CultureInfo.InvariantCulture,
                $"{device.Name.PadRight(widest)}  {(device.IsUp ? "up" : "down"),-5}  {device.LinkType,-8}  {Speed(device.SpeedMbits),-8}  {(device.Mtu == 0 ? "-" : device.Mtu),-5}  "));
            foreach (var warning in device.Warnings)
                Wrap(output, width, warning.Split(' '), $"{"".PadRight(widest)}  ! ");
        }
    }

    /// <summary>Words after <paramref name="head"/>, further lines as far to the right as the longest word allows (an IPv6 address has up to 39 digits).</summary>
    private static void Wrap(TextWriter output, int width, IReadOnlyList<string> words, string head)
    {
        var indent = Math.Clamp(width - words.Select(static word => word.Length).DefaultIfEmpty().Max(), 0, head.Length);
        var (line, isFirst) = (head, true);
        foreach (var word in words)
        {
            if (!isFirst && line.Length + 1 + word.Length > width)
            {
                output.WriteLine(TextPage.Printable(line));
                (line, isFirst) = ("".PadRight(indent), true);
            }
            line += isFirst ? word : $" {word}";
            isFirst = false;
        }
        output.WriteLine(TextPage.Printable(line.TrimEnd()));
    }

    internal static string Json(IReadOnlyList<InterfaceDescription> devices)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartArray();
            foreach (var device in devices)
                Write(json, device);
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(memory.ToArray());
    }

    private static void Write(Utf8JsonWriter json, InterfaceDescription device)
    {
        json.WriteStartObject();
        json.WriteString("name", device.Name);
        json.WriteBoolean("up", device.IsUp);
        json.WriteString("link_type", device.LinkType);
        if (device.Mac.Length > 0)
            json.WriteString("mac", device.Mac);
        Write(json, "addresses", device.Addresses);
        if (device.SpeedMbits > 0)
            json.WriteNumber("speed_mbits", device.SpeedMbits);
        if (device.Mtu > 0)
            json.WriteNumber("mtu", device.Mtu);
        Write(json, "warnings", device.Warnings);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static string Speed(long megabits) => megabits switch
    {
        0 => "-",
        >= 1000 => string.Create(CultureInfo.InvariantCulture, $"{megabits / 1000.0:0.#} Gb/s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{megabits} Mb/s"),
    };
}
