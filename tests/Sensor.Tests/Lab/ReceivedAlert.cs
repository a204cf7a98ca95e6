using System.Globalization;
using System.Text.RegularExpressions;

namespace Sensor.Tests.Lab;

/// <summary>One message as a real receiver understood it.</summary>
/// <param name="ReceivedAt">When the receiver took it.</param>
/// <param name="DecidedAt">The message's own time: that of the frame that decided it.</param>
/// <param name="Host">HOSTNAME.</param>
/// <param name="Detector">MSGID.</param>
/// <param name="Data">STRUCTURED-DATA.</param>
/// <param name="Body">MSG.</param>
internal sealed partial record ReceivedAlert(
    DateTimeOffset ReceivedAt, DateTimeOffset DecidedAt, string Host, string Detector, string Data, string Body)
{
    /// <summary>The suspect's hardware address, or empty.</summary>
    public string Suspect => SuspectMac().Match(Data).Groups[1].Value;

    /// <summary>From the deciding frame to the receiver.</summary>
    public TimeSpan Delay => ReceivedAt - DecidedAt;

    /// <summary>Reads a line of the template that <see cref="SyslogReceivers"/> gives the receivers.</summary>
    public static ReceivedAlert Of(string line)
    {
        var parts = line.Split('|', 6);
        Assert.True(parts.Length == 6, $"a receiver wrote: {line}");
        return new ReceivedAlert(
            DateTimeOffset.Parse(parts[0], CultureInfo.InvariantCulture), DateTimeOffset.Parse(parts[1], CultureInfo.InvariantCulture),
            parts[2], parts[3], parts[4], parts[5].TrimStart(' ', '\uFEFF'));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Detector} of {Suspect}: {(Body.Length > 300 ? Body[..300] + "\u2026" : Body)}";

    [GeneratedRegex("suspectMac=\"([^\"]*)\"")]
    private static partial Regex SuspectMac();
}
