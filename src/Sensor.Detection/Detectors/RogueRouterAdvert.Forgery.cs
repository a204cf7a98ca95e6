using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Detectors;

/// <content>One router address, two MACs.</content>
public sealed partial class RogueRouterAdvert
{
    /// <summary>One router address, two MACs: finds who forges, and says so.</summary>
    private bool TellsForgery(in Observed<RouterAdvertised> seen, AdvertisedRouter router, AdvertisedRouters routers)
    {
        if (router.Mac.IsNone || router.Mac.IsVirtualRouter)
            return false;
        var maker = router.Address.Eui64Mac;
        var other = routers.SameAddress(router);
        if (other is { Mac.IsVirtualRouter: true } or { Mac.IsNone: true })
            return false;
        if (other is null)
        {
            var isMute = seen.Fact.RouterLifetime == 0 && !maker.IsNone && maker != router.Mac && !maker.IsSiblingOf(router.Mac);
            if (isMute)
                AccuseForger(in seen, router, maker, null, Confidence.Likely);
            return isMute;
        }
        var (forger, owner, confidence) = Tell(router, other, maker, seen.At);
        AccuseForger(in seen, forger, owner.Mac, owner, confidence);
        return forger == router;
    }

    private (AdvertisedRouter Forger, AdvertisedRouter Owner, Confidence Confidence) Tell(
        AdvertisedRouter router, AdvertisedRouter other, MacAddress maker, in Sighting at)
    {
        if (router.Mac == maker || other.Mac == maker)
            return router.Mac == maker ? (other, router, Confidence.Certain) : (router, other, Confidence.Certain);
        var binding = _context.Hosts.BindingOf(at.Segment, router.Address);
        if (binding.ByTraffic && binding.IsCurrent(at) && (binding.Mac == router.Mac || binding.Mac == other.Mac))
            return binding.Mac == router.Mac ? (other, router, Confidence.Certain) : (router, other, Confidence.Certain);
        var confidence = router.Mac.IsSiblingOf(other.Mac) ? Confidence.Possible : Confidence.Likely;
        if (router.WasDefault != other.WasDefault)
            return router.WasDefault ? (other, router, confidence) : (router, other, confidence);
        return router.FirstNs > other.FirstNs ? (router, other, confidence) : (other, router, confidence);
    }

    private void AccuseForger(in Observed<RouterAdvertised> seen, AdvertisedRouter forger, MacAddress ownerMac, AdvertisedRouter? owner,
        Confidence confidence)
    {
        var suspect = _context.Hosts.Of(seen.At.Segment, forger.Mac, seen.At.TimestampNs);
        var victim = _context.Hosts.Find(seen.At.Segment, ownerMac);
        if (victim == suspect)
            victim = null;
        var severity = confidence == Confidence.Possible ? Severity.Medium : Severity.High;
        var subject = Judgement.Subject(forger.Address, ForgedIdentity);
        if (_context.Incidents.CountRepeat(new(Info.Sid, suspect.Id, victim?.Id ?? 0, subject), severity, confidence, seen.At))
            return;
        var kills = !forger.WasDefault;
        _context.Incidents.Raise(new Finding
        {
            Detector = Info,
            Severity = severity,
            Confidence = confidence,
            Suspect = suspect,
            Victim = victim,
            Subject = subject,
            At = seen.At,
            Frames = Judgement.InOrder([.. forger.Trail.With(seen.At), .. owner?.Trail.With(seen.At).Take(2) ?? []]),
            Summary = $"{forger.Mac} sent router advertisements in the name of {forger.Address}, which belongs to {ownerMac}"
                + (kills ? ", with lifetime 0: hosts that believe them drop their default router." : "."),
            RefutedBy = $"Both MACs belong to one router (a cluster without a virtual MAC), "
                + $"or a bridge rewrites {ownerMac} to {forger.Mac}.",
            NextSteps =
            [
                $"Find the switch port of {forger.Mac} and shut it.",
                "Look at the clients' IPv6 default route and neighbour cache, and let the true router advertise again.",
                "Turn on RA guard on access ports.",
            ],
            Metadata =
            [
                new("router_address", forger.Address.ToString()), new("forger_mac", forger.Mac.ToString()),
                    new("owner_mac", ownerMac.ToString()),
                new("router_lifetime", ((int)forger.Lifetime).Text()),
            ],
        });
    }
}
