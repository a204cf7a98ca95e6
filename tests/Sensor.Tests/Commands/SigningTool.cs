using System.Diagnostics;

namespace Sensor.Tests.Commands;

/// <summary>
/// openssl and osslsigncode: makes signed files with another program than the one under test, and asks it for its verdict.
/// </summary>
internal sealed class SigningTool(string folder)
{
    public const string Absent = "openssl and osslsigncode are not installed";

    public static bool IsInstalled { get; } = Exists("openssl") && Exists("osslsigncode");

    /// <summary>Makes root.pem, ca.pem, leaf.pem and chain.pem.</summary>
    public void MakeAuthorities()
    {
        File.WriteAllText(Path.Combine(folder, "ext"),
            "[a]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\n[l]\nextendedKeyUsage=codeSigning\nkeyUsage=digitalSignature\n");
        Run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "root.key", "-out", "root.pem", "-subj",
            "/CN=Tool Root", "-days", "30");
        Issue("ca", "/CN=Tool CA", "root", "a");
        Issue("leaf", "/CN=Tool Signer", "ca", "l");
        File.WriteAllText(Path.Combine(folder, "chain.pem"), File.ReadAllText(Path.Combine(folder,
            "ca.pem")) + File.ReadAllText(Path.Combine(folder, "root.pem")));
    }

    /// <summary>Signs <paramref name="octets"/>; returns the path of the signed file.</summary>
    public string Sign(byte[] octets, string name, params string[] more)
    {
        File.WriteAllBytes(Path.Combine(folder, "in-" + name), octets);
        Run("osslsigncode", ["sign", "-certs", "leaf.pem", "-ac", "chain.pem", "-key", "leaf.key", .. more, "-in", "in-" + name, "-out",
            name]);
        return Path.Combine(folder, name);
    }

    /// <summary>What osslsigncode says: whether the file is well signed.</summary>
    public bool Verifies(string path)
    {
        using var process = Start("osslsigncode", ["verify", "-CAfile", "root.pem", "-in", path]);
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    public void Run(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        var output = process.StandardOutput.ReadToEnd();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {output}{error}");
    }

    private void Issue(string name, string subject, string issuer, string section)
    {
        Run("openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", $"{name}.key", "-out", $"{name}.csr", "-subj", subject);
        Run("openssl", "x509", "-req", "-in", $"{name}.csr", "-CA", $"{issuer}.pem", "-CAkey", $"{issuer}.key", "-CAcreateserial", "-out",
            $"{name}.pem",
            "-days", "30", "-extfile", "ext", "-extensions", section);
    }

    private Process Start(string program, string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = folder,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(path => File.Exists(Path.Combine(path, program)));
}
