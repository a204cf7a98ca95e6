using System.ComponentModel.DataAnnotations;

namespace Sensor.Probing;

/// <summary>
/// The section "Probing". Nothing is ever sent unless <see cref="Enabled"/> is set and <see cref="Interface"/> names a management interface (or
/// `sensor probe -i` does), and never on an interface that is captured from.
/// </summary>
internal sealed record ProbingSettings
{
    /// <summary>Whether the daemon may send.</summary>
    public bool Enabled { get; set; }

    /// <summary>The management interface everything is sent from.</summary>
    public string Interface { get; set; } = "";

    /// <summary>Most packets a minute, over everything that is asked.</summary>
    [Range(1, 600)]
    public int PacketsPerMinute { get; set; } = 12;

    /// <summary>From one round of canaries to the next; each is drawn from half to one and a half times this.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Name services asked for canaries: llmnr, nbns, mdns.</summary>
    public string[] Canaries { get; set; } = ["llmnr", "nbns", "mdns"];

    /// <summary>Names in this network's style to imitate, beside those that are seen.</summary>
    public string[] NameStyles { get; set; } = [];

    /// <summary>Whether now and then `wpad` itself is asked for.</summary>
    public bool AskWpad { get; set; } = true;

    /// <summary>Whether DHCP servers are asked (DISCOVER and INFORM, DHCPv6 INFORMATION-REQUEST), and routers solicited.</summary>
    public bool AskDhcp { get; set; } = true;

    /// <summary>First three octets of the MACs that DHCP is asked as: "00:15:5d".</summary>
    public string DhcpOui { get; set; } = "00:15:5d";

    /// <summary>Whether resolvers are asked for wpad names, update hosts and a name nobody has, and compared with the wire.</summary>
    public bool AskResolvers { get; set; } = true;

    /// <summary>Resolvers to ask beside the trusted ones, those of the segment and this machine's.</summary>
    public string[] Resolvers { get; set; } = [];

    /// <summary>Domains under which wpad is asked for, beside this machine's.</summary>
    public string[] Domains { get; set; } = [];

    /// <summary>Whether trusted proxy configurations are fetched and compared, and a suspect's is, at most once an hour, to keep it.</summary>
    public bool AskPacs { get; set; } = true;

    /// <summary>
    /// Whether a suspect proxy is asked for an update host to see the certificate that comes through it: it then meets the sensor's own request.
    /// </summary>
    public bool AskProxies { get; set; }

    /// <summary>Whether an open suspicion is checked at once.</summary>
    public bool OnSuspicion { get; set; } = true;
}
