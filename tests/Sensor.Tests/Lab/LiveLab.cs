namespace Sensor.Tests.Lab;

/// <summary>
/// The whole appliance in a small office: real programs attack real programs on a switch, the daemon listens at its mirror port, and a
/// real syslog receiver gets what it tells by UDP, TCP and TLS. Each attack has a twin that looks like it and must be passed over in silence.
/// </summary>
public abstract class LiveLab(LabSite site, ITestOutputHelper output)
{
    /// <summary>
    /// The attack <paramref name="scene"/> of captures/make must arrive by every way as <paramref name="detector"/> with the MAC
    /// <paramref name="suspect"/>, nobody else may be accused, and its recording must say the same.
    /// </summary>
    protected void Names(string area, string scene, string detector, string suspect, string[] tools)
    {
        LabTools.SkipWithout(tools);
        var outcome = site.Play(area, scene, all => all.Any(alert => alert.Detector == detector && alert.Suspect == suspect), output);
        foreach (var (protocol, alerts) in outcome.Received)
        {
            Assert.True(alerts.Any(alert => alert.Detector == detector && alert.Suspect == suspect),
                $"{protocol} brought no {detector} of {suspect}, but:\n{string.Join('\n', alerts)}");
            Assert.Contains(alerts, LabOutcome.IsSentinel);
            Assert.All(outcome.Of(protocol), alert => Assert.True(alert.Suspect == suspect, $"not about {suspect}: {alert}"));
            Assert.All(outcome.Of(protocol), alert => Assert.NotEmpty(alert.Body));
        }
        Assert.Contains(detector, outcome.Eve);
        Assert.Contains(detector, outcome.ReplayedDetectors());
        output.WriteLine($"{scene}: {detector} at the receiver after {outcome.Delays(detector)}; in all "
            + string.Join(", ", outcome.Of("tls").Select(alert => alert.Detector).Distinct().Order()));
    }

    /// <summary>The honest twin <paramref name="scene"/> must bring nothing; what comes after it does.</summary>
    protected void PassesOver(string area, string scene, string[] tools)
    {
        LabTools.SkipWithout(tools);
        var outcome = site.Play(area, scene, _ => true, output);
        foreach (var (protocol, alerts) in outcome.Received)
        {
            Assert.True(outcome.Of(protocol).Count == 0, $"{protocol} brought:\n{string.Join('\n', outcome.Of(protocol))}");
            Assert.Contains(alerts, LabOutcome.IsSentinel);
        }
        Assert.Empty(outcome.ReplayedDetectors());
        output.WriteLine($"{scene}: silent");
    }
}
