using System.Text;
using Sensor.Configuration;

namespace Sensor.Output.Delivery.Transports;

/// <summary>The secret messages are signed with: from a file or the environment, never from the configuration itself, never shown.</summary>
internal static class WebhookSecret
{
    private const int Least = 16, Most = 4096;

    /// <summary>The secret, white space at its ends taken off; null where messages go unsigned.</summary>
    /// <exception cref="IOException">It cannot be read, or is none.</exception>
    public static byte[]? Read(TargetSettings target)
    {
        if (target.SecretFile.Length == 0 && target.SecretVariable.Length == 0)
            return null;
        var text = target.SecretFile.Length > 0
            ? File.ReadAllText(target.SecretFile)
            : Environment.GetEnvironmentVariable(target.SecretVariable) ?? throw new IOException($"there is no environment variable {target.SecretVariable}");
        text = text.Trim();
        return text.Length is >= Least and <= Most ? Encoding.UTF8.GetBytes(text)
            : throw new IOException($"the secret must have {Least} to {Most} characters");
    }
}
