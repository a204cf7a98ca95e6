using Sensor.Core.Observations;
using Sensor.Detection;
using Sensor.Detection.Incidents;
using Sensor.Detection.Pac;
using Sensor.Detection.Updates;

namespace Sensor.Evidence;

/// <summary>
/// What findings only name and the report and the evidence folder show: proxy configurations, payloads, certificate chains; and where
/// secrets are. Gathered while one world is read. It subscribes after the detectors and changes nothing for them.
/// </summary>
internal sealed class CaseContents
{
    private readonly DetectionEngine _detection;

    /// <summary>Listens to <paramref name="detection"/>.</summary>
    public CaseContents(DetectionEngine detection)
    {
        _detection = detection;
        Payloads = new PayloadBodies(detection.Payloads);
        detection.Bus.Subscribe<HttpAnswered>(Pacs);
        detection.Bus.Subscribe<TlsAnswered>(Chains);
        detection.Bus.Subscribe<CredentialsShown>(Secrets);
        detection.Payloads.Subscribe(Payloads);
    }

    /// <summary>Bodies of proxy configurations.</summary>
    public PacBodies Pacs { get; } = new();

    /// <summary>Bodies and verdicts of payloads.</summary>
    public PayloadBodies Payloads { get; }

    /// <summary>Chains of TLS servers.</summary>
    public ShownChains Chains { get; } = new();

    /// <summary>Frames that hold credentials.</summary>
    public SecretFrames Secrets { get; } = new();

    /// <summary>What update hosts are expected to show.</summary>
    public UpdatePolicy Updates => _detection.Updates;

    /// <summary>What was found out about the proxy configuration with this SHA-256, or null.</summary>
    public PacFile? Pac(string sha256) => _detection.Pacs.Find(sha256);

    /// <summary>A finding was made.</summary>
    public void Name(Finding finding) => Payloads.Name(finding);
}
