using System.Diagnostics;
using Sensor.Commands;
using Sensor.Tests.Commands;

namespace Sensor.Tests.Configuration;

public sealed class SettingsTests : TemporaryFolder
{
    public static TheoryData<string, string> WrongFiles => new()
    {
        { """{ "Turst": {} }""", "Turst: there is no such key; did you mean Trust?" },
        { """{ "Logging": {} }""", "Logging: there is no such key" },
        { """{ "Trust": { "DhcpServrs": [] } }""", "Trust:DhcpServrs: there is no such key; did you mean DhcpServers?" },
        { """{ "Trust": { "DhcpServers": "10.0.0.1" } }""", "Trust:DhcpServers: \"10.0.0.1\" is not a list" },
        { """{ "Trust": { "DhcpServers": [ 10 ] } }""", "Trust:DhcpServers[0]: 10 is not a text" },
        { """{ "Trust": { "Resolvers": [ "10.0.0.53", "10.0.0.300" ] } }""", "Trust:Resolvers[1]: \"10.0.0.300\" is not an IP address" },
        { """{ "Trust": { "Vlans": { "20": { "DhcpServers": [ "10.0.0.1", "nonsense" ] } } } }""", "Trust:Vlans:20:DhcpServers[1]: \"nonsense\" is not an IP address, network or MAC" },
        { """{ "Trust": { "Vlans": { "5000": {} } } }""", "Trust:Vlans:5000: \"5000\" is not a VLAN id" },
        { """{ "Trust": { "Vlans": { "20": { "Vlans": {} } } } }""", "Trust:Vlans:20:Vlans: there is no such key" },
        { """{ "Trust": [] }""", "Trust: a list [ … ] is not a section" },
        { """{ "Trust": null }""", "Trust: null is not a section" },
        { """{ "Alerts": { "MinimumSeverity": "hihg" } }""", "Alerts:MinimumSeverity: \"hihg\" is not one of info, low, medium, high, critical" },
        { """{ "Alerts": { "MinimumSeverity": 3 } }""", "Alerts:MinimumSeverity: 3 is not one of" },
        { """{ "Detectors": { "llmnr-wpad-anwser": {} } }""", "Detectors:llmnr-wpad-anwser: there is no such key" },
        { """{ "Alerts": {}, "alerts": {} }""", "alerts: the key is given twice" },
    };

