namespace Sensor.Core.Observations;

/// <summary>
/// Topics of <see cref="NameAsked"/> and <see cref="NameAnswered"/>: protocol, whether the name is `wpad`, whether nothing was claimed. Sets of them are
/// a bit each, to be joined with | and narrowed down with &amp;.
/// </summary>
public static class NameTopics
{
    /// <summary>Unicast DNS.</summary>
    public const uint Dns = 0x1111;

    /// <summary>LLMNR.</summary>
    public const uint Llmnr = Dns << (int)NameProtocol.Llmnr;

    /// <summary>Multicast DNS.</summary>
    public const uint Mdns = Dns << (int)NameProtocol.Mdns;

    /// <summary>NetBIOS.</summary>
    public const uint Nbns = Dns << (int)NameProtocol.Nbns;

    /// <summary>Names whose first label is `wpad`.</summary>
    public const uint Wpad = 0xF0F0;

    /// <summary>Answers that claim something: neither errors nor empty. All questions.</summary>
    public const uint Positive = 0x00FF;

    private const int WpadBit = 4, NegativeBit = 8;

    /// <summary>The sets of one protocol.</summary>
    public static uint Of(NameProtocol protocol) => Dns << (int)protocol;

    internal static int Number(NameProtocol protocol, bool isWpad, bool isNegative) =>
        (int)protocol | (isWpad ? WpadBit : 0) | (isNegative ? NegativeBit : 0);
}
