using System.Buffers.Binary;
using System.Text;
using Sensor.Core.Frames;

namespace Sensor.Capture;

/// <summary>
/// Writes pcapng (draft-ietf-opsawg-pcapng), little-endian, one section: interfaces with their own link type and a clock of nanoseconds,
/// enhanced packet blocks with comments. Nothing of the machine or the moment is written, so the same frames give the same octets.
/// <code>
///  every block      type | total length | body … | total length again; options: code, length, value padded to 4 … end of options
///  section header   byte-order magic | version 1.0 | section length (unknown: -1) | options
///  interface        link type | reserved | snap length (0: all) | options
///  enhanced packet  interface | time, high | time, low | captured length | original length | data padded to 4 | options
/// </code>
/// </summary>
internal sealed class PcapNgWriter : IDisposable
{
    private const uint SectionHeader = 0x0A0D0D0A, ByteOrderMagic = 0x1A2B3C4D, InterfaceBlock = 1, EnhancedPacket = 6;
    private const ushort EndOfOptions = 0, Comment = 1, InterfaceName = 2, UserApplication = 4, TimeResolution = 9;
    private const byte Nanoseconds = 9;

    /// <summary>Octets a comment may have: the length of an option has 16 bits.</summary>
    private const int MostComment = 65_532;

    private readonly Stream _output;
    private readonly MemoryStream _block = new(2048);
    private int _interfaces;

    /// <summary>Begins the file in <paramref name="output"/>, which stays the caller's.</summary>
    internal PcapNgWriter(Stream output, string application)
    {
        _output = output;
        U32(ByteOrderMagic);
        U16(1);
        U16(0);
        U32(uint.MaxValue);
        U32(uint.MaxValue);
        Option(UserApplication, application);
        Options();
        EndBlock(SectionHeader);
    }

    /// <summary>Describes an interface and returns its number.</summary>
    internal int AddInterface(string name, ushort linkType)
    {
        U16(linkType);
        U16(0);
        U32(0);
        Option(InterfaceName, name);
        U16(TimeResolution);
        U16(1);
        _block.WriteByte(Nanoseconds);
        Pad();
        Options();
        EndBlock(InterfaceBlock);
        return _interfaces++;
    }

    /// <summary>Writes a frame of interface <paramref name="number"/> with a comment, unless that is empty.</summary>
    internal void Write(int number, in FrameRecord frame, ReadOnlySpan<byte> octets, string comment)
    {
        U32((uint)number);
        U32((uint)(frame.TimestampNs >> 32));
        U32((uint)frame.TimestampNs);
        U32((uint)octets.Length);
        U32((uint)Math.Max(frame.OriginalLength, octets.Length));
        _block.Write(octets);
        Pad();
        if (comment.Length > 0)
        {
            Option(Comment, comment);
            Options();
        }
        EndBlock(EnhancedPacket);
    }

    /// <inheritdoc/>
    public void Dispose() => _block.Dispose();

    private void Option(ushort code, string text)
    {
        var octets = Encoding.UTF8.GetBytes(text).AsSpan();
        if (octets.Length > MostComment)
            octets = octets[..MostComment];
        U16(code);
        U16((ushort)octets.Length);
        _block.Write(octets);
        Pad();
    }

    private void Options()
    {
        U16(EndOfOptions);
        U16(0);
    }

    private void EndBlock(uint type)
    {
        const int Frame = 12;
        Span<byte> word = stackalloc byte[2 * sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(word, type);
        BinaryPrimitives.WriteUInt32LittleEndian(word[4..], (uint)_block.Length + Frame);
        _output.Write(word);
        _output.Write(_block.GetBuffer().AsSpan(0, (int)_block.Length));
        _output.Write(word[4..]);
        _block.SetLength(0);
    }

    private void Pad()
    {
        while (_block.Length % 4 != 0)
            _block.WriteByte(0);
    }

    private void U16(ushort value)
    {
        Span<byte> octets = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(octets, value);
        _block.Write(octets);
    }

    private void U32(uint value)
    {
        Span<byte> octets = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(octets, value);
        _block.Write(octets);
    }
}