    [Theory]
    [MemberData(nameof(WrongFiles))]
    public void A_wrong_key_or_value_is_one_line_with_file_and_path_and_nothing_runs(string json, string complaint)
    {
        var file = Write("appsettings.json", json);
        foreach (var command in new[] { "check", "replay no-such-file" })
        {
            var run = Invocation.Of([.. command.Split(' '), "--config", file]);
            Assert.Equal(2, run.Status);
            Assert.Empty(run.Output);
            Assert.StartsWith($"sensor: {file}: {complaint}", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{ "Logging": { "LogLevel": {} }, "AllowedHosts": "*" }""", 0, "sensor: ./appsettings.json holds no section of this program")]
    [InlineData("""{ "Logging": {}, "Trust": {} }""", 2, "sensor: appsettings.json: Logging: there is no such key")]
    public void Another_programs_file_in_the_current_folder_is_passed_over_with_a_note(string json, int status, string said)
    {
        var folder = Path.GetDirectoryName(Write("appsettings.json", json))!;
        using var check = Process.Start(new ProcessStartInfo("dotnet", [typeof(CommandEnvironment).Assembly.Location, "check"])
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var error = check.StandardError.ReadToEnd();
        check.WaitForExit();
        Assert.Equal(status, check.ExitCode);
        Assert.StartsWith(said, error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_syntax_error_names_line_and_column()
    {
        var file = Write("broken.json", "{\n  \"Trust\": {\n    oops\n  }\n}\n");
        var run = Invocation.Of("check", "--config", file);
        Assert.Equal(2, run.Status);
        Assert.StartsWith($"sensor: {file}:3:5: not valid JSON", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}{}")]
    [InlineData("\0\u0001")]
    public void What_is_no_configuration_is_refused(string text)
    {
        var run = Invocation.Of("check", "--config", Write("odd.json", text));
        Assert.Equal(2, run.Status);
        Assert.Single(run.ErrorLines);
    }

    [Fact]
    public void A_missing_file_is_refused()
    {
        var run = Invocation.Of("check", "--config", PathOf("missing.json"));
        Assert.Equal(2, run.Status);
        Assert.EndsWith("missing.json: no such file", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void Comments_trailing_commas_and_a_byte_order_mark_are_fine()
    {
        var file = Write("good.json", "\uFEFF// mine\n{ \"Trust\": { \"Resolvers\": [ \"10.0.0.53\", \"2001:db8::/32\", ], }, /* x */ }\n");
        var run = Invocation.Of("check", "--config", file);
        Assert.Equal(0, run.Status);
        Assert.Equal($"{file}: OK\n", run.Output);
    }

    [Theory]
    [InlineData("""{ "Resolvers": [ "10.0.0.53" ] }""")]
    [InlineData("""{ "Trust": { "Resolvers": [ "10.0.0.53" ] } }""")]
    public void A_trust_file_holds_the_section_or_its_content(string json)
    {
        Assert.Equal(0, Invocation.Of("check", "--trust", Write("trust.json", json)).Status);
    }

    [Fact]
    public void A_trust_file_replaces_the_section_of_the_configuration()
    {
        var config = Write("appsettings.json", """{ "Trust": { "Resolvers": [ "wrong" ] } }""");
        Assert.Equal(0, Invocation.Of("check", "--config", config, "--trust", Write("trust.json", "{}")).Status);
    }

    [Fact]
    public void Complaints_about_a_trust_file_name_that_file()
    {
        var file = Write("trust.json", """{ "GatewayMacs": [ "00:11:22:33:44" ] }""");
        var run = Invocation.Of("check", "--trust", file);
        Assert.Equal(2, run.Status);
        Assert.StartsWith($"sensor: {file}: Trust:GatewayMacs[0]: \"00:11:22:33:44\" is not a MAC", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Trust:Resolvers=10.0.0.53,10.0.0.54")]
    [InlineData("trust:resolvers=[\"10.0.0.53\"]")]
    [InlineData("Trust:Vlans:20:Routers=10.20.0.1")]
    [InlineData("Trust:Resolvers=")]
    [InlineData("Alerts:MinimumConfidence=certain")]
    [InlineData("Trust:Proxies=[\"proxy.example.net:8080\", \"10.0.0.1\"]")]
    public void One_setting_can_be_given_on_the_command_line(string assignment)
    {
        var run = Invocation.Of("check", "--set", assignment);
        Assert.Equal(("", 0), (run.Error, run.Status));
    }

    [Theory]
    [InlineData("Trust:Resolvers=10.0.0.53,x", "Trust:Resolvers[1]: \"x\" is not")]
    [InlineData("Trust:Resolvers=[\"10.0.0.53\"", "1:")]
    [InlineData("Trust=x", "Trust: \"x\" is not a section")]
    [InlineData("Alerts:MinimumSeverity=", "Alerts:MinimumSeverity: \"\" is not one of")]
    [InlineData("Trust::Resolvers=x", "takes Key:Path=value")]
    public void A_wrong_setting_on_the_command_line_is_named_so(string assignment, string complaint)
    {
        var run = Invocation.Of("check", "--set", assignment);
        Assert.Equal(2, run.Status);
        Assert.StartsWith("sensor: --set", run.Error, StringComparison.Ordinal);
        Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Trust:Resolvers=10.0.0.53", "Trust:Resolvers=x", "Trust:Resolvers[1]: \"x\" is not")]
    [InlineData("Trust:Resolvers=x", "Trust:Resolvers=10.0.0.53", "Trust:Resolvers[0]: \"x\" is not")]
    [InlineData("Trust:Resolvers=[\"10.0.0.53\", \"10.0.0.54\"]", "trust:resolvers=10.0.0.55,x", "Trust:Resolvers[3]: \"x\" is not")]
    public void Entries_of_a_list_given_apart_add_up(string first, string second, string complaint)
    {
        var run = Invocation.Of("check", "--set", first, "--set", second);
        Assert.Equal(2, run.Status);
        Assert.StartsWith("sensor: --set", run.Error, StringComparison.Ordinal);
        Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_given_replaces_the_list_of_the_file_and_of_a_single_value_the_last_counts()
    {
        var config = Write("appsettings.json", """{ "Trust": { "Resolvers": [ "wrong" ] } }""");
        Assert.Equal(0, Invocation.Of(
            "check", "--config", config, "--set", "Trust:Resolvers=10.0.0.1", "--set", "Trust:Resolvers=10.0.0.2",
            "--set", "Alerts:MinimumSeverity=wrong", "--set", "Alerts:MinimumSeverity=low").Status);
    }

    [Theory]
    [InlineData("dhcp-starvation:NewInMinute=0", "NewInMinute: \"0\" is not a whole number from 2 to 1000000")]
    [InlineData("relayed-frames:EnoughPackets=many", "EnoughPackets: \"many\" is not a whole number")]
    [InlineData("ndp-spoofing:DeniedOften=33", "DeniedOften: \"33\" is not a whole number from 1 to 32")]
    [InlineData("rogue-dhcp-wpad:ShortLease=5", "ShortLease")]
    public void A_wrong_threshold_of_a_detector_is_one_line_with_its_path(string setting, string complaint)
    {
        var run = Invocation.Of("check", "--set", $"Detectors:{setting}");
        Assert.Equal(2, run.Status);
        Assert.Contains($"Detectors:{setting.Split(':')[0]}:{complaint}", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_threshold_of_a_detector_changes_what_is_found()
    {
        var capture = Path.Combine(Captures.Checkout.Captures, "wire", "arp-silent-gateway.pcapng");
        Assert.Contains("arp-spoofing", Invocation.Of("replay", capture, "--format", "eve").Output, StringComparison.Ordinal);
        Assert.Equal("", Invocation.Of("replay", capture, "--format", "eve", "--set", "Detectors:arp-spoofing:ToldOften=6").Output);
    }

    [Fact]
    public void List_entries_can_be_replaced_and_added_one_by_one()
    {
        var config = Write("appsettings.json", """{ "Trust": { "Resolvers": [ "wrong" ] } }""");
        Assert.Equal(0, Invocation.Of("check", "--config", config, "--set", "Trust:Resolvers:0=10.0.0.1", "--set", "Trust:Resolvers:1=10.0.0.2").Status);
        Assert.Equal(2, Invocation.Of("check", "--config", config, "--set", "Trust:Resolvers:7=10.0.0.1").Status);
    }
}
