using System.Collections.Immutable;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;

namespace Sensor.Detection.Detectors;

/// <summary>
/// What the three detectors of answers for `wpad` on the link have in common: nobody but a host the operator named has reason to answer,
/// so every positive answer of anybody else is a lure.
/// </summary>
internal sealed class LocalWpadAnswer(DetectionContext context, DetectorInfo info, NameProtocol protocol, string service) : IObserve<NameAnswered>
{
    /// <summary>Trusted WINS servers that denied the name: a site has two.</summary>
    private const int DenialCapacity = 64;

    private const ushort TypeNodeStatus = 0x21;
    private const int DnsAnswerRaceSid = 1105, NamePoisonerSid = 1106, ArpSpoofingSid = 1601;

    private readonly RecentTable<(int Segment, IpAddress Server), bool> _denials = new(DenialCapacity);

    /// <summary>Subscribes to answers for `wpad` by its protocol.</summary>
    public void Subscribe(ObservationBus bus) => bus.Subscribe(this, NameTopics.Wpad & NameTopics.Of(protocol));

    /// <inheritdoc/>
    public void Observe(in Observed<NameAnswered> seen)
    {
        ref readonly var fact = ref seen.Fact;
        if (fact.IsWait)
            return;
        if (fact.IsNegative)
        {
            if (IsTrustedServer(in seen.At))
                _denials.Set((seen.At.Segment, seen.At.Source), true);
            return;
        }
        var addresses = seen.Addresses(fact.Addresses);
        if (!Claims(in fact, addresses) || IsTrusted(in seen.At, addresses))
            return;
        ref readonly var paired = ref context.Questions.Current;
        var suspect = IsTrustedServer(in seen.At) && !addresses.IsEmpty
            ? context.Hosts.Of(seen.At.Segment, addresses[0], seen.At.TimestampNs) : SuspectOf(in seen.At);
        var victim = VictimOf(in seen.At, in paired);
        // A prober asks for its own name before it announces it (RFC 6762 section 8.1): nobody was answered yet.
        if (victim == suspect)
            victim = null;
        var confidence = BearsAnotherName(in seen) ? Confidence.Certain : ConfidenceIn(suspect);
        var key = new FindingKey(info.Sid, suspect.Id, victim?.Id ?? 0, fact.NameHash);
        if (!context.Incidents.CountRepeat(in key, info.Severity, confidence, in seen.At))
            context.Incidents.Raise(Compose(in seen, suspect, victim, confidence));
    }

    // No address and no other name: nothing is claimed (TXT reservations). A lifetime of 0 in mDNS takes a claim back.
    private bool Claims(ref readonly NameAnswered fact, ReadOnlySpan<IpAddress> addresses) =>
        (!addresses.IsEmpty || !fact.Target.IsEmpty) && fact.Type != TypeNodeStatus && !(protocol == NameProtocol.Mdns && fact.Ttl == 0)
        && !OnlySinkholes(addresses);

    private static bool OnlySinkholes(ReadOnlySpan<IpAddress> addresses)
    {
        foreach (var address in addresses)
        {
            if (!address.IsUnspecified && !address.IsLoopback)
                return false;
        }
        return !addresses.IsEmpty;
    }

    private bool IsTrusted(ref readonly Sighting at, ReadOnlySpan<IpAddress> addresses)
    {
        var vlan = context.VlanOf(at.Segment);
        var leadsToTrusted = !addresses.IsEmpty;
        foreach (var address in addresses)
            leadsToTrusted &= context.Trust.IsWpadHost(vlan, address);
        if (leadsToTrusted)
            return true;
        // A WINS server is trusted to pass on what hosts registered; it does not make every host that registered wpad a trusted one.
        return IsTrustedServer(in at) && !context.Trust.KnowsWpadHosts(vlan) && !_denials.Contains((at.Segment, at.Source));
    }

    private bool IsTrustedServer(ref readonly Sighting at) =>
        protocol == NameProtocol.Nbns && context.Trust.IsWinsServer(context.VlanOf(at.Segment), at.Source) && !IsSpoofed(in at);

    // Somebody else's address on an own packet: the address alone then proves nothing.
    private bool IsSpoofed(ref readonly Sighting at)
    {
        var binding = context.Hosts.BindingOf(at.Segment, at.Source);
        return binding.IsKnown && !at.SourceMac.IsNone && binding.Mac != at.SourceMac && !context.Hosts.IsRouterMac(at.Segment, at.SourceMac);
    }

