using Sensor.Core.Flows;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>
/// Who authenticates over SMB 1, 2 and 3: the session setups in a stream of NetBIOS session messages (RFC 1002 section 4.3) or of direct
/// TCP ([MS-SMB2] section 2.1), which differ in the width of the length only.
/// </summary>
internal sealed class SmbAnalyzer(StreamMemory memory) : FramedStreamAnalyzer(memory)
{
    private const byte SessionMessage = 0, FirstControl = 0x81, LastControl = 0x85;
    private const int Prefix = 4;
    private const ushort DirectPort = 445, NetBiosPort = 139;

    /// <summary>
    /// Whether octets, however few, can be the start of a stream: an SMB message on any port, a NetBIOS session request on its own.
    /// </summary>
    public static bool MayStart(ReadOnlySpan<byte> octets, ushort portA, ushort portB)
    {
        var isOwnPort = portA is DirectPort or NetBiosPort || portB is DirectPort or NetBiosPort;
        if (octets[0] == FirstControl)
            return portA == NetBiosPort || portB == NetBiosPort;
        return octets.Length < Prefix + 4 ? isOwnPort : octets[Prefix] is 0xFF or 0xFE && octets[(Prefix + 1)..].StartsWith("SMB"u8);
    }

    /// <summary>Whether octets in the middle of a stream start a session setup.</summary>
    public static bool StartsSetup(ReadOnlySpan<byte> octets) =>
        octets.Length >= Prefix + SmbMessage.HeadSize && octets[0] == SessionMessage
        && SmbMessage.TryRead(octets[Prefix..], out var message) && message.IsSessionSetup;

    /// <inheritdoc/>
    protected override Verdict Measure(ReadOnlySpan<byte> octets, out long total, out bool isOfInterest)
    {
        (total, isOfInterest) = (0, false);
        if (octets[0] != SessionMessage && octets[0] is < FirstControl or > LastControl)
            return Verdict.NotMine;
        if (octets.Length < Prefix)
            return Verdict.NeedMore;
        total = Prefix + octets.U24(1);
        if (octets[0] != SessionMessage || total < Prefix + SmbMessage.HeadSize)
            return Verdict.Parsed;
        if (octets.Length < Prefix + SmbMessage.HeadSize)
            return Verdict.NeedMore;
        if (!SmbMessage.TryRead(octets[Prefix..], out var message))
            return Verdict.NotMine;
        isOfInterest = message.IsSessionSetup;
        return Verdict.Parsed;
    }

    /// <inheritdoc/>
    protected override void Read(int direction, ReadOnlySpan<byte> octets, in StreamPlace first, in StreamPlace last, ObservationLog log)
    {
        if (!SmbMessage.TryRead(octets[Prefix..], out var message))
            return;
        var carrier = message.IsVersion1 ? CredentialCarrier.Smb1 : CredentialCarrier.Smb2;
        var place = new CredentialPlace(
            Connection.SightingOf(direction, in last), carrier, first.FrameNumber, IsFromServer: message.IsReply);
        if (!message.IsOldSetup)
        {
            CredentialFacts.AddGss(message.Blob, in place, log);
            return;
        }
        ref var fact = ref CredentialFacts.Add(CredentialScheme.Ntlm, in place, log);
        Span<byte> account = stackalloc byte[NtlmMessage.LongestName], domain = stackalloc byte[NtlmMessage.LongestName];
        message.WriteOldNames(account, out var accountLength, domain, out var domainLength);
        fact.User = log.Keep(account[..accountLength]);
        fact.Domain = log.Keep(domain[..domainLength]);
        fact.IsAnonymous = accountLength == 0;
    }
}
