using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Sensor.Core.Wire;

/// <summary>The name that clients look a proxy configuration up by: `wpad`, or `wpad.` and any suffix.</summary>
public static class WpadName
{
    private const uint Wpad = 'w' | ('p' << 8) | ('a' << 16) | ((uint)'d' << 24), CaseBits = 0x20202020;

    /// <summary>Whether the first label of <paramref name="name"/> is `wpad`, in either case.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Is(ReadOnlySpan<byte> name) =>
        name.Length >= 4 && (BinaryPrimitives.ReadUInt32LittleEndian(name) | CaseBits) == Wpad && (name.Length == 4 || name[4] == (byte)'.');
}
