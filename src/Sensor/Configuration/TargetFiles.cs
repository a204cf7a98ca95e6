using System.Globalization;
using System.Security.Cryptography;
using Sensor.Commands;
using Sensor.Output.Delivery;
using Sensor.Output.Delivery.Transports;

namespace Sensor.Configuration;

/// <summary>
/// Finds files and variables of targets that cannot be used, before anything runs: authorities, certificates, keys, secrets, folders.
/// Apart from reading the configuration, because `sensor replay` may use the same file as another user.
/// </summary>
internal static class TargetFiles
{
    /// <summary>Complains about the first that cannot be used.</summary>
    /// <exception cref="CommandException">It names the file of the configuration, the key's path and the reason.</exception>
    public static void Check(SensorConfiguration configuration)
    {
        var targets = configuration.Alerts.Targets;
        for (var i = 0; i < targets.Length; i++)
        {
            if (targets[i].Enabled)
                Check(targets[i], string.Create(CultureInfo.InvariantCulture, $"{configuration.ConfigPath ?? "--set"}: Alerts:Targets[{i}]"));
        }
    }

    private static void Check(TargetSettings target, string path)
    {
        Try(target.CaFile.Length > 0, nameof(target.CaFile), target.CaFile, () => TlsClient.Authorities(target));
        if (target.KeyPasswordVariable.Length > 0 && Environment.GetEnvironmentVariable(target.KeyPasswordVariable) is null)
            throw CommandException.Usage($"{path}:{nameof(target.KeyPasswordVariable)}: there is no environment variable {target.KeyPasswordVariable}");
        Try(target.KeyFile.Length > 0, nameof(target.KeyFile), target.KeyFile, () => File.OpenRead(target.KeyFile).Dispose());
        Try(target.CertificateFile.Length > 0, nameof(target.CertificateFile), target.CertificateFile, () => TlsClient.ClientCertificate(target));
        Try(target.SecretFile.Length > 0, nameof(target.SecretFile), target.SecretFile, () => WebhookSecret.Read(target));
        Try(target.SecretVariable.Length > 0, nameof(target.SecretVariable), target.SecretVariable, () => WebhookSecret.Read(target));
        Try(target.Type == TargetType.File, nameof(target.Path), target.Path, () => CheckFolder(target.Path));

        void Try(bool isGiven, string key, string value, Action use)
        {
            if (!isGiven)
                return;
            try
            {
                use();
            }
            catch (Exception failure) when (TransportException.IsExpected(failure) || failure is ArgumentException)
            {
                throw CommandException.Usage($"{path}:{key}: {value}: {Reason(failure)}");
            }
        }
    }

    private static string Reason(Exception failure) => failure is CryptographicException or ArgumentException
        ? $"cannot be used: {failure.Message.ReplaceLineEndings(" ")}"
        : FileFailure.Reason(failure);

    private static void CheckFolder(string path)
    {
        if (Directory.Exists(path))
            throw new IOException("is a folder");
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (!Directory.Exists(folder))
            throw new IOException($"there is no folder {folder}");
    }
}
