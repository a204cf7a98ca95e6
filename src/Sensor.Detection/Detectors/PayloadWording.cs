using Sensor.Detection.Authenticode;
using Sensor.Detection.Names;
using Sensor.Detection.Updates;

namespace Sensor.Detection.Detectors;

/// <summary>What findings about payloads tell as metadata.</summary>
internal static class PayloadWording
{
    extension(Payload payload)
    {
        /// <summary>URL, hashes, size, kind and verdict; what is not known is left out.</summary>
        public IEnumerable<KeyValuePair<string, string>> Facts()
        {
            yield return new("payload_url", payload.Url);
            yield return new("payload_kind", payload.Kind.Shown());
            if (payload.Length >= 0)
                yield return new("payload_octets", payload.Length.Text());
            if (payload.Sha256.Length > 0)
                yield return new("payload_sha256", payload.Sha256);
            if (payload.Sha1.Length > 0)
                yield return new("payload_sha1", payload.Sha1);
            yield return new("payload_verdict", payload.Judged);
            if (!payload.Inside.IsEmpty)
                yield return new("payload_files", WireText.Printable(string.Join(", ", payload.Inside.Take(8))));
        }
    }
}
