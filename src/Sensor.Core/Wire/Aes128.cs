using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Arm = System.Runtime.Intrinsics.Arm;
using X86 = System.Runtime.Intrinsics.X86;

namespace Sensor.Core.Wire;

/// <summary>
/// AES-128 encryption of single blocks, FIPS 197, on the stack: the keys of QUIC's Initial packets live for one packet, and the platform's classes
/// allocate. Uses the processor's instructions where there are any. Those keys are public, so nobody need care how long a look-up takes.
/// </summary>
internal struct Aes128
{
    /// <summary>Octets of a key and of a block.</summary>
    public const int Size = 16;

    private const int Rounds = 10, Words = Size / 4;

    private static readonly byte[] Substitutes = MakeSubstitutes();

    private RoundKeys _keys;

    /// <summary>Expands a key of 16 octets, FIPS 197 section 5.2.</summary>
    public Aes128(ReadOnlySpan<byte> key)
    {
        Span<uint> words = stackalloc uint[Words * (Rounds + 1)];
        for (var i = 0; i < Words; i++)
            words[i] = BinaryPrimitives.ReadUInt32LittleEndian(key[(4 * i)..]);
        byte constant = 1;
        for (var i = Words; i < words.Length; i += Words)
        {
            words[i] = words[i - Words] ^ Substituted(BitOperations.RotateRight(words[i - 1], 8)) ^ constant;
            words[i + 1] = words[i - 3] ^ words[i];
            words[i + 2] = words[i - 2] ^ words[i + 1];
            words[i + 3] = words[i - 1] ^ words[i + 2];
            constant = Doubled(constant);
        }
        for (var round = 0; round <= Rounds; round++)
        {
            var at = Words * round;
            _keys[round] = Vector128.Create(
                Octets(words[at]), Octets(words[at + 1]), Octets(words[at + 2]), Octets(words[at + 3])).AsByte();
        }

        // A vector's octets lie as in memory, whatever the machine's order is.
        static uint Octets(uint word) => BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
    }

    /// <summary>The block encrypted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector128<byte> Encrypt(Vector128<byte> block)
    {
        if (X86.Aes.IsSupported)
        {
            block = X86.Aes.Encrypt(block ^ _keys[0], _keys[1]);
            block = X86.Aes.Encrypt(block, _keys[2]);
            block = X86.Aes.Encrypt(block, _keys[3]);
            block = X86.Aes.Encrypt(block, _keys[4]);
            block = X86.Aes.Encrypt(block, _keys[5]);
            block = X86.Aes.Encrypt(block, _keys[6]);
            block = X86.Aes.Encrypt(block, _keys[7]);
            block = X86.Aes.Encrypt(block, _keys[8]);
            block = X86.Aes.Encrypt(block, _keys[9]);
            return X86.Aes.EncryptLast(block, _keys[Rounds]);
        }
        if (Arm.Aes.IsSupported)
        {
            for (var round = 0; round < Rounds - 1; round++)
                block = Arm.Aes.MixColumns(Arm.Aes.Encrypt(block, _keys[round]));
            return Arm.Aes.Encrypt(block, _keys[Rounds - 1]) ^ _keys[Rounds];
        }
        return EncryptPlain(block);
    }

    /// <summary>The same without special instructions, FIPS 197 section 5.1.</summary>
    internal readonly Vector128<byte> EncryptPlain(Vector128<byte> block)
    {
        Span<byte> state = stackalloc byte[Size], shifted = stackalloc byte[Size];
        (block ^ _keys[0]).CopyTo(state);
        for (var round = 1; round <= Rounds; round++)
        {
            for (var i = 0; i < Size; i++)
                shifted[i] = Substitutes[state[(i + (4 * (i % 4))) % Size]];
            for (var column = 0; column < Size && round < Rounds; column += 4)
                MixColumn(shifted.Slice(column, 4));
            (Vector128.Create<byte>(shifted) ^ _keys[round]).CopyTo(state);
        }
        return Vector128.Create<byte>(state);
    }

    private static uint Substituted(uint word) => Substitutes[(byte)word] | ((uint)Substitutes[(byte)(word >> 8)] << 8)
        | ((uint)Substitutes[(byte)(word >> 16)] << 16) | ((uint)Substitutes[word >> 24] << 24);

    private static void MixColumn(Span<byte> column)
    {
        var (a, b, c, d) = (column[0], column[1], column[2], column[3]);
        var all = (byte)(a ^ b ^ c ^ d);
        column[0] ^= (byte)(all ^ Doubled((byte)(a ^ b)));
        column[1] ^= (byte)(all ^ Doubled((byte)(b ^ c)));
        column[2] ^= (byte)(all ^ Doubled((byte)(c ^ d)));
        column[3] ^= (byte)(all ^ Doubled((byte)(d ^ a)));
    }

    /// <summary>Multiplied by x modulo x^8 + x^4 + x^3 + x + 1.</summary>
    private static byte Doubled(byte value) => (byte)((value << 1) ^ ((value & 0x80) != 0 ? 0x1B : 0));

    /// <summary>The substitution box, FIPS 197 section 5.1.1: the inverse in the field, then an affine map. 3 generates the field.</summary>
    private static byte[] MakeSubstitutes()
    {
        var box = new byte[256];
        byte power = 1, inverse = 1;
        do
        {
            power = (byte)(power ^ Doubled(power));
            inverse ^= (byte)(inverse << 1);
            inverse ^= (byte)(inverse << 2);
            inverse ^= (byte)(inverse << 4);
            inverse ^= (byte)((inverse & 0x80) != 0 ? 0x09 : 0);
            box[power] = (byte)(0x63 ^ inverse ^ byte.RotateLeft(inverse, 1) ^ byte.RotateLeft(inverse, 2)
                ^ byte.RotateLeft(inverse, 3) ^ byte.RotateLeft(inverse, 4));
        }
        while (power != 1);
        box[0] = 0x63;
        return box;
    }

    [InlineArray(Rounds + 1)]
    private struct RoundKeys
    {
        private Vector128<byte> _first;
    }
}
