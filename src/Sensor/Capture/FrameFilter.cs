using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using PacketDotNet;
using Sensor.Core.Frames;
using SharpPcap;
using SharpPcap.LibPcap;

namespace Sensor.Capture;

/// <summary>
/// A capture filter in the language of libpcap (pcap-filter(7)), compiled once for each link type it meets. libpcap is loaded only when
/// there is a filter.
/// </summary>
public sealed class FrameFilter : IDisposable
{
    // An expression may suit some link types only (`wlan type data`): it is wrong when it suits none of these.
    // Ethernet, RAW, Linux SLL, 802.11, 802.11 with radiotap, NULL, PPP.
    private static readonly ushort[] Usual = [1, 101, 113, 105, 127, 0, 9];

    private readonly Dictionary<ushort, BpfProgram?> _programs = [];
    private readonly List<ushort> _unsuited = [];
    private readonly FilterHeader _header = new();

    private FrameFilter(string expression) => Expression = expression;

    /// <summary>The expression as given.</summary>
    public string Expression { get; }

    /// <summary>
    /// Compiles <paramref name="expression"/>; when libpcap is missing or the expression is wrong, <paramref name="error"/> is one clear
    /// line.
    /// </summary>
    public static bool TryCompile(string expression, [NotNullWhen(true)] out FrameFilter? filter, [NotNullWhen(false)] out string? error)
    {
        var candidate = new FrameFilter(expression);
        error = null;
        foreach (var linkType in Usual)
        {
            if (candidate.TryAdd(linkType, out var reason))
            {
                filter = candidate;
                error = null;
                return true;
            }
            error ??= reason;
        }
        candidate.Dispose();
        filter = null;
        error ??= $"filter '{expression}': cannot be compiled";
        return false;
    }

    /// <summary>Takes the frames out of <paramref name="batch"/> that do not match and returns how many.</summary>
    internal int Apply(FrameBatch batch)
    {
        var kept = 0;
        var pin = GCHandle.Alloc(batch.Octets, GCHandleType.Pinned);
        try
        {
            for (var i = 0; i < batch.Count; i++)
            {
                ref readonly var frame = ref batch.Frames[i];
                if (Program(frame.LinkType) is { } program
                    && program.Matches(_header.Of(in frame), pin.AddrOfPinnedObject() + frame.Offset))
                    batch.Frames[kept++] = frame;
            }
        }
        finally
        {
            pin.Free();
        }
        var dropped = batch.Count - kept;
        batch.Count = kept;
        return dropped;
    }

    /// <summary>LINKTYPE_ values met since the last call that the expression cannot be compiled for; their frames are left out.</summary>
    internal ushort[] TakeUnsuited()
    {
        var taken = _unsuited.ToArray();
        _unsuited.Clear();
        return taken;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var program in _programs.Values)
            program?.Dispose();
        _programs.Clear();
        _header.Dispose();
    }

    private BpfProgram? Program(ushort linkType)
    {
        if (_programs.TryGetValue(linkType, out var program) || TryAdd(linkType, out _))
            return program ?? _programs[linkType];
        _unsuited.Add(linkType);
        return _programs[linkType] = null;
    }

    private bool TryAdd(ushort linkType, [NotNullWhen(false)] out string? error)
    {
        error = null;
        try
        {
            _programs[linkType] = BpfProgram.Create((LinkLayers)DataLinkType(linkType), Expression);
            return true;
        }
        catch (PcapException e)
        {
            error = $"filter '{Expression}': {e.Message}";
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or EntryPointNotFoundException)
        {
            error = "a filter (-F) needs libpcap, which is not installed (Debian: apt install libpcap0.8)";
        }
        return false;
    }

    // libpcap compiles for DLT_ values, files hold LINKTYPE_ values. Of those that we read only RAW differs.
    private static int DataLinkType(ushort linkType) => linkType == 101 ? 12 : linkType;

    /// <summary>A pcap_pkthdr outside the managed heap: libpcap wants the lengths of each frame at an address.</summary>
    private sealed class FilterHeader : IDisposable
    {
        private const int Size = 24;

        // struct timeval before it: two C longs, which have 32 bits on Windows.
        private readonly int _capturedAt = OperatingSystem.IsWindows() ? 8 : 2 * IntPtr.Size;
        private IntPtr _memory = Marshal.AllocHGlobal(Size);

        internal FilterHeader() => Marshal.Copy(new byte[Size], 0, _memory, Size);

        public void Dispose()
        {
            Marshal.FreeHGlobal(_memory);
            _memory = IntPtr.Zero;
        }

        internal IntPtr Of(ref readonly FrameRecord frame)
        {
            Marshal.WriteInt32(_memory, _capturedAt, frame.CapturedLength);
            Marshal.WriteInt32(_memory, _capturedAt + sizeof(int), frame.OriginalLength);
            return _memory;
        }
    }
}
