using System.Text;
using System.Text.RegularExpressions;
using Sensor.Detection.Hosts;
using Sensor.Probing;

namespace Sensor.Tests.Probing;

public sealed class CanaryNamesTests
{
    private static readonly string[] Office = ["fs-hq-01", "fs-hq-02", "prn-2f-04", "DESKTOP-AB12CD3", "DESKTOP-9QZ7K1M", "alice-nb", "dc1"];

    [Fact]
    public void Made_names_look_like_those_seen_and_are_none_of_them()
    {
        var names = new CanaryNames(new Random(7));
        foreach (var name in Office)
            names.Learn(name);
        var made = Enumerable.Range(0, 200).Select(_ => names.Next()).ToList();

        Assert.Empty(made.Intersect(Office, StringComparer.OrdinalIgnoreCase));
        Assert.Equal(made.Count, made.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(made, static name => Assert.Matches("^[A-Za-z0-9_-]{3,15}$", name));
        // Among two hundred there are some of each way of naming.
        Assert.Contains(made, static name => Regex.IsMatch(name, "^fs-hq-[0-9]{2}$", RegexOptions.IgnoreCase));
        Assert.Contains(made, static name => Regex.IsMatch(name, "^DESKTOP-[A-Z]{2}[0-9]{2}[A-Z]{2}[0-9]$", RegexOptions.IgnoreCase));
    }

    [Fact]
    public void Without_models_the_usual_styles_are_used_and_never_run_out()
    {
        var names = new CanaryNames(new Random(7));
        var made = Enumerable.Range(0, CanaryNames.MaxMade).Select(_ => names.Next()).ToList();
        Assert.Equal(made.Count, made.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.DoesNotContain(made, static name => name.Equals("wpad", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ab")]
    [InlineData("a name with spaces")]
    [InlineData("überall")]
    [InlineData("much-too-long-for-netbios")]
    public void Names_that_are_no_model_are_left_alone(string name)
    {
        var names = new CanaryNames(new Random(1));
        names.Learn(name);
        Assert.All(Enumerable.Range(0, 20).Select(_ => names.Next()), static made => Assert.Matches("^[A-Za-z0-9_-]{3,15}$", made));
    }

    [Fact]
    public void The_ledger_knows_a_name_in_any_form_for_an_hour()
    {
        const long now = 1_800_000_000_000_000_000, hour = 3_600_000_000_000;
        var ledger = new CanaryLedger();
        ledger.Add("FS-HQ-07", now);

        Assert.True(ledger.Knows(NameStem.Of("fs-hq-07.local"u8), now + 1));
        Assert.False(ledger.Knows(NameStem.Of("fs-hq-08"u8), now + 1));
        Assert.False(ledger.Knows(NameStem.Of("fs-hq-07"u8), now + hour));
        for (var i = 0; i <= CanaryLedger.Capacity; i++)
            ledger.Add($"n{i}", now);
        Assert.False(ledger.Knows(NameStem.Of("fs-hq-07"u8), now + 1));
        Assert.True(ledger.Knows(NameStem.Of(Encoding.UTF8.GetBytes($"n{CanaryLedger.Capacity}")), now + 1));
    }

    [Fact]
    public void The_rate_is_never_exceeded_in_any_minute()
    {
        var rate = new ProbeRate(12);
        var (now, sent) = (TimeSpan.Zero, new List<TimeSpan>());
        while (now < TimeSpan.FromMinutes(10))
        {
            var wait = rate.WaitAt(now);
            if (wait > TimeSpan.Zero)
            {
                now += wait;
                continue;
            }
            rate.Sent(now);
            sent.Add(now);
            now += TimeSpan.FromMilliseconds(137);
        }
        Assert.All(sent, from => Assert.InRange(sent.Count(at => at >= from && at < from + TimeSpan.FromMinutes(1)), 1, 12));
        Assert.InRange(sent.Count, 115, 121);
    }
}
