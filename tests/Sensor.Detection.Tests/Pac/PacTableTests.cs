using Sensor.Detection.Pac;

namespace Sensor.Detection.Tests.Pac;

public sealed class PacTableTests
{
    [Fact]
    public void Everything_to_one_proxy()
    {
        var table = Table(_ => "PROXY evil:80; DIRECT");
        Assert.Equal("evil", table.Everything?.Host);
        Assert.Empty(table.SingledOut);
        Assert.Empty(table.UpdatesApart);
        Assert.NotEmpty(table.DivertedUpdates);
        Assert.False(table.OrdinaryIsDirect);
    }

    [Fact]
    public void Direct_diverts_nothing()
    {
        var table = Table(_ => "DIRECT; PROXY evil:80");
        Assert.Null(table.Everything);
        Assert.Empty(table.DivertedUpdates);
        Assert.True(table.OrdinaryIsDirect);
    }

    [Theory]
    [InlineData("PROXY 127.0.0.1:9")]
    [InlineData("PROXY localhost:9")]
    [InlineData("PROXY 0.0.0.0:80")]
    public void A_dead_end_diverts_nothing(string answer) => Assert.Empty(Table(_ => answer).DivertedUpdates);

    [Fact]
    public void Updates_apart_from_direct_ordinary_hosts()
    {
        var table = Table(probe => probe.Host == "download.windowsupdate.com" ? "PROXY evil:80" : "DIRECT");
        Assert.Equal("download.windowsupdate.com", Assert.Single(table.UpdatesApart).Probe.Host);
        Assert.Equal("evil", table.UpdateProxy?.Host);
        Assert.True(table.OrdinaryIsDirect);
    }

    [Fact]
    public void One_bank_is_a_target_and_one_mail_host_is_not()
    {
        Assert.Equal(PacProbeKind.Bank, Assert.Single(Table(probe => probe.Host == "www.chase.com" ? "PROXY evil:80" : "DIRECT").SingledOut).Kind);
        Assert.Empty(Table(probe => probe.Host == "mail.google.com" ? "PROXY filter:80" : "DIRECT").SingledOut);
        Assert.Equal(PacProbeKind.Mail, Assert.Single(Table(probe => probe.Kind == PacProbeKind.Mail ? "PROXY evil:80" : "DIRECT").SingledOut).Kind);
    }

    [Fact]
    public void What_the_client_asked_for_counts_as_what_it_is()
    {
        var evaluation = Evaluation(_ => "DIRECT");
        PacDecision Asked(string host) => new(new PacProbe(PacProbeKind.Asked, "https", host), "PROXY evil:80", "PROXY evil:80");
        evaluation = evaluation with { Decisions = [.. evaluation.Decisions, Asked("www.littlebank.example"), Asked("a.b.windowsupdate.com"), Asked("blog.example")] };
        var table = new PacTable(evaluation, _ => false);
        Assert.Equal("www.littlebank.example", Assert.Single(Assert.Single(table.SingledOut).Hosts));
        Assert.Equal("a.b.windowsupdate.com", Assert.Single(table.UpdatesApart).Probe.Host);
    }

    [Theory]
    [InlineData("PROXY p{0}.corp.example:80")]
    [InlineData("PROXY 10.0.0.{0}:80")]
    public void Proxies_that_share_the_load_single_nothing_out(string pattern)
    {
        var number = 0;
        Assert.Empty(Table(_ => string.Format(System.Globalization.CultureInfo.InvariantCulture, pattern, 1 + (number++ % 20))).SingledOut);
    }

    [Fact]
    public void A_trusted_proxy_diverts_nothing() => Assert.Empty(
        new PacTable(Evaluation(_ => "PROXY corp:80"), proxy => proxy.Host == "corp").DivertedUpdates);

    [Fact]
    public void Windows_own_answer_counts()
    {
        var evaluation = Evaluation(_ => "DIRECT");
        evaluation = evaluation with { Decisions = [.. evaluation.Decisions.Select(decision => decision with { WindowsAnswer = "PROXY evil:80" })] };
        Assert.Equal("evil", new PacTable(evaluation, _ => false).UpdateProxy?.Host);
    }

    [Fact]
    public void Differences_are_told_by_what_clients_do()
    {
        var before = Evaluation(probe => probe.Kind == PacProbeKind.Bank ? "PROXY a:80" : "DIRECT");
        var now = Evaluation(probe => probe.Kind == PacProbeKind.Bank ? "proxy A" : probe.Host == "intranet" ? "PROXY b:1" : "DIRECT;");
        Assert.All(PacDecisionDifference.Between(before, now), change => Assert.Equal(("intranet", "DIRECT", "PROXY b:1"), (change.Probe.Host, change.Before, change.Now)));
        Assert.Equal(2, PacDecisionDifference.Between(before, now).Length);
    }

    private static PacTable Table(Func<PacProbe, string> decide) => new(Evaluation(decide), _ => false);

    private static PacEvaluation Evaluation(Func<PacProbe, string> decide) => new()
    {
        Outcome = PacOutcome.Evaluated,
        Decisions = [.. PacProbes.All.Select(probe => decide(probe) is var answer ? new PacDecision(probe, answer, answer) : null!)],
    };
}
