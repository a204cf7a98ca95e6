namespace Sensor.Capture.Live;

/// <summary>An interface as the operator is shown it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsUp">Switched on, with a carrier.</param>
/// <param name="LinkType">What its frames begin with: ethernet, loopback, raw ip, ….</param>
/// <param name="Mac">Its own address, empty without one.</param>
/// <param name="Addresses">Its IP addresses.</param>
/// <param name="SpeedMbits">Megabits a second, 0 where it is not known.</param>
/// <param name="Mtu">Most octets of a packet, 0 where it is not known.</param>
/// <param name="Warnings">What stands against capturing from it, in plain words.</param>
internal sealed record InterfaceDescription(
    string Name, bool IsUp, string LinkType, string Mac, IReadOnlyList<string> Addresses, long SpeedMbits, int Mtu, IReadOnlyList<string> Warnings);
