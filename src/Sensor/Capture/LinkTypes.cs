namespace Sensor.Capture;

/// <summary>What the readers need to know of LINKTYPE_ values (tcpdump.org/linktypes.html).</summary>
internal static class LinkTypes
{
    private const ushort Raw = 101;

    // DLT_RAW of Linux and of OpenBSD, which old programs wrote into files where LINKTYPE_RAW belongs.
    private const ushort RawOfLinux = 12, RawOfOpenBsd = 14;

    // USB_LINUX, USB_LINUX_MMAPPED, DBUS, USBPCAP, EBHSCR: transfers of a bus, not frames of a network.
    private static ReadOnlySpan<ushort> Buses => [189, 220, 231, 249, 279];

    /// <summary>The registered value for what a file says.</summary>
    internal static ushort Registered(ushort linkType) => linkType is RawOfLinux or RawOfOpenBsd ? Raw : linkType;

    /// <summary>Octets of the longest record that is believed.</summary>
    internal static int MaxFrameOctets(ushort linkType) =>
        Buses.Contains(linkType) ? CaptureReader.MaxRecordOctets : CaptureReader.MaxFrameOctets;
}
