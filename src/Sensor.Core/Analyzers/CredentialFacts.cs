using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>Where a step of an authentication was seen.</summary>
/// <param name="At">The packet that completed it.</param>
/// <param name="Carrier">The carrying protocol.</param>
/// <param name="FirstFrameNumber">Frame of the message's first octet.</param>
/// <param name="ExchangeId">The HTTP exchange, 0 for others.</param>
/// <param name="IsFromServer">Whether the server says it: then it is a challenge, else it is none.</param>
internal readonly record struct CredentialPlace(
    Sighting At, CredentialCarrier Carrier, long FirstFrameNumber, ulong ExchangeId = 0, bool IsFromServer = false);

/// <summary>
/// Turns tokens into <see cref="CredentialsShown"/>. The one place that decides what of a credential is kept: names, never secrets.
/// </summary>
internal static class CredentialFacts
{
    /// <summary>Adds what a GSS-API token says; nothing for a token of no known mechanism.</summary>
    public static void AddGss(ReadOnlySpan<byte> token, in CredentialPlace place, ObservationLog log)
    {
        switch (GssToken.Read(token, out var message))
        {
            case GssMechanism.Ntlm:
                AddNtlm(message, in place, log);
                break;
            case GssMechanism.Kerberos when !place.IsFromServer:
                Add(CredentialScheme.Kerberos, in place, log);
                break;
        }
    }

    /// <summary>Adds an NTLM message; nothing when it is none.</summary>
    public static void AddNtlm(ReadOnlySpan<byte> octets, in CredentialPlace place, ObservationLog log)
    {
        if (!NtlmMessage.TryRead(octets, out var message) || (message.Type == NtlmMessageType.Challenge) != place.IsFromServer)
            return;
        ref var fact = ref Add(CredentialScheme.Ntlm, in place, log);
        fact.Step = (CredentialStep)(message.Type - 1);
        fact.User = log.Commit(message.WriteUser(log.Room(NtlmMessage.LongestName)));
        fact.Domain = log.Commit(message.WriteDomain(log.Room(NtlmMessage.LongestName)));
        fact.Workstation = log.Commit(message.WriteWorkstation(log.Room(NtlmMessage.LongestName)));
        fact.Target = log.Commit(message.WriteTargetName(log.Room(NtlmMessage.LongestName)));
        fact.NtlmFlags = message.Flags;
        fact.NtlmVersion = message.Version;
        fact.HasMic = message.HasMic;
        fact.IsNtlmV2 = message.IsVersion2;
        fact.IsAnonymous = message.IsAnonymous;
        AddPairs(message.Pairs, ref fact, log);
    }

    /// <summary>
    /// Adds a credential of a scheme that hands over a password or its digest: of <paramref name="user"/>, as the octets were sent.
    /// </summary>
    public static ref CredentialsShown Add(
        CredentialScheme scheme, in CredentialPlace place, ObservationLog log, ReadOnlySpan<byte> user = default)
    {
        var at = place.At;
        ref var fact = ref log.Add<CredentialsShown>(in at);
        fact.Carrier = place.Carrier;
        fact.Scheme = scheme;
        fact.Step = CredentialStep.Authenticate;
        fact.ExchangeId = place.ExchangeId;
        fact.FirstFrameNumber = place.FirstFrameNumber;
        fact.User = log.Keep(user[..Math.Min(user.Length, NtlmMessage.LongestName)]);
        return ref fact;
    }

    private static void AddPairs(NtlmPairs pairs, ref CredentialsShown fact, ObservationLog log)
    {
        while (pairs.TryNext(out var number, out var value))
        {
            switch (number)
            {
                case NtlmPairs.ComputerName:
                    fact.ServerName = Keep(value, log);
                    break;
                case NtlmPairs.DnsComputerName:
                    fact.ServerDnsName = Keep(value, log);
                    break;
                case NtlmPairs.DnsDomainName:
                    fact.ServerDnsDomain = Keep(value, log);
                    break;
                case NtlmPairs.TargetName when fact.Target.IsEmpty:
                    fact.Target = Keep(value, log);
                    break;
                case NtlmPairs.Timestamp:
                    fact.HasTimestamp = true;
                    break;
            }
        }
    }

    private static OctetSlice Keep(ReadOnlySpan<byte> text, ObservationLog log) =>
        log.Commit(NtlmMessage.WriteUtf16(text, log.Room(NtlmMessage.LongestName)));
}
