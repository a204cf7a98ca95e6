using System.Diagnostics;
using Sensor.Core.Wire;
using Sensor.Detection.Authenticode;
using Sensor.Detection.Certificates;

namespace Sensor.Tests.Oracles;

/// <summary>Payloads in real captures, against what is known of them and against tshark's own export.</summary>
public sealed class PayloadOracleTests
{
    [Fact]
    public void A_cabinet_in_five_ranges_over_five_connections_is_one_signed_file()
    {
        Assert.SkipWhen(SharedCaptures.Folder is null, SharedCaptures.Absent);
        var payload = Assert.Single(PayloadReader.Read(SharedCaptures.PathOf("given",
            "WU-CAB-AUTHENTICODE__zeek-vnd.ms-cab-compressed-multi-conn.pcap")));
        Assert.Equal((PayloadKind.Cabinet, 39_618L), (payload.Kind, payload.Length));
        Assert.Equal("9c8a57958486102e94e591384dc69dd7e8d01169", payload.Sha1);
        Assert.Contains(payload.Sha1, payload.Url, StringComparison.Ordinal);
        Assert.Equal(FileStanding.Valid, payload.Verdict!.Standing);
        Assert.True(payload.Verdict.IsVouchedBy(Authorities.Microsoft), payload.Judged);
        Assert.Equal("Microsoft Code Signing PCA", payload.Verdict.Signatures[0].Chain!.Path[1].Subject.CommonName);
    }

    [Fact]
    public void Six_programs_of_a_bad_host_are_well_signed()
    {
        Assert.SkipWhen(SharedCaptures.Folder is null, SharedCaptures.Absent);
        var payloads = PayloadReader.Read(SharedCaptures.PathOf("given",
            "PE-SIGNED-BAD-HOST__suricata-verify-http-mime-truncated-input.pcap"));
        Assert.Equal(
            ["/freebl3.dll", "/mozglue.dll", "/msvcp140.dll", "/nss3.dll", "/softokn3.dll", "/vcruntime140.dll"],
                payloads.Select(payload => payload.Path));
        Assert.All(payloads, payload => Assert.True(payload.Verdict!.Standing == FileStanding.Valid, payload.Judged));
        Assert.Equal(["Microsoft Corporation", "Mozilla Corporation"],
            payloads.Select(payload => payload.Verdict!.Signatures[0].Signer!.Subject.CommonName).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Delta_content_in_many_ranges_is_no_payload_with_a_verdict()
    {
        Assert.SkipWhen(SharedCaptures.Folder is null, SharedCaptures.Absent);
        Assert.DoesNotContain(
            PayloadReader.Read(SharedCaptures.PathOf("given", "WU-HTTP-BITS__zeek-m57-long-49583-80.pcap")), payload =>
                payload.Verdict is not null);
    }

    /// <summary>Every whole file that tshark exports and that begins like a program is seen here with the same SHA-256.</summary>
    [Theory]
    [InlineData("PE-SIGNED-BAD-HOST__suricata-verify-http-mime-truncated-input.pcap")]
    [InlineData("BENIGN-BROWSING-2011__try-zeek-http.pcap")]
    public void Files_are_those_that_tshark_exports(string capture)
    {
        Assert.SkipWhen(SharedCaptures.Folder is null, SharedCaptures.Absent);
        var path = SharedCaptures.PathOf("given", capture);
        var folder = Directory.CreateTempSubdirectory("sensor-export");
        try
        {
            Assert.SkipUnless(TryExport(path, folder.FullName), "tshark is not installed");
            var exported = folder.EnumerateFiles().Select(static file => File.ReadAllBytes(file.FullName))
                .Where(static octets => PayloadTraits.Recognize(octets, default,
                    default) is PayloadKind.Program or PayloadKind.Cabinet or PayloadKind.Compound)
                .Select(static octets =>
                    Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(octets))).Distinct().Order(StringComparer.Ordinal);
            var seen = PayloadReader.Read(path).Where(payload =>
                payload.Kind is PayloadKind.Program or PayloadKind.Cabinet or PayloadKind.Compound && payload.Missing == 0)
                .Select(payload => payload.Sha256).Distinct().Order(StringComparer.Ordinal);
            Assert.Equal(exported, seen);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool TryExport(string path, string folder)
    {
        try
        {
            using var tshark = Process.Start(new ProcessStartInfo("tshark", ["-Q", "-r", path, "--export-objects", $"http,{folder}"])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            })!;
            tshark.StandardOutput.ReadToEnd();
            return tshark.WaitForExit(60_000);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
