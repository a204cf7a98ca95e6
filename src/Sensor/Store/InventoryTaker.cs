using System.Globalization;
using Sensor.Core.Frames;
using Sensor.Detection;
using Sensor.Detection.Hosts;
using Sensor.Detection.Pac;

namespace Sensor.Store;

/// <summary>
/// Takes what is known of the network as rows, a part with every snapshot: detection waits meanwhile, and a full host table has 65,536 entries.
/// The tables are for whoever looks into the store; a restart takes up the snapshot. On the detection thread.
/// </summary>
internal sealed class InventoryTaker
{
    /// <summary>Hosts of one part: some milliseconds. A network of so many is up to date with every snapshot.</summary>
    public const int HostsAtOnce = 4096;

    /// <summary>Hosts that could be lured, those seen last: more are a list nobody works off, and all are in the snapshot.</summary>
    public const int MostExposed = 8192;

    /// <summary>Joining who is exposed looks at everything that is known of it: not with every snapshot.</summary>
    private const int ExposureEvery = 10;

    private readonly Dictionary<int, string> _segments = [];
    private long _afterId, _pacsUpToNs = long.MinValue;
    private int _turn;

    /// <summary>The next part.</summary>
    public InventoryRows Take(DetectionEngine detection)
    {
        var hosts = new List<HostRow>();
        foreach (var host in detection.Hosts.All)
        {
            if (host.Id <= _afterId)
                continue;
            if (hosts.Count == HostsAtOnce)
                break;
            hosts.Add(RowOf(host, detection.Segments));
        }
        var isLast = hosts.Count < HostsAtOnce;
        var (after, upTo) = (_afterId, isLast ? long.MaxValue : hosts.Max(static host => (long)host.Id));
        _afterId = isLast ? 0 : upTo;
        return new InventoryRows(after, upTo, hosts, _turn++ % ExposureEvery == 0 ? Exposure(detection) : null, Pacs(detection.Pacs));
    }

    private HostRow RowOf(Host host, SegmentTable segments) => new(
        host.Id, SegmentOf(host.Segment, segments), string.Join(' ', host.Macs), string.Join(' ', host.Addresses), string.Join(' ', host.Names),
        (long)host.Roles, host.FirstSeenNs, host.LastSeenNs);

    private List<ExposureRow> Exposure(DetectionEngine detection) =>
    [
        .. detection.Exposure.All.OrderByDescending(static exposed => exposed.LastSeenNs).Take(MostExposed).Select(exposed => new ExposureRow(
            SegmentOf(exposed.Host.Segment, detection.Segments), exposed.Host.ToString(), (long)exposed.Kinds, exposed.LastWpadNs,
            exposed.LastUpdateNs, exposed.LastPollNs, exposed.LastSeenNs)),
    ];

    private List<PacRow> Pacs(PacLibrary library)
    {
        var rows = new List<PacRow>();
        var newest = _pacsUpToNs;
        foreach (var file in library.Files)
        {
            // Equal times are written twice rather than never.
            if (file.LastSeenNs < _pacsUpToNs)
                continue;
            newest = Math.Max(newest, file.LastSeenNs);
            rows.Add(new PacRow(
                file.Fingerprint.Sha256, file.Length, file.FirstSeenNs, file.LastSeenNs, file.TimesServed, string.Join(' ', file.Urls),
                string.Join(' ', file.Servers), file.Body));
        }
        _pacsUpToNs = newest;
        return rows;
    }

    /// <summary>"" for the untagged wire, "20" or "20.30" for VLANs, "vxlan:5001" for an overlay, both apart by a slash.</summary>
    private string SegmentOf(int number, SegmentTable segments)
    {
        if (_segments.TryGetValue(number, out var text))
            return text;
        var key = segments.Describe(number);
        var vlans = string.Join('.', new[] { key.Vlan1, key.Vlan2, key.Vlan3 }.Where(static vlan => vlan != 0)
            .Select(static vlan => vlan.ToString(CultureInfo.InvariantCulture)));
        var overlay = key.Overlay == OverlayKind.None ? ""
            : string.Create(CultureInfo.InvariantCulture, $"{key.Overlay.ToString().ToLowerInvariant()}:{key.OverlayId}");
        return _segments[number] = vlans.Length > 0 && overlay.Length > 0 ? $"{vlans}/{overlay}" : vlans + overlay;
    }
}
