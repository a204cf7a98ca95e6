using Sensor.Core.Wire;
using Sensor.Detection.Authenticode;

namespace Sensor.Tests.Commands;

public sealed class VerifyTests : TemporaryFolder
{
    /// <summary>A program that Microsoft signed: it lies beside the tests, from a package.</summary>
    private static readonly string BySomebodyReal = Path.Combine(AppContext.BaseDirectory, "System.CommandLine.dll");

    [Fact]
    public void A_program_of_Microsofts_is_valid()
    {
        var run = Invocation.Of("verify", BySomebodyReal);
        Assert.Equal(0, run.Status);
        Assert.Contains(
            ": signed by Microsoft Corporation, chain Microsoft Corporation < Microsoft Code Signing PCA 2011 < Microsoft Root Certificate Authority 2011, time-stamped ",
            run.Output, StringComparison.Ordinal);
        Assert.EndsWith(", valid\n", run.Output, StringComparison.Ordinal);
        Assert.Single(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void One_changed_octet_is_told()
    {
        var octets = File.ReadAllBytes(BySomebodyReal);
        octets[5000] ^= 1;
        File.WriteAllBytes(PathOf("changed.dll"), octets);
        var run = Invocation.Of("verify", BySomebodyReal, PathOf("changed.dll"));
        Assert.Equal(1, run.Status);
        Assert.Contains("changed.dll: signed by Microsoft Corporation", run.Output, StringComparison.Ordinal);
        Assert.Contains("invalid: the digest does not match", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_chain_is_shown_when_asked_for()
    {
        var run = Invocation.Of("verify", "-v", BySomebodyReal);
        Assert.Contains("SHA-1 F252E794FE438E35ACE6E53762C0A234A2C52135", run.Output, StringComparison.Ordinal);
        Assert.Contains("known root (Microsoft)", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_read_is_one_line_and_the_rest_is_judged()
    {
        var run = Invocation.Of("verify", Folder, PathOf("none"), BySomebodyReal);
        Assert.Equal(1, run.Status);
        Assert.Equal([$"sensor: {Folder}: is a directory", $"sensor: {PathOf("none")}: no such file"], run.ErrorLines);
        Assert.Contains(", valid", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_usage_is_2()
    {
        Assert.Equal(2, Invocation.Of("verify").Status);
        Assert.Equal("sensor: no file given", Invocation.Of("verify").ErrorLines[0]);
        Assert.Equal(2, Invocation.Of("verify", "--frobnicate", BySomebodyReal).Status);
        Assert.Equal(2, Invocation.Of("verify", BySomebodyReal, "--ca", PathOf("none")).Status);
        Assert.Equal(2, Invocation.Of("verify", BySomebodyReal, "--ca", Write("empty.pem", "nothing")).Status);
        Assert.Equal(0, Invocation.Of("verify", "--help").Status);
    }

    [Fact]
    public void Unsigned_and_unsignable_files_are_1()
    {
        File.WriteAllBytes(PathOf("a.exe"), FileSamples.Program());
        Assert.Equal($"{PathOf("a.exe")}: unsigned\n", Invocation.Of("verify", PathOf("a.exe")).Output);
        File.WriteAllBytes(PathOf("a.cab"), FileSamples.Cabinet());
        Assert.Equal($"{PathOf("a.cab")}: unsigned\n", Invocation.Of("verify", PathOf("a.cab")).Output);
        File.WriteAllBytes(PathOf("a.msi"), FileSamples.Installer());
        Assert.Equal($"{PathOf("a.msi")}: unsigned\n", Invocation.Of("verify", PathOf("a.msi")).Output);
        Assert.Equal(1, Invocation.Of("verify", Write("a.txt", "text")).Status);
        Assert.Equal(1, Invocation.Of("verify", Write("empty", "")).Status);
    }

    /// <summary>
    /// Each kind is signed by osslsigncode; both programs agree about the file, and about the file with one octet changed.
    /// </summary>
    [Theory]
    [InlineData("program.exe", "-h", "sha256")]
    [InlineData("program-sha1.exe", "-h", "sha1")]
    [InlineData("program-pages.exe", "-h", "sha256", "-ph")]
    [InlineData("cabinet.cab", "-h", "sha256")]
    [InlineData("installer.msi", "-h", "sha256")]
    [InlineData("installer-ex.msi", "-h", "sha256", "-add-msi-dse")]
    public void Osslsigncode_agrees(string name, params string[] more)
    {
        Assert.SkipUnless(SigningTool.IsInstalled, SigningTool.Absent);
        var tool = new SigningTool(Folder);
        tool.MakeAuthorities();
        var sample = name.EndsWith(".exe", StringComparison.Ordinal) ? FileSamples.Program()
            : name.EndsWith(".cab", StringComparison.Ordinal) ? FileSamples.Cabinet() : FileSamples.Installer();
        var path = tool.Sign(sample, name, more);
        Assert.True(tool.Verifies(path), "osslsigncode does not like its own signature");
        var run = Invocation.Of("verify", path, "--ca", PathOf("root.pem"));
        Assert.Equal($"{path}: signed by Tool Signer, chain Tool Signer < Tool CA < Tool Root, valid\n", run.Output);
        Assert.Equal(0, run.Status);
        Assert.Contains("unverified: the chain ends at Tool Root", Invocation.Of("verify", path).Output, StringComparison.Ordinal);
        AgreesAboutChanges(tool, path);
    }

    private void AgreesAboutChanges(SigningTool tool, string path)
    {
        var octets = File.ReadAllBytes(path);
        foreach (var at in new[] { 700, 1100, 2300, 2700 }.Where(at => at < octets.Length))
        {
            var changed = octets.ToArray();
            changed[at] ^= 0x20;
            var other = PathOf($"changed-{at}-{Path.GetFileName(path)}");
            File.WriteAllBytes(other, changed);
            Assert.True(tool.Verifies(other) == (Invocation.Of("verify", other, "--ca", PathOf("root.pem")).Status == 0), $"octet {at}");
        }
    }

    [Fact]
    public void Catalogues_and_certificates_are_judged_too()
    {
        Assert.SkipUnless(SigningTool.IsInstalled, SigningTool.Absent);
        var tool = new SigningTool(Folder);
        tool.MakeAuthorities();
        var run = Invocation.Of("verify", PathOf("leaf.pem"), "--ca", PathOf("root.pem"), "--ca", PathOf("ca.pem"));
        Assert.Equal($"{PathOf("leaf.pem")}: certificate of Tool Signer, chain Tool Signer < Tool CA, valid\n", run.Output);
        Write("list", "members");
        tool.Run("openssl", "cms", "-sign", "-binary", "-nodetach", "-in", "list", "-signer", "leaf.pem", "-inkey", "leaf.key",
            "-certfile", "chain.pem", "-outform", "DER", "-out", "list.cat");
        Assert.Equal(0, Invocation.Of("verify", PathOf("list.cat"), "--ca", PathOf("root.pem")).Status);
    }

    [Fact]
    public void No_prefix_and_no_changed_octet_throws()
    {
        Assert.SkipUnless(SigningTool.IsInstalled, SigningTool.Absent);
        var tool = new SigningTool(Folder);
        tool.MakeAuthorities();
        foreach (var path in new[] { tool.Sign(FileSamples.Cabinet(), "a.cab"), tool.Sign(FileSamples.Installer(), "a.msi",
            "-add-msi-dse") })
        {
            var octets = File.ReadAllBytes(path);
            Assert.True(PayloadTraits.Recognize(octets, default, default).IsSignable());
            for (var at = 0; at < octets.Length; at += at < 3000 ? 1 : 17)
            {
                var changed = octets.ToArray();
                changed[at] ^= 0xFF;
                Judge(changed);
                Judge(octets[..at]);
            }
        }
    }

    private static void Judge(byte[] octets) => FileVerification.Verify(octets, 0, Sensor.Detection.Certificates.Authorities.BuiltIn);
}
