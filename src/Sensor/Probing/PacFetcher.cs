using System.Net;
using System.Net.Sockets;

namespace Sensor.Probing;

/// <summary>
/// Fetches a proxy configuration as a careful client does: from the management interface alone, by no proxy whatever the environment says, without
/// cookies or credentials, bounded in size and time, and never led on to another host.
/// </summary>
internal sealed class PacFetcher(ManagementLink link)
{
    /// <summary>Octets of a body at most: honest files of large sites have some hundred thousand.</summary>
    public const int MostOctets = 512 * 1024;

    private const int MostRedirects = 3, HeadKilobytes = 16;

    /// <summary>The whole of one fetch, redirects included.</summary>
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Fetches <paramref name="url"/> (http or https) from <paramref name="address"/>, whatever its host is called. Never throws but when
    /// <paramref name="stop"/> says so.
    /// </summary>
    public async Task<PacFetch> FetchAsync(Uri url, IPAddress address, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        end.CancelAfter(MostTime);
        try
        {
            return await FollowAsync(url, address, end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return PacFetch.Failed(Shown(url), address, $"no whole answer within {MostTime.TotalSeconds:0} s");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException)
        {
            return PacFetch.Failed(Shown(url), address, Reason(failure));
        }
    }

    /// <summary>A URL as it may be shown and asked for: user names and passwords in it are nobody's business.</summary>
    internal static string Shown(Uri url) => new UriBuilder(url) { UserName = "", Password = "", Fragment = "" }.Uri.AbsoluteUri;

    private async Task<PacFetch> FollowAsync(Uri url, IPAddress address, CancellationToken stop)
    {
        var first = url;
        for (var i = 0; i <= MostRedirects; i++)
        {
            var (fetch, next) = await OnceAsync(url, address, stop).ConfigureAwait(false);
            if (next is null)
                return fetch;
            if (next.Scheme is not ("http" or "https") || !next.Host.Equals(first.Host, StringComparison.OrdinalIgnoreCase))
                return PacFetch.Failed(Shown(first), address, $"it leads on to {Output.TextPage.Printable(next.Host)}, where it is not followed");
            url = next;
        }
        return PacFetch.Failed(Shown(first), address, "it leads on and on");
    }

    private async Task<(PacFetch Fetch, Uri? Next)> OnceAsync(Uri url, IPAddress address, CancellationToken stop)
    {
        Socket? opened = null;
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            Credentials = null,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = HeadKilobytes,
            MaxConnectionsPerServer = 1,
            ConnectCallback = async (context, cancel) =>
            {
                opened = await link.ConnectAsync(new IPEndPoint(address, context.DnsEndPoint.Port), cancel).ConfigureAwait(false);
                return new NetworkStream(opened, ownsSocket: false);
            },
        };
        try
        {
            using var client = new HttpMessageInvoker(handler, disposeHandler: false);
            using var request = new HttpRequestMessage(HttpMethod.Get, Shown(url));
            // As Windows asks: some servers give others nothing.
            request.Headers.TryAddWithoutValidation("User-Agent", "WinHttp-Autoproxy-Service/5.1");
            request.Headers.ConnectionClose = true;
            using var response = await client.SendAsync(request, stop).ConfigureAwait(false);
            return await ReadAsync(url, address, response, stop).ConfigureAwait(false);
        }
        finally
        {
            if (opened is not null)
                link.Close(opened);
        }
    }

    private static async Task<(PacFetch Fetch, Uri? Next)> ReadAsync(Uri url, IPAddress address, HttpResponseMessage response, CancellationToken stop)
    {
        var status = (int)response.StatusCode;
        if (status is >= 300 and < 400 && response.Headers.Location is { } location)
            return (PacFetch.Failed(Shown(url), address, ""), location.IsAbsoluteUri ? location : new Uri(url, location));
        if (status is 401 or 407)
            return (PacFetch.Failed(Shown(url), address, $"it asks for credentials ({status}); none were given"), null);
        if (status is < 200 or >= 300)
            return (PacFetch.Failed(Shown(url), address, $"no configuration there ({status})"), null);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        var stream = await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        while (await stream.ReadAsync(buffer, stop).ConfigureAwait(false) is > 0 and var read)
        {
            body.Write(buffer, 0, read);
            if (body.Length > MostOctets)
                return (PacFetch.Failed(Shown(url), address, $"it is larger than {MostOctets / 1024} KiB"), null);
        }
        return body.Length == 0
            ? (PacFetch.Failed(Shown(url), address, "the answer is empty"), null)
            : (new PacFetch(Shown(url), address, body.ToArray(), ""), null);
    }

    private static string Reason(Exception failure) => failure.GetBaseException() is SocketException socket
        ? socket.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => "nobody listens there",
            SocketError.TimedOut or SocketError.HostUnreachable or SocketError.NetworkUnreachable => "it is not reached",
            _ => socket.Message,
        }
        : Output.TextPage.Printable(failure.GetBaseException().Message.ReplaceLineEndings(" ")).TrimEnd('.');
}
