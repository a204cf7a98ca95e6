using Sensor.Configuration;
using Sensor.Detection.Pac;

namespace Sensor.Commands;

/// <summary>Gets the octets of a PAC from a file, from standard input or by HTTP, up to a little more than any client takes.</summary>
internal static class PacSource
{
    private const int MostOctets = PacEvaluationRequest.MostOctets + 1;
    private const int MostRedirects = 3;

    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(10);

    /// <summary>Reads <paramref name="source"/>; failures are one line and exit status 1.</summary>
    public static byte[] Read(CommandEnvironment environment, string source)
    {
        if (IsUrl(source))
            return Fetch(source);
        try
        {
            using var stream = source == "-" ? environment.OpenInput() : File.OpenRead(source);
            return Most(stream);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            var reason = Directory.Exists(source) ? "is a directory"
                : source.Contains("://", StringComparison.Ordinal) ? "only http and https URLs are fetched"
                : FileFailure.Reason(failure);
            throw new CommandException(ExitCode.Failed, $"{source}: {reason}");
        }
    }

    private static bool IsUrl(string source) =>
        source.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || source.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    // As clients do: directly, without credentials, cookies or a proxy. The certificate is checked.
    private static byte[] Fetch(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var target) || target.UserInfo.Length > 0)
            throw CommandException.Usage($"\"{url}\" is no URL to fetch a PAC from", "It is http:// or https://, without user and password.");
        try
        {
            using var handler = new SocketsHttpHandler
            {
                UseProxy = false,
                UseCookies = false,
                MaxAutomaticRedirections = MostRedirects,
                ConnectTimeout = MostTime,
            };
            using var client = new HttpClient(handler) { Timeout = MostTime };
            using var deadline = new CancellationTokenSource(MostTime);
            using var request = new HttpRequestMessage(HttpMethod.Get, target);
            using var response = client.Send(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            if (!response.IsSuccessStatusCode)
                throw new CommandException(ExitCode.Failed, $"{url} answered with status {(int)response.StatusCode}");
            using var stream = response.Content.ReadAsStream(deadline.Token);
            // Reading a slow body is ended by closing it.
            using var end = deadline.Token.Register(stream.Dispose);
            return Most(stream);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            var reason = failure is OperationCanceledException or ObjectDisposedException
                ? $"no answer within {MostTime.TotalSeconds} s" : failure.Message;
            throw new CommandException(ExitCode.Failed, $"cannot fetch {url}: {reason.ReplaceLineEndings(" ")}");
        }
    }

    private static byte[] Most(Stream stream)
    {
        var octets = new byte[64 * 1024];
        var count = 0;
        while (count < MostOctets)
        {
            if (count == octets.Length)
                Array.Resize(ref octets, Math.Min(octets.Length * 4, MostOctets));
            var read = stream.Read(octets, count, octets.Length - count);
            if (read == 0)
                break;
            count += read;
        }
        return octets[..count];
    }
}
