using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sensor.Output;

/// <summary>
/// Writes JSON objects, one a line, through one reused buffer. Control characters are escaped and what is no text becomes U+FFFD, so a line
/// stays one line whatever came from the wire.
/// </summary>
internal sealed class JsonLine(TextWriter output) : IDisposable
{
    private readonly ArrayBufferWriter<byte> _octets = new(4096);
    private readonly Utf8JsonWriter _json = new(Stream.Null, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    private char[] _characters = new char[4096];

    /// <summary>Begins a line: the caller writes one object to the returned writer and calls <see cref="End"/>.</summary>
    public Utf8JsonWriter Begin()
    {
        _octets.ResetWrittenCount();
        _json.Reset(_octets);
        return _json;
    }

    /// <summary>Ends the line.</summary>
    public void End()
    {
        _json.Flush();
        var octets = _octets.WrittenSpan;
        if (_characters.Length < octets.Length)
            _characters = new char[Math.Max(octets.Length, _characters.Length * 2)];
        var count = Encoding.UTF8.GetChars(octets, _characters);
        output.Write(_characters, 0, count);
        output.Write('\n');
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();
}
