using Sensor.Core.Frames;
using Sensor.Core.Observations;

namespace Sensor.Core.Analyzers;

/// <summary>Looks at one datagram (or ARP/ICMP message) and writes the facts it shows to the log. Stateless.</summary>
public delegate Verdict DatagramAnalyzer(in PacketContext packet, ObservationLog log);

/// <summary>
/// The octets of a TCP stream that carries length-prefixed or self-delimiting messages of a protocol whose datagrams are analysed too
/// (DNS and LLMNR over TCP): one whole message without its prefix.
/// </summary>
public delegate Verdict MessageAnalyzer(ReadOnlySpan<byte> message, in Sighting at, ObservationLog log);
