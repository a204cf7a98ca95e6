using System.Globalization;
using System.Runtime.InteropServices;

namespace Sensor.Daemon;

/// <summary>
/// The capabilities of this process (capabilities(7)). A sensor needs CAP_NET_RAW and nothing else, and needs it all the time: interfaces come
/// back. Capabilities belong to threads, and the runtime has started several before the first line of ours runs; so more is given up by
/// narrowing the bounding set and executing the same program once more, after which no thread has ever had it. Linux only.
/// </summary>
internal static class Privileges
{
    /// <summary>CAP_NET_RAW as a bit of a capability set: packet sockets, promiscuous membership and fan-out included.</summary>
    public const ulong NetRaw = 1UL << 13;

    private const string Marker = "SENSOR_CONFINED";
    private const int BoundingRead = 23, BoundingDrop = 24, NoNewPrivileges = 38, Ambient = 47, AmbientRaise = 2, AmbientClear = 4;
    private const int NetRawNumber = 13, HighestKnown = 63;
    private const uint Version3 = 0x20080522;

    /// <summary>The capabilities in effect; null where there are none to speak of.</summary>
    public static ulong? Effective => ReadStatus("CapEff:") is { } text
        && ulong.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var set) ? set : null;

    /// <summary>Whether packet sockets can be opened.</summary>
    public static bool CanCapture => Effective is not { } set || (set & NetRaw) != 0;

    /// <summary>Whether no_new_privs holds for this process.</summary>
    public static bool HasNoNewPrivileges => ReadStatus("NoNewPrivs:") == "1";

    /// <summary>
    /// Gives up everything but CAP_NET_RAW, and the right to ever gain more. Does not return when there was something to give up: the
    /// program starts over, with the same arguments and process id. Returns what to warn of, or null.
    /// </summary>
    public static string? Confine()
    {
        if (!OperatingSystem.IsLinux() || Effective is not { } set)
            return null;
        var isSecondStart = Environment.GetEnvironmentVariable(Marker) is not null;
        Environment.SetEnvironmentVariable(Marker, null);
        if ((set & ~NetRaw) == 0)
        {
            _ = prctl(NoNewPrivileges, 1, 0, 0, 0);
            return null;
        }
        if (isSecondStart)
            return $"runs with more capabilities than it needs ({Describe(set)}): they could not be given up";
        Narrow(set & NetRaw);
        Environment.SetEnvironmentVariable(Marker, "1");
        Execute();
        Environment.SetEnvironmentVariable(Marker, null);
        return $"runs with more capabilities than it needs ({Describe(set)}): the program could not be started anew without them";
    }

    /// <summary>A set of capabilities for people.</summary>
    public static string Describe(ulong set) => set == NetRaw
        ? "CAP_NET_RAW" : string.Create(CultureInfo.InvariantCulture, $"{ulong.PopCount(set)} capabilities, 0x{set:x}");

    private static void Narrow(ulong kept)
    {
        for (var capability = 0; capability <= HighestKnown; capability++)
        {
            if (capability != NetRawNumber && prctl(BoundingRead, (nuint)capability, 0, 0, 0) == 1)
                _ = prctl(BoundingDrop, (nuint)capability, 0, 0, 0);
        }
        _ = prctl(Ambient, AmbientClear, 0, 0, 0);
        // Inheritable and ambient carry it through execve for a user that is not root.
        Set(kept);
        if (kept != 0)
            _ = prctl(Ambient, AmbientRaise, NetRawNumber, 0, 0);
        _ = prctl(NoNewPrivileges, 1, 0, 0, 0);
    }

    private static void Set(ulong set)
    {
        var (low, high) = ((uint)set, (uint)(set >> 32));
        _ = capset([Version3, 0], [low, low, low, high, high, high]);
    }

    private static void Execute()
    {
        try
        {
            var arguments = File.ReadAllText("/proc/self/cmdline").TrimEnd('\0').Split('\0');
            var environment = new List<string>();
            foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
                environment.Add($"{variable.Key}={variable.Value}");
            _ = execve(Marshal.StringToCoTaskMemUTF8("/proc/self/exe"), Pointers(arguments), Pointers(environment));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Without /proc there is nothing to execute; the caller warns.
        }
    }

    private static nint[] Pointers(IReadOnlyList<string> texts)
    {
        var pointers = new nint[texts.Count + 1];
        for (var i = 0; i < texts.Count; i++)
            pointers[i] = Marshal.StringToCoTaskMemUTF8(texts[i]);
        return pointers;
    }

    private static string? ReadStatus(string field)
    {
        try
        {
            foreach (var line in File.ReadLines("/proc/self/status"))
            {
                if (line.StartsWith(field, StringComparison.Ordinal))
                    return line[field.Length..].Trim();
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Not Linux, or /proc is hidden: nothing is known.
        }
        return null;
    }

#pragma warning disable CA1838, CA2101, IDE1006, SYSLIB1054 // Plain C calls with blittable arguments: no code needs to be generated for them.
    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int capset(uint[] header, uint[] data);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int execve(nint path, nint[] arguments, nint[] environment);
#pragma warning restore CA1838, CA2101, IDE1006, SYSLIB1054
}
