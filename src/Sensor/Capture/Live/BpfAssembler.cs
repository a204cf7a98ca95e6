namespace Sensor.Capture.Live;

/// <summary>
/// Puts a program of the packet filter machine together. Comparisons go to labels; a label that is not reached yet may be named. A is the
/// accumulator, X the index register.
/// </summary>
internal sealed class BpfAssembler
{
    private const ushort LoadLength = 0x80, LoadHalf = 0x28, LoadHalfX = 0x48, LoadByteX = 0x50, SetX = 0x01, AToX = 0x07, XToA = 0x87;
    private const ushort Equal = 0x15, GreaterOrEqual = 0x35, Greater = 0x25, AnySet = 0x45, NotBelowX = 0x3d;
    private const ushort And = 0x54, ShiftLeft = 0x64, Plus = 0x04, PlusX = 0x0c, MinusX = 0x1c;

    private readonly List<(ushort Code, uint Value, string? True, string? False)> _steps = [];
    private readonly Dictionary<string, int> _labels = [];

    internal BpfAssembler Label(string name)
    {
        _labels.Add(name, _steps.Count);
        return this;
    }

    /// <summary>A = octets of the frame.</summary>
    internal BpfAssembler FrameLength() => Add(LoadLength, 0);

    /// <summary>A = the 16 bits at <paramref name="offset"/>. A load beyond the frame ends the program with "no": compare lengths before.</summary>
    internal BpfAssembler Half(uint offset) => Add(LoadHalf, offset);

    /// <summary>A = the 16 bits at X + <paramref name="offset"/>.</summary>
    internal BpfAssembler HalfAtX(uint offset) => Add(LoadHalfX, offset);

    /// <summary>A = the octet at X + <paramref name="offset"/>.</summary>
    internal BpfAssembler OctetAtX(uint offset) => Add(LoadByteX, offset);

    internal BpfAssembler X(uint value) => Add(SetX, value);

    internal BpfAssembler XFromA() => Add(AToX, 0);

    internal BpfAssembler AFromX() => Add(XToA, 0);

    internal BpfAssembler Masked(uint bits) => Add(And, bits);

    internal BpfAssembler ShiftedLeft(uint bits) => Add(ShiftLeft, bits);

    internal BpfAssembler Added(uint value) => Add(Plus, value);

    internal BpfAssembler AddedX() => Add(PlusX, 0);

    internal BpfAssembler LessX() => Add(MinusX, 0);

    /// <summary>Goes to <paramref name="there"/> when A is <paramref name="value"/>.</summary>
    internal BpfAssembler If(uint value, string there) => Add(Equal, value, there, null);

    /// <summary>Goes to <paramref name="there"/> unless A is <paramref name="value"/>.</summary>
    internal BpfAssembler Unless(uint value, string there) => Add(Equal, value, null, there);

    /// <summary>Goes to <paramref name="there"/> unless A is at least <paramref name="value"/> (unsigned).</summary>
    internal BpfAssembler UnlessAtLeast(uint value, string there) => Add(GreaterOrEqual, value, null, there);

    /// <summary>Goes to <paramref name="there"/> unless A is at least X.</summary>
    internal BpfAssembler UnlessAtLeastX(string there) => Add(NotBelowX, 0, null, there);

    internal BpfAssembler IfGreater(uint value, string there) => Add(Greater, value, there, null);

    internal BpfAssembler IfAnySet(uint bits, string there) => Add(AnySet, bits, there, null);

    internal BpfAssembler GoTo(string there) => Add(BpfInstruction.Jump, 0, there, null);

    internal BpfAssembler Keep(uint octets) => Add(BpfInstruction.Return, octets);

    internal BpfInstruction[] Build()
    {
        var program = new BpfInstruction[_steps.Count];
        for (var i = 0; i < program.Length; i++)
        {
            var (code, value, whenTrue, whenFalse) = _steps[i];
            program[i] = code == BpfInstruction.Jump
                ? new BpfInstruction(code, 0, 0, (uint)Distance(i, whenTrue))
                : new BpfInstruction(code, checked((byte)Distance(i, whenTrue)), checked((byte)Distance(i, whenFalse)), value);
        }
        return program;
    }

    private int Distance(int from, string? label) => label is null ? 0 : _labels[label] - from - 1;

    private BpfAssembler Add(ushort code, uint value, string? whenTrue = null, string? whenFalse = null)
    {
        _steps.Add((code, value, whenTrue, whenFalse));
        return this;
    }
}
