namespace Sensor.Output.Formats;

/// <summary>An ATT&amp;CK technique with the tactic it serves here.</summary>
/// <param name="Id">"T1557.001".</param>
/// <param name="Name">Its name.</param>
/// <param name="TacticId">"TA0006".</param>
/// <param name="Tactic">The tactic's name.</param>
internal sealed record Technique(string Id, string Name, string TacticId, string Tactic)
{
    private static readonly Technique[] Known =
    [
        new("T1027", "Obfuscated Files or Information", "TA0005", "Defense Evasion"),
        new("T1072", "Software Deployment Tools", "TA0002", "Execution"),
        new("T1090", "Proxy", "TA0011", "Command and Control"),
        new("T1187", "Forced Authentication", "TA0006", "Credential Access"),
        new("T1195", "Supply Chain Compromise", "TA0001", "Initial Access"),
        new("T1195.002", "Compromise Software Supply Chain", "TA0001", "Initial Access"),
        new("T1499", "Endpoint Denial of Service", "TA0040", "Impact"),
        new("T1553", "Subvert Trust Controls", "TA0005", "Defense Evasion"),
        new("T1553.002", "Code Signing", "TA0005", "Defense Evasion"),
        new("T1557", "Adversary-in-the-Middle", "TA0006", "Credential Access"),
        new("T1557.001", "LLMNR/NBT-NS Poisoning and SMB Relay", "TA0006", "Credential Access"),
        new("T1557.002", "ARP Cache Poisoning", "TA0006", "Credential Access"),
        new("T1557.003", "DHCP Spoofing", "TA0006", "Credential Access"),
        new("T1565", "Data Manipulation", "TA0040", "Impact"),
        new("T1590", "Gather Victim Network Information", "TA0043", "Reconnaissance"),
    ];

    /// <summary>All that the detectors name: a test holds the table to it.</summary>
    public static IReadOnlyList<Technique> All => Known;

    /// <summary>The technique itself, or of a sub-technique the one it belongs to: "T1557".</summary>
    public string ParentId => Id.Split('.')[0];

    /// <summary>Whether it is a sub-technique.</summary>
    public bool IsSub => Id.Contains('.', StringComparison.Ordinal);

    /// <summary>Its page.</summary>
    public string Url => $"https://attack.mitre.org/techniques/{Id.Replace('.', '/')}/";

    /// <summary>The technique of <paramref name="id"/>; an unknown one stands with its number alone.</summary>
    public static Technique Of(string id) => Array.Find(Known, technique => technique.Id == id) ?? new Technique(id, id, "", "");
}
