using System.Runtime.InteropServices;

namespace Sensor.Capture.Live;

/// <summary>An instruction of the classic packet filter machine (struct sock_filter of linux/filter.h, struct bpf_insn of libpcap).</summary>
/// <param name="Code">Operation.</param>
/// <param name="True">Instructions to skip when a comparison holds.</param>
/// <param name="False">Instructions to skip when it does not.</param>
/// <param name="Value">The operand.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct BpfInstruction(ushort Code, byte True, byte False, uint Value)
{
    /// <summary>Return the operand: how many octets of the frame are kept.</summary>
    internal const ushort Return = 0x06;

    /// <summary>Jump over as many instructions as the operand says.</summary>
    internal const ushort Jump = 0x05;

    /// <summary>The machine's longest program (BPF_MAXINSNS).</summary>
    internal const int MostInstructions = 4096;
}
