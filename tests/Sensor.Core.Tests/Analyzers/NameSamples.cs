namespace Sensor.Core.Tests.Analyzers;

/// <summary>Messages of the name services as they are met on real networks, written octet by octet.</summary>
internal static class NameSamples
{
    // 'WPAD' padded to 15, suffix 00: four encoded letters, eleven spaces, "AA".
    private const string EncodedWpad = "20 'FHFAEBEECACACACACACACACACACACAAA' 00";

    public static readonly byte[] DnsQueryWithEdns = AnnotatedHex.Read("""
        12 34 01 20 00 01 00 00 00 00 00 01         ; id, RD AD, 1 question, 1 additional
        04 'WpAd' 04 'corp' 07 'example' 00 00 01 00 01
        00 00 29 10 00 00 00 00 00 00 00             ; OPT, 4096 octets
        """);

    public static readonly byte[] DnsAliasAnswer = AnnotatedHex.Read("""
        12 34 81 80 00 01 00 03 00 00 00 01
        04 'wpad' 04 'corp' 07 'example' 00 00 01 00 01
        C0 0C 00 05 00 01 00 00 0E 10 00 08 05 'proxy' C0 11         ; CNAME proxy.corp.example, TTL 3600
        C0 2F 00 01 00 01 00 00 00 3C 00 04 0A 00 00 05              ; A, TTL 60, owner is the alias' target
        C0 2F 00 01 00 01 00 00 00 3C 00 04 0A 00 00 06
        00 00 29 04 D0 00 00 00 00 00 00
        """);

    public static readonly byte[] DnsNoSuchName = AnnotatedHex.Read("""
        12 34 81 83 00 01 00 00 00 01 00 00
        04 'wpad' 04 'corp' 00 00 1C 00 01
        C0 11 00 06 00 01 00 00 03 84 00 18 C0 11 C0 11 00 00 00 01 00 00 00 02 00 00 00 03 00 00 00 04 00 00 00 05
        """);

    public static readonly byte[] DnsUpdate = AnnotatedHex.Read("""
        BE EF 28 00 00 01 00 01 00 04 00 00         ; opcode 5: zone, 1 prerequisite, 4 updates
        04 'corp' 00 00 06 00 01
        04 'wpad' C0 0C 00 FF 00 FE 00 00 00 00 00 00              ; prerequisite: name is not in use (class NONE)
        C0 16 00 FF 00 FF 00 00 00 00 00 00                        ; delete all of wpad.corp
        C0 16 00 01 00 01 00 00 02 58 00 04 0A 00 00 42            ; add A 10.0.0.66
        C0 16 00 01 00 01 00 00 02 58 00 04 0A 00 00 43            ; add A 10.0.0.67
        01 '*' C0 0C 00 05 00 01 00 00 02 58 00 02 C0 16           ; add CNAME *.corp -> wpad.corp
        """);

    public static readonly byte[] HttpsHints = AnnotatedHex.Read("""
        00 01 81 80 00 01 00 01 00 00 00 00
        01 'a' 00 00 41 00 01
        C0 0C 00 41 00 01 00 00 00 3C 00 2A 00 01 00              ; HTTPS, priority 1, target .
        00 01 00 03 02 'h2'                                        ; alpn
        00 04 00 08 0A 00 00 01 0A 00 00 02                        ; ipv4hint
        00 06 00 10 20 01 0D B8 11*00 01                           ; ipv6hint
        """);

    public static readonly byte[] LlmnrQuery = AnnotatedHex.Read("""
        8A 1F 00 00 00 01 00 00 00 00 00 00 04 'wpad' 00 00 01 00 01
        """);

    public static readonly byte[] LlmnrPoison = AnnotatedHex.Read("""
        8A 1F 80 00 00 01 00 01 00 00 00 00 04 'wpad' 00 00 01 00 01
        04 'wpad' 00 00 01 00 01 00 00 00 1E 00 04 C0 A8 38 66     ; the name written twice, TTL 30
        """);

    public static readonly byte[] LlmnrOtherOwner = AnnotatedHex.Read("""
        8A 1F 80 00 00 01 00 01 00 00 00 00 04 'srv1' 00 00 01 00 01
        05 'other' 00 00 01 00 01 00 00 00 1E 00 04 C0 A8 38 66
        """);

    public static readonly byte[] MdnsPoison = AnnotatedHex.Read("""
        00 00 84 00 00 00 00 01 00 00 00 00
        04 'wpad' 05 'local' 00 00 01 00 01 00 00 00 78 00 04 C0 A8 38 66   ; no cache-flush bit
        """);

    public static readonly byte[] MdnsQuestions = AnnotatedHex.Read("""
        00 00 00 00 00 02 00 01 00 00 00 00
        05 '_http' 04 '_tcp' 05 'local' 00 00 0C 80 01             ; PTR, QU
        04 'host' C0 17 00 1C 00 01                                ; AAAA, QM
        C0 0C 00 0C 00 01 00 00 11 94 00 07 04 'Desk' C0 0C        ; known answer
        """);

