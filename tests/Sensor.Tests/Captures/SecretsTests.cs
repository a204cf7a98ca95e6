using Sensor.Tests.Oracles;

namespace Sensor.Tests.Captures;

/// <summary>No output of the sensor holds a secret of a capture: no password that was typed, no challenge, response or key.</summary>
public sealed class SecretsTests
{
    /// <summary>The passwords of the scenes in captures/make, as text, base64 of "user:password" and UTF-16 in hexadecimal.</summary>
    private static readonly string[] Typed = ["correct-horse", "battery-staple", "not-a-secret", "YWxpY2U6Y29ycmVjdC1ob3JzZQ"];

    private static readonly string[] Areas = ["credentials", "proxies", "pac"];

    public static TheoryData<string> Captures() =>
    [
        .. Areas.SelectMany(static area => Directory.EnumerateFiles(Path.Combine(Checkout.Captures, area), "*.pcapng")).Order(StringComparer.Ordinal)
            .Select(static file => Path.GetRelativePath(Checkout.Captures, file)),
    ];

    [Theory]
    [MemberData(nameof(Captures))]
    public void No_output_holds_a_secret(string capture)
    {
        var path = Path.Combine(Checkout.Captures, capture);
        string[] outputs =
        [
            string.Join('\n', Replayed.Of(path, "--format", "eve", "--all").Lines), string.Join('\n', Replayed.Of(path, "--format", "text", "--all").Lines),
        ];
        Assert.All(outputs, output => Assert.All(Typed, secret => Assert.DoesNotContain(secret, output, StringComparison.OrdinalIgnoreCase)));
        if (!TsharkTable.IsInstalled)
            return;
        var secrets = TsharkTable.Read(path, "ntlmssp", "ntlmssp.ntlmserverchallenge", "ntlmssp.ntlmv2_response", "ntlmssp.auth.ntresponse", "ntlmssp.auth.lmresponse", "ntlmssp.auth.sesskey")
            .SelectMany(static row => row).Where(static field => field.Length >= 16).ToList();
        foreach (var secret in secrets)
        {
            var octets = Convert.FromHexString(secret.Split(',')[0].Replace(":", "", StringComparison.Ordinal));
            Assert.All(outputs, output => Assert.DoesNotContain(Convert.ToHexString(octets.AsSpan(0, 8)), output, StringComparison.OrdinalIgnoreCase));
            Assert.All(outputs, output => Assert.DoesNotContain(Convert.ToBase64String(octets.AsSpan(0, 6)), output, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_captures_do_hold_secrets() =>
        Assert.Contains(TsharkTableOrNothing("proxies/rogue-proxy.pcapng"), static field => field.Length >= 16);

    private static List<string> TsharkTableOrNothing(string capture)
    {
        Assert.SkipUnless(TsharkTable.IsInstalled, "tshark is not installed");
        return [.. TsharkTable.Read(Path.Combine(Checkout.Captures, capture), "ntlmssp", "ntlmssp.ntlmserverchallenge", "ntlmssp.auth.ntresponse").SelectMany(static row => row)];
    }
}
