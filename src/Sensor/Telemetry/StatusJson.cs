using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sensor.Telemetry;

/// <summary>The status report as one JSON object: keys in snake_case, made without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true, IncludeFields = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never)]
[JsonSerializable(typeof(StatusReport))]
internal sealed partial class StatusJson : JsonSerializerContext
{
    /// <summary>The report as UTF-8.</summary>
    public static byte[] Write(StatusReport report) => JsonSerializer.SerializeToUtf8Bytes(report, Default.StatusReport);

    /// <summary>Reads what <see cref="Write"/> wrote; null when it is something else.</summary>
    public static StatusReport? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Default.StatusReport);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
