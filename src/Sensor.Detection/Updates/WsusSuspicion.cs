using System.Text;
using Sensor.Core.Wire;

namespace Sensor.Detection.Updates;

/// <summary>
/// What in a WSUS server's answer an honest one hardly ever says. A command-line handler alone is weak: updates that a site publishes itself have it.
/// </summary>
/// <param name="Runs">The command line to run, or null.</param>
/// <param name="IsBorrowedTool">Whether the program is one of those that attackers borrow because they are signed and take arguments.</param>
/// <param name="LeavingUrl">A content address that leads neither to the server nor to the vendor, or null.</param>
internal sealed record WsusSuspicion(WsusCommand? Runs, bool IsBorrowedTool, string? LeavingUrl)
{
    private static readonly string[] BorrowedTools = ["psexec", "bginfo", "paexec", "psexesvc", "procdump", "psloggedon", "adexplorer"];

    private static readonly string[] Shells =
        ["cmd", "powershell", "pwsh", "wscript", "cscript", "mshta", "rundll32", "regsvr32", "net user", "net1 ", "localgroup", "certutil", "bitsadmin", "http://", "https://", "\\\\"];

    /// <summary>Whether there is anything.</summary>
    public bool IsAny => Runs is not null || LeavingUrl is not null;

    /// <summary>How many independent signs.</summary>
    public int Signs => (Runs is null ? 0 : IsBorrowedTool ? 2 : 1) + (LeavingUrl is null ? 0 : 1);

    /// <summary>Looks at <paramref name="answer"/> of <paramref name="server"/>, which the client asked as <paramref name="host"/> (with its port, as sent).</summary>
    public static WsusSuspicion Of(WsusAnswer answer, ReadOnlySpan<byte> host, IpAddress server, UpdatePolicy updates)
    {
        WsusCommand? runs = null;
        var isBorrowed = false;
        foreach (var command in answer.Commands)
        {
            if (command.Program.Length == 0)
                continue;
            var isTool = IsBorrowed(command);
            if (runs is null || (isTool && !isBorrowed))
                (runs, isBorrowed) = (command, isTool);
        }
        return new WsusSuspicion(runs, isBorrowed, FindLeaving(answer, host, server, updates));
    }

    private static bool IsBorrowed(WsusCommand command) =>
        Array.Exists(BorrowedTools, tool => command.Program.Contains(tool, StringComparison.OrdinalIgnoreCase))
        || Array.Exists(Shells, shell => command.Arguments.Contains(shell, StringComparison.OrdinalIgnoreCase)
            || command.Program.StartsWith(shell, StringComparison.OrdinalIgnoreCase));

    private static string? FindLeaving(WsusAnswer answer, ReadOnlySpan<byte> host, IpAddress server, UpdatePolicy updates)
    {
        Span<byte> lower = stackalloc byte[256];
        var own = Encoding.ASCII.GetString(UpdateRequest.Normalize(host, lower));
        foreach (var url in answer.ContentUrls)
        {
            if (Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https" && Leaves(parsed, own, server, updates))
                return url;
        }
        return null;
    }

    /// <summary>
    /// An address must be the server's own. A name must be of the same site as the name that was asked, which says nothing where an address was asked.
    /// </summary>
    private static bool Leaves(Uri url, string own, IpAddress server, UpdatePolicy updates)
    {
        if (IpAddress.TryParse(url.Host.AsSpan().Trim("[]"), out var address))
            return address != server;
        var octets = Encoding.ASCII.GetBytes(url.IdnHost);
        if (octets.AsSpan().EndsWith(".microsoft.com"u8) || updates.Catalog.Find(octets) is not null)
            return false;
        var isName = own.Contains('.', StringComparison.Ordinal) && !IpAddress.TryParse(own, out _);
        return isName && url.Host.Contains('.', StringComparison.Ordinal) && SiteOf(url.Host) != SiteOf(own);
    }

    /// <summary>The last two labels.</summary>
    private static string SiteOf(string name)
    {
        var dot = name.LastIndexOf('.');
        return name[(dot <= 0 ? 0 : name.LastIndexOf('.', dot - 1) + 1)..].ToLowerInvariant();
    }
}
