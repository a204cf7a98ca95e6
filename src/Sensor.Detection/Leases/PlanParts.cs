namespace Sensor.Detection.Leases;

/// <summary>The parts of an address plan that steer a client's traffic. Flags.</summary>
[Flags]
public enum PlanParts : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Default routers (DHCPv4 option 3).</summary>
    Routers = 1,

    /// <summary>DNS servers (option 6, DHCPv6 option 23).</summary>
    Dns = 2,

    /// <summary>The domain (option 15).</summary>
    Domain = 4,

    /// <summary>The search list (option 119, DHCPv6 option 24).</summary>
    SearchList = 8,

    /// <summary>WINS servers (option 44).</summary>
    Wins = 16,

    /// <summary>The proxy configuration URL (option 252).</summary>
    Wpad = 32,
}
