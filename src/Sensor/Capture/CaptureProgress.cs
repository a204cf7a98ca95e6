namespace Sensor.Capture;

/// <summary>How far reading has come; a consistent enough picture for a progress bar, taken from any thread.</summary>
/// <param name="OctetsRead">Octets consumed of the input as it lies on disk (compressed octets of compressed files).</param>
/// <param name="OctetsTotal">Octets of all files; 0 when unknown because standard input or a pipe is among them.</param>
/// <param name="FramesRead">Frames read so far, filtered ones included.</param>
/// <param name="FileIndex">Index of the file being read (<see cref="Sensor.Core.Frames.FrameRecord.Origin"/>).</param>
public readonly record struct CaptureProgress(long OctetsRead, long OctetsTotal, long FramesRead, int FileIndex);