    // LLMNR and mDNS never cross a router, whatever their source address says; NetBIOS may (WINS).
    private Host SuspectOf(ref readonly Sighting at) =>
        protocol == NameProtocol.Nbns || at.SourceMac.IsNone || at.InTunnel
            ? context.Hosts.SenderOf(in at)
            : context.Hosts.Of(at.Segment, at.SourceMac, at.TimestampNs);

    private Host? VictimOf(ref readonly Sighting at, in PairedAnswer paired) =>
        paired.HasQuestion ? context.Hosts.SenderOf(in paired.Question) : context.Hosts.ReceiverOf(in at);

    // No honest responder gives a record of another name; a poisoner with a fixed answer name does.
    private static bool BearsAnotherName(in Observed<NameAnswered> seen) =>
        !seen.Fact.OtherOwner.IsEmpty && !NameStem.IsWpad(seen.Text(seen.Fact.OtherOwner));

    private Confidence ConfidenceIn(Host suspect)
    {
        // The same host lies about other things too: then there is no benign reading left.
        var incident = context.Incidents.About(suspect);
        var isLiar = incident is not null
            && (incident.HasFrom(NamePoisonerSid, Confidence.Likely) || incident.HasFrom(DnsAnswerRaceSid, Confidence.Likely)
                || incident.HasFrom(ArpSpoofingSid, Confidence.Likely));
        return isLiar ? Confidence.Certain : Confidence.Likely;
    }

    private Finding Compose(in Observed<NameAnswered> seen, Host suspect, Host? victim, Confidence confidence)
    {
        ref readonly var paired = ref context.Questions.Current;
        var name = WireText.Printable(seen.Text(seen.Fact.Name));
        var leads = LeadsTo(in seen);
        var borne = BearsAnotherName(in seen)
            ? $" Its record bears another name, \"{WireText.Printable(seen.Text(seen.Fact.OtherOwner))}\", as no honest answer does." : "";
        var asked = victim is null ? "" : paired.HasQuestion ? $" {victim} had asked for it." : $" The answer went to {victim}.";
        return new Finding
        {
            Detector = info,
            Severity = info.Severity,
            Confidence = confidence,
            Suspect = suspect,
            Victim = victim,
            Subject = seen.Fact.NameHash,
            At = seen.At,
            Frames = PairedFrames.Of(in paired, in seen.At),
            Summary = $"{(IsTrustedServer(in seen.At) ? $"The trusted server {seen.At.Source}" : suspect.ToString())} answered by {service} that \"{name}\" is {leads}.{asked}{borne}",
            RefutedBy = $"{suspect} is a host of yours that is meant to serve proxy configuration: then list {leads} under Trust:WpadHosts.",
            NextSteps =
            [
                $"Find and isolate {suspect}: look up {MacOf(suspect, in seen.At)} in the switch's address table.",
                victim is null
                    ? $"Look for hosts that fetched http://{leads}/wpad.dat."
                    : $"On {victim} look for a request for /wpad.dat to {leads} and for NTLM logins to it right after {PacketClock.Of(seen.At.TimestampNs)}.",
                "Change the passwords of users who were logged in on the victims if a login followed.",
            ],
            Metadata = MetadataOf(in seen, name, leads),
        };
    }

    private static string LeadsTo(in Observed<NameAnswered> seen)
    {
        var addresses = seen.Addresses(seen.Fact.Addresses);
        return addresses.IsEmpty ? WireText.Printable(seen.Text(seen.Fact.Target)) : addresses[0].ToString();
    }

    private static string MacOf(Host suspect, in Sighting at) =>
        suspect.Macs.Count > 0 ? suspect.Macs[0].ToString() : at.SourceMac.IsNone ? "its address" : at.SourceMac.ToString();

    private static ImmutableArray<KeyValuePair<string, string>> MetadataOf(in Observed<NameAnswered> seen, string name, string leads)
    {
        var metadata = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        metadata.Add(new("name", name));
        metadata.Add(new("answer", leads));
        metadata.Add(new("record_ttl", seen.Fact.Ttl.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        if (!seen.Fact.OtherOwner.IsEmpty)
            metadata.Add(new("answered_as", WireText.Printable(seen.Text(seen.Fact.OtherOwner))));
        return metadata.ToImmutable();
    }
}
