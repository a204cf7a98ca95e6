using System.Text;
using Sensor.Core.Observations;
using Sensor.Detection.Detectors;
using Sensor.Detection.Hosts;

namespace Sensor.Detection.Baselines;

/// <summary>Resolvers, what is answered for wpad, WINS servers and owners of names.</summary>
internal sealed partial class BaselineFacts
{
    private const byte NoSuchName = 3;
    private const ushort TypeA = 1, TypeAaaa = 28, TypeAny = 255, TypeNetBios = 0x20, DnsPort = 53;

    // Set in answers of name servers; owners of names that answer a broadcast leave it clear (RFC 1002 section 4.2.1.1).
    private const ushort RecursionAvailable = 0x0080;

    public void Observe(in Observed<NameAnswered> seen)
    {
        ref readonly var fact = ref seen.Fact;
        if (fact.Protocol == NameProtocol.Dns)
            TakeResolver(in seen);
        if (fact.IsWpad)
            TakeWpad(in seen);
        else if (fact.Protocol != NameProtocol.Dns)
            TakeOwner(in seen);
    }

    public void Observe(in Observed<NameRegistered> seen)
    {
        ref readonly var fact = ref seen.Fact;
        if (fact.Kind == RegistrationKind.NbnsAccepted)
            Take(BaselineKind.Wins, new Plan { Server = seen.At.Source, By = HostAt(in seen.At, seen.At.Source), Client = seen.At.Destination.StableHash() }, default, in seen.At);
        var isOwn = fact.Kind is RegistrationKind.NbnsRegistration or RegistrationKind.NbnsRefresh ? !fact.IsGroup
            : fact.Kind is RegistrationKind.MdnsProbe && fact.Type is TypeA or TypeAaaa or TypeAny;
        if (isOwn)
            TakeOwner(seen.Text(fact.Name), in seen.At);
    }

    // Who answers with recursion serves clients; the authorities a resolver asks in turn do not.
    private void TakeResolver(in Observed<NameAnswered> seen)
    {
        if (!seen.Fact.RecursionAvailable || seen.At.SourcePort != DnsPort)
            return;
        _sink.Take(
            new BaselineFact
            {
                Kind = BaselineKind.Resolver,
                Key = seen.At.Source,
                By = _context.Hosts.SenderOf(in seen.At),
                Client = seen.At.Destination.StableHash(),
            },
            in seen.At);
    }

    private void TakeWpad(in Observed<NameAnswered> seen)
    {
        ref readonly var fact = ref seen.Fact;
        var by = fact.Protocol == NameProtocol.Dns ? _context.Hosts.SenderOf(in seen.At) : _context.LinkSender(in seen.At);
        var client = seen.At.Destination.StableHash();
        if (fact.IsNegative)
        {
            if (fact.Protocol == NameProtocol.Dns && fact.ResponseCode == NoSuchName)
                _sink.Take(new BaselineFact { Kind = BaselineKind.WpadAnswer, Key = seen.Text(fact.Name), Value = DeniedOctets, By = by, Client = client }, in seen.At);
            return;
        }
        foreach (var address in seen.Addresses(fact.Addresses))
        {
            var isSinkhole = address.IsUnspecified || address.IsLoopback;
            _sink.Take(
                new BaselineFact
                {
                    Kind = BaselineKind.WpadAnswer,
                    Key = seen.Text(fact.Name),
                    Value = address.IsUnspecified ? DeniedOctets : address,
                    By = by,
                    Client = client,
                    LeadsTo = isSinkhole ? default : address,
                },
                in seen.At);
        }
    }

    private static ReadOnlySpan<byte> DeniedOctets => "no such name"u8;

    // An owner answers for its own name with its own address; a server of names answers for those of others.
    private void TakeOwner(in Observed<NameAnswered> seen)
    {
        ref readonly var fact = ref seen.Fact;
        if (fact.IsNegative || fact.IsWait || fact.IsGroup || fact.Type is not (TypeA or TypeAaaa or TypeAny or TypeNetBios))
            return;
        if (fact.Protocol == NameProtocol.Nbns && (fact.Flags & RecursionAvailable) != 0)
        {
            Take(BaselineKind.Wins, new Plan { Server = seen.At.Source, By = HostAt(in seen.At, seen.At.Source), Client = seen.At.Destination.StableHash() }, default, in seen.At);
            return;
        }
        foreach (var address in seen.Addresses(fact.Addresses))
        {
            if (address == seen.At.Source)
            {
                TakeOwner(seen.Text(fact.Name), in seen.At);
                return;
            }
        }
    }

    private void TakeOwner(ReadOnlySpan<byte> name, in Sighting at)
    {
        var label = NameStem.FirstLabel(name);
        if (at.InTunnel || at.SourceMac.IsNone || label.IsEmpty || NameStem.IsWpad(name) || label.Length > 63)
            return;
        Span<byte> lower = stackalloc byte[64];
        if (Ascii.ToLower(label, lower, out var written) != System.Buffers.OperationStatus.Done)
            return;
        _sink.Take(
            new BaselineFact
            {
                Kind = BaselineKind.NameOwner,
                Key = (ReadOnlySpan<byte>)lower[..written],
                Value = at.SourceMac,
                By = _context.LinkSender(in at),
                Client = at.Destination.IsMulticast || at.Destination.IsBroadcast ? 0 : at.Destination.StableHash(),
            },
            in at);
    }
}
