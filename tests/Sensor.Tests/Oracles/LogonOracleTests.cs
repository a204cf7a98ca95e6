using System.Text;
using Sensor.Core.Observations;

namespace Sensor.Tests.Oracles;

/// <summary>Who uses proxies and who authenticates in all shared captures, against tshark.</summary>
public class LogonOracleTests
{
    public static TheoryData<string> Captures() => [.. SharedCaptures.NamesIn("given")];

    [Theory]
    [MemberData(nameof(Captures))]
    public void Ntlm_messages_are_those_of_tshark(string name)
    {
        var path = PathOf(name);
        var theirs = TsharkTable.Read(
                path, "ntlmssp && tcp && (http || smb || smb2 || ldap) && !(http.response && !(http.response.code == 401 || http.response.code == 407))",
                "frame.number", "ntlmssp.messagetype", "ntlmssp.auth.domain", "ntlmssp.auth.username", "ntlmssp.auth.hostname")
            .Select(static row => Ntlm(row[0], Convert.ToInt32(row[1].Split(',')[0], 16), Name(row[2]), Name(row[3]), Name(row[4])));
        var ours = Facts(path, static (in Observed<CredentialsShown> seen) => !IsNtlmMessage(in seen.Fact) ? ""
            : seen.Fact.Step != CredentialStep.Authenticate ? Ntlm($"{seen.At.FrameNumber}", (int)seen.Fact.Step + 1, "", "", "")
            : Ntlm($"{seen.At.FrameNumber}", 3, Utf8(in seen, seen.Fact.Domain), Utf8(in seen, seen.Fact.User), Utf8(in seen, seen.Fact.Workstation)));
        Assert.Equal(theirs.Order(StringComparer.Ordinal), ours.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public void Connect_and_absolute_requests_are_those_of_tshark(string name)
    {
        var path = PathOf(name);
        var theirs = TsharkTable.Read(path, "http.request.method == CONNECT || http.request.uri matches \"^[a-z]+://\"", "frame.number", "http.request.method")
            .SelectMany(static row => row[1].Split(',').Select(method => $"{row[0]} {(method == "CONNECT" ? "HttpConnect" : "HttpAbsolute")}"));
        var ours = Facts(path, static (in Observed<ProxyUsed> seen) => IsSocks(in seen.Fact) ? "" : $"{seen.At.FrameNumber} {seen.Fact.Protocol}");
        Assert.Equal(theirs.Order(StringComparer.Ordinal), ours.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public void Socks_requests_are_those_of_tshark(string name)
    {
        var path = PathOf(name);
        // tshark repeats version and command for every later segment of a connection; the requests are told by what it says of them.
        var theirs = TsharkTable.Read(path, "socks.command && tcp.dstport == 1080", "frame.number", "socks.version", "_ws.col.Info")
            .Where(static row => row[2].EndsWith(row[1] == "4" ? "Connect to server request" : "Command Request - Connect", StringComparison.Ordinal))
            .Select(static row => $"{row[0]} Socks{row[1]}");
        var ours = Facts(path, static (in Observed<ProxyUsed> seen) => IsSocks(in seen.Fact) ? $"{seen.At.FrameNumber} {seen.Fact.Protocol}" : "");
        Assert.Equal(theirs.Order(StringComparer.Ordinal), ours.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public void Names_in_ldap_binds_are_those_of_tshark(string name)
    {
        var path = PathOf(name);
        var theirs = TsharkTable.Read(path, "ldap.simple && tcp", "frame.number", "ldap.name").Select(static row => $"{row[0]} {row[1]}");
        var ours = Facts(path, static (in Observed<CredentialsShown> seen) =>
            seen.Fact is { Carrier: CredentialCarrier.Ldap, Scheme: CredentialScheme.Password } ? $"{seen.At.FrameNumber} {Utf8(in seen, seen.Fact.User)}" : "");
        Assert.Equal(theirs.Order(StringComparer.Ordinal), ours.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public void Only_the_capture_that_was_made_for_it_contradicts_itself(string name)
    {
        // Two segments of one range, made to confuse reassemblers.
        string[] expected = name == "TCP-OVERLAP__suricata-verify-tcp-overlap.pcap" ? ["5 6 4"] : [];
        Assert.Equal(expected, Facts(PathOf(name), static (in Observed<PayloadContradicted> seen) =>
            $"{seen.Fact.FirstFrameNumber} {seen.At.FrameNumber} {seen.Fact.Length}"));
    }

    private static IEnumerable<string> Facts<T>(string path, FactLine<T> line) where T : struct =>
        FactReader.Read(path, line).Select(static fact => fact.Line).Where(static fact => fact.Length > 0);

    /// <summary>
    /// tshark dates a challenge with the end of the response's body, we with the end of its head: challenges go without their frame.
    /// </summary>
    private static string Ntlm(string frame, int type, string domain, string user, string workstation) =>
        $"{(type == 2 ? "" : frame)} {type} {domain} {user} {workstation}";

    /// <summary>Whether it was an NTLM message, not the bare responses of an old SMB 1 client.</summary>
    private static bool IsNtlmMessage(in CredentialsShown fact) =>
        fact.Scheme == CredentialScheme.Ntlm && !(fact.Carrier == CredentialCarrier.Smb1 && fact.NtlmFlags == 0);

    private static bool IsSocks(in ProxyUsed fact) => fact.Protocol is ProxyProtocol.Socks4 or ProxyProtocol.Socks5;

    private static string PathOf(string name)
    {
        Assert.SkipWhen(name.Length == 0, SharedCaptures.Absent);
        Assert.SkipUnless(TsharkTable.IsInstalled, "tshark is not installed");
        return SharedCaptures.PathOf("given", name);
    }

    private static string Name(string field) => field == "NULL" ? "" : field;

    private static string Utf8<T>(in Observed<T> seen, OctetSlice slice) where T : struct => Encoding.UTF8.GetString(seen.Text(slice));
}
