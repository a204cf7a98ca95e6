using System.Buffers.Binary;

namespace Sensor.Tests.Commands;

/// <summary>`sensor replay` from the command line to the exit status, on captures made here.</summary>
public sealed class ReplayTests : TemporaryFolder
{
    /// <summary>A pcap of LLMNR: a question for wpad by .20 and its answer by .66, twice.</summary>
    private static byte[] Capture()
    {
        using var pcap = new MemoryStream();
        pcap.Write([0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0]);
        for (var second = 0; second < 2; second++)
        {
            pcap.Write(Record(second, 0, Question((ushort)(0x1234 + second))));
            pcap.Write(Record(second, 5000, Answer((ushort)(0x1234 + second))));
        }
        return pcap.ToArray();
    }

    private static byte[] Record(int second, int microsecond, byte[] frame)
    {
        var record = new byte[16 + frame.Length];
        BinaryPrimitives.WriteInt32LittleEndian(record, 1_795_428_672 + second);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(4), microsecond);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(8), frame.Length);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(12), frame.Length);
        frame.CopyTo(record, 16);
        return record;
    }

    private static byte[] Question(ushort id) =>
        Frame([1, 0, 0x5e, 0, 0, 0xfc], 20, [224, 0, 0, 252], 50000, 5355, [.. Head(id, 0, 0), 4, .. "wpad"u8, 0, 0, 1, 0, 1]);

    private static byte[] Answer(ushort id) => Frame(
        [2, 0, 0, 0, 0, 20], 66, [192, 168, 1, 20], 5355, 50000,
        [.. Head(id, 0x80, 1), 4, .. "wpad"u8, 0, 0, 1, 0, 1, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 30, 0, 4, 192, 168, 1, 66]);

    private static byte[] Head(ushort id, byte flags, byte answers) => [(byte)(id >> 8), (byte)id, flags, 0, 0, 1, 0, answers, 0, 0, 0, 0];

    private static byte[] Frame(byte[] destinationMac, byte host, byte[] destination, ushort sourcePort, ushort destinationPort, byte[] data)
    {
        var total = (ushort)(28 + data.Length);
        return [.. destinationMac, 2, 0, 0, 0, 0, host, 8, 0,
            0x45, 0, (byte)(total >> 8), (byte)total, 0, 1, 0, 0, 255, 17, 0, 0, 192, 168, 1, host, .. destination,
            (byte)(sourcePort >> 8), (byte)sourcePort, (byte)(destinationPort >> 8), (byte)destinationPort,
            (byte)((total - 20) >> 8), (byte)(total - 20), 0, 0, .. data];
    }

    private string WriteCapture(string name, int cut = 0)
    {
        File.WriteAllBytes(PathOf(name), Capture()[..^cut]);
        return PathOf(name);
    }

    [Fact]
    public void An_attack_is_named_and_the_status_is_0()
    {
        var run = Invocation.Of("replay", WriteCapture("a.pcap"), "--format", "eve");
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Contains("\"detector\":\"llmnr-wpad-answer\"", run.Output, StringComparison.Ordinal);
        Assert.Contains("\"community_id\":\"1:", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Standard_input_is_read_for_a_dash()
    {
        var run = Invocation.Reading(Capture(), "replay", "-");
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Contains("1 file, 4 packets", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_file_is_reported_as_far_as_it_goes_with_one_warning_and_status_1()
    {
        var run = Invocation.Of("replay", WriteCapture("cut.pcap", cut: 3));
        Assert.Equal(1, run.Status);
        Assert.Contains("3 packets", run.Output, StringComparison.Ordinal);
        Assert.Contains("llmnr-wpad-answer", run.Output, StringComparison.Ordinal);
        Assert.StartsWith($"sensor: warning: {PathOf("cut.pcap")}: cut short at offset ", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text.txt", "hello, I am no capture\n")]
    [InlineData("empty.pcap", "")]
    public void What_is_no_capture_is_one_line_and_status_1(string name, string content)
    {
        var run = Invocation.Of("replay", Write(name, content));
        Assert.Equal(1, run.Status);
        Assert.StartsWith($"sensor: {PathOf(name)}: ", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_does_not_keep_the_others_from_being_read()
    {
        var run = Invocation.Of("replay", PathOf("missing.pcap"), WriteCapture("a.pcap"));
        Assert.Equal(1, run.Status);
        Assert.Contains("llmnr-wpad-answer", run.Output, StringComparison.Ordinal);
        Assert.Contains("missing.pcap", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("low", 3)]
    [InlineData("high", 3)]
    [InlineData("critical", 0)]
    public void Fail_on_ends_with_3_for_an_alert_that_severe(string severity, int status)
    {
        Assert.Equal(status, Invocation.Of("replay", WriteCapture("a.pcap"), "--fail-on", severity).Status);
    }

    [Fact]
    public void Fail_on_wins_over_damaged_input_and_the_warning_is_given_all_the_same()
    {
        var run = Invocation.Of("replay", WriteCapture("cut.pcap", cut: 3), "--fail-on", "medium");
        Assert.Equal(3, run.Status);
        Assert.Single(run.ErrorLines);
    }

    [Fact]
    public void Output_goes_to_a_file_as_it_would_to_standard_output()
    {
        var capture = WriteCapture("a.pcap");
        var shown = Invocation.Of("replay", capture, "--format", "eve");
        var run = Invocation.Of("replay", capture, "--format", "eve", "-o", PathOf("out.json"));
        Assert.Equal((0, ""), (run.Status, run.Output));
        Assert.Equal(shown.Output, File.ReadAllText(PathOf("out.json")));
    }

    [Fact]
    public void An_output_that_cannot_be_written_is_one_line_and_status_1()
    {
        var run = Invocation.Of("replay", WriteCapture("a.pcap"), "-o", PathOf("no/such/folder.json"));
        Assert.Equal(1, run.Status);
        Assert.Equal($"sensor: cannot write {PathOf("no/such/folder.json")}: no such directory", Assert.Single(run.ErrorLines));
    }

    [Fact]
    public void The_evidence_is_never_overwritten()
    {
        var capture = WriteCapture("a.pcap");
        Assert.Equal(2, Invocation.Of("replay", capture, "-o", capture).Status);
        Assert.Equal(Capture(), File.ReadAllBytes(capture));
    }

    [Fact]
    public void A_wrong_configuration_leaves_the_output_file_alone()
    {
        File.WriteAllText(PathOf("out.json"), "old");
        Assert.Equal(2, Invocation.Of("replay", WriteCapture("a.pcap"), "-o", PathOf("out.json"), "--set", "Alerts:Foo=1").Status);
        Assert.Equal("old", File.ReadAllText(PathOf("out.json")));
    }

    [Fact]
    public void Separate_files_are_worlds_of_their_own_in_the_order_of_the_timeline()
    {
        var (one, two) = (WriteCapture("a.pcap"), WriteCapture("b.pcap"));
        var run = Invocation.Of("replay", two, one, "--separate", "--format", "jsonl");
        Assert.Equal(2, run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        var together = Invocation.Of("replay", one, two, "--format", "jsonl");
        Assert.Single(together.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_detector_can_be_switched_off()
    {
        var run = Invocation.Of("replay", WriteCapture("a.pcap"), "--format", "eve", "--all", "--set", "Detectors:llmnr-wpad-answer:Enabled=false");
        Assert.Equal(0, run.Status);
        Assert.DoesNotContain("llmnr-wpad-answer", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_that_a_detector_does_not_have_is_refused()
    {
        var run = Invocation.Of("replay", WriteCapture("a.pcap"), "--set", "Detectors:llmnr-wpad-answer:NoSuchSetting=1");
        Assert.Equal(2, run.Status);
        Assert.StartsWith("sensor: --set: Detectors:llmnr-wpad-answer:NoSuchSetting: there is no such key", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void The_threshold_decides_what_is_an_alert()
    {
        var run = Invocation.Of("replay", WriteCapture("a.pcap"), "--set", "Alerts:MinimumSeverity=critical", "--set", "Alerts:MinimumConfidence=certain");
        Assert.StartsWith("No alerts.", run.Output, StringComparison.Ordinal);
        Assert.Contains("--all", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_filter_is_a_usage_error()
    {
        var run = Invocation.Of("replay", WriteCapture("a.pcap"), "-F", "this is no filter");
        Assert.Equal(2, run.Status);
        Assert.Single(run.ErrorLines);
    }
}
