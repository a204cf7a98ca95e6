namespace Sensor.Capture.Live;

/// <summary>Which library takes the frames.</summary>
public enum LiveSourceKind : byte
{
    /// <summary>AF_PACKET where there is such a thing, else libpcap.</summary>
    Auto,

    /// <summary>Linux packet sockets with rings in shared memory (packet(7), TPACKET_V3).</summary>
    AfPacket,

    /// <summary>libpcap or Npcap, on every platform.</summary>
    Pcap,
}
