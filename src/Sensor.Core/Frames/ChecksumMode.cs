namespace Sensor.Core.Frames;

/// <summary>What to do about wrong checksums (-k).</summary>
public enum ChecksumMode : byte
{
    /// <summary>IP header checksums are counted when wrong, packets are used all the same.</summary>
    None,

    /// <summary>Packets with a wrong IP or transport checksum are left out.</summary>
    All,
}
