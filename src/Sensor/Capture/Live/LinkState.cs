namespace Sensor.Capture.Live;

/// <summary>An interface as the system has it now.</summary>
/// <param name="Index">Its number: a new one when the interface is made anew. 0 where the platform gives none.</param>
/// <param name="IsUp">Switched on, with a carrier.</param>
/// <param name="HardwareType">ARPHRD_ number of linux/if_arp.h: 1 Ethernet, 772 loopback, 65534 none (tun).</param>
/// <param name="Mac">Its own Ethernet address, 48 bits; 0 for none.</param>
/// <param name="Mtu">Most octets of a packet.</param>
internal readonly record struct LinkState(int Index, bool IsUp, int HardwareType, ulong Mac, int Mtu);