    public static readonly byte[] MdnsProbe = AnnotatedHex.Read("""
        00 00 00 00 00 01 00 00 00 02 00 00
        04 'wpad' 05 'local' 00 00 FF 80 01
        C0 0C 00 01 00 01 00 00 00 78 00 04 0A 00 00 07
        C0 0C 00 1C 00 01 00 00 00 78 00 10 FE 80 13*00 07
        """);

    public static readonly byte[] MdnsAnnouncement = AnnotatedHex.Read("""
        00 00 84 00 00 00 00 03 00 00 00 03
        04 'DESK' 05 'local' 00 00 01 80 01 00 00 00 78 00 04 0A 00 00 07     ; Avahi: own addresses
        C0 0C 00 1C 80 01 00 00 00 78 00 10 FE 80 13*00 07
        04 '_ssh' 04 '_tcp' C0 11 00 0C 00 01 00 00 11 94 00 0E 0B 'My desk. é' C0 42
        C0 58 00 21 80 01 00 00 00 78 00 08 00 00 00 00 00 16 C0 0C           ; SRV
        C0 58 00 10 80 01 00 00 11 94 00 01 00                                ; TXT
        C0 0C 00 2F 80 01 00 00 00 78 00 05 C0 0C 00 01 40                    ; NSEC
        """);

    public static readonly byte[] MdnsGoodbye = AnnotatedHex.Read("""
        00 00 84 00 00 00 00 01 00 00 00 00
        04 'desk' 05 'local' 00 00 01 80 01 00 00 00 00 00 04 0A 00 00 07
        """);

    public static readonly byte[] NbnsQuery = AnnotatedHex.Read($"""
        9C 40 01 10 00 01 00 00 00 00 00 00 {EncodedWpad} 00 20 00 01   ; RD, broadcast
        """);

    public static readonly byte[] NbnsPoison = AnnotatedHex.Read($"""
        9C 40 85 00 00 00 00 01 00 00 00 00 {EncodedWpad} 00 20 00 01 00 04 93 E0 00 06 00 00 C0 A8 38 66
        """);

    public static readonly byte[] NbnsNegative = AnnotatedHex.Read($"""
        9C 40 85 83 00 00 00 01 00 00 00 00 {EncodedWpad} 00 0A 00 01 00 00 00 00 00 00
        """);

    public static readonly byte[] NbnsRegistration = AnnotatedHex.Read("""
        0D 3B 29 10 00 01 00 00 00 00 00 01                              ; nmbd: opcode 5, RD, broadcast
        20 'FHEPFCELEHFCEPFFFACACACACACACABO' 00 00 20 00 01              ; WORKGROUP 1E
        C0 0C 00 20 00 01 00 03 F4 80 00 06 E0 00 0A 00 00 09            ; group, H node, 10.0.0.9
        4*00                                                             ; padding
        """);

    public static readonly byte[] NbnsAccepted = AnnotatedHex.Read("""
        0D 3B AD 80 00 00 00 01 00 00 00 00
        20 'FHFAEBEECOCACACACACACACACACACAAA' 00 00 20 00 01 00 03 F4 80 00 06 60 00 0A 00 00 09   ; 'WPAD.' accepted by WINS
        """);

    public static readonly byte[] NbnsWait = AnnotatedHex.Read($"""
        0D 3B BC 00 00 00 00 01 00 00 00 00 {EncodedWpad} 00 20 00 01 00 00 00 02 00 02 29 10
        """);

    public static readonly byte[] NbnsScopedRelease = AnnotatedHex.Read("""
        0D 3C 30 10 00 01 00 00 00 00 00 01
        20 'FHFAEBEECACACACACACACACACACACACA' 07 'NETBIOS' 03 'COM' 00 00 20 00 01     ; suffix 20
        C0 0C 00 20 00 01 00 00 00 00 00 06 00 00 0A 00 00 09
        """);

    public static readonly byte[] NbnsStatus = AnnotatedHex.Read("""
        00 50 84 00 00 00 00 01 00 00 00 00
        20 'CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' 00 00 21 00 01 00 00 00 00 00 65
        03
        'GROUP          ' 00 84 00
        'FILES          ' 00 04 00
        'FILES          ' 20 04 00
        00 0C 29 11 22 33 40*00
        """);

    /// <summary>All samples, with the service they belong to.</summary>
    public static IEnumerable<(string Service, byte[] Message)> All =>
    [
        ("dns", DnsQueryWithEdns), ("dns", DnsAliasAnswer), ("dns", DnsNoSuchName), ("dns", DnsUpdate), ("dns", HttpsHints),
        ("llmnr", LlmnrQuery), ("llmnr", LlmnrPoison), ("llmnr", LlmnrOtherOwner),
        ("mdns", MdnsPoison), ("mdns", MdnsQuestions), ("mdns", MdnsProbe), ("mdns", MdnsAnnouncement), ("mdns", MdnsGoodbye),
        ("nbns", NbnsQuery), ("nbns", NbnsPoison), ("nbns", NbnsNegative), ("nbns", NbnsRegistration), ("nbns", NbnsAccepted),
        ("nbns", NbnsWait), ("nbns", NbnsScopedRelease), ("nbns", NbnsStatus),
    ];
}
