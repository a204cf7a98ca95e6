using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Sensor.Configuration;

namespace Sensor.Output.Delivery.Transports;

/// <summary>
/// Posts messages as JSON. Signed: "X-Sensor-Signature: sha256=HEX" is HMAC-SHA256 over the value of X-Sensor-Timestamp, a full stop and the
/// body's octets. A message keeps its id over all attempts; redirects are not followed.
/// </summary>
internal sealed class WebhookTransport(TargetSettings target, TimeProvider clock) : ITransport
{
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    private readonly TlsClient.Verdict _verdict = new();
    private HttpClient? _client;
    private byte[]? _secret;

    /// <inheritdoc/>
    public int MostAtOnce => 1;

    /// <inheritdoc/>
    public int MostInFlight => 1;

    /// <inheritdoc/>
    public TimeSpan Grace => TimeSpan.Zero;

    /// <inheritdoc/>
    public long Position => 0;

    /// <inheritdoc/>
    public long Acknowledged => long.MaxValue;

    /// <inheritdoc/>
    public Task Broken => Task.Delay(Timeout.Infinite);

    private string Doing => TargetDefaults.AddressOf(target);

    /// <inheritdoc/>
    public Task OpenAsync(CancellationToken stop)
    {
        Close();
        try
        {
            _secret = WebhookSecret.Read(target);
            _client = new HttpClient(Handler(), disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
            return Task.CompletedTask;
        }
        catch (Exception failure) when (TransportException.IsExpected(failure))
        {
            Close();
            throw TransportException.Of(Doing, failure);
        }
    }

    /// <inheritdoc/>
    public async Task<int> SendAsync(IReadOnlyList<OutboxMessage> messages, CancellationToken stop)
    {
        ThrowIfBroken();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(target.ConnectTimeout + target.WriteTimeout);
        try
        {
            using var request = Request(messages[0].Entry);
            using var answer = await _client!.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            Judge(answer);
            return 1;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new TransportException($"{Doing}: no answer within {PacketTime.Span(target.ConnectTimeout + target.WriteTimeout)}");
        }
        catch (HttpRequestException failure)
        {
            throw _verdict.Complaint is { } complaint ? new TransportException($"{Doing}: {complaint}") : TransportException.Of(Doing, failure);
        }
    }

    /// <inheritdoc/>
    public void ThrowIfBroken()
    {
        if (_client is null)
            throw new TransportException($"{Doing}: not open");
    }

    /// <inheritdoc/>
    public Task<bool> FinishAsync(CancellationToken stop)
    {
        Close();
        return Task.FromResult(true);
    }

    /// <inheritdoc/>
    public void Close()
    {
        _client?.Dispose();
        _client = null;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    private SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        // The environment's proxy is not taken up: what the network says about proxies is what this program is suspicious of.
        UseProxy = target.Proxy.Length > 0,
        Proxy = target.Proxy.Length > 0 ? new WebProxy(target.Proxy) : null,
        ConnectTimeout = target.ConnectTimeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        SslOptions = TlsClient.Options(target, target.ServerName.Length > 0 ? target.ServerName : new Uri(target.Url).Host, _verdict),
    };

    private HttpRequestMessage Request(OutboxEntry entry)
    {
        var body = Encoding.UTF8.GetBytes(entry.Body);
        var timestamp = clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var request = new HttpRequestMessage(HttpMethod.Post, target.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("sensor", Commands.SensorCli.Version));
        request.Headers.Add("Idempotency-Key", entry.MessageId);
        request.Headers.Add("X-Sensor-Message-Id", entry.MessageId);
        request.Headers.Add("X-Sensor-Timestamp", timestamp);
        if (_secret is not null)
            request.Headers.Add("X-Sensor-Signature", "sha256=" + Signature(_secret, timestamp, body));
        return request;
    }

    /// <summary>Lower-case hexadecimal.</summary>
    private static string Signature(byte[] secret, string timestamp, byte[] body) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(secret, (byte[])[.. Encoding.ASCII.GetBytes(timestamp), (byte)'.', .. body]));

    /// <summary>
    /// What is wrong with this one message (400, 413, 415, 422) will not mend: it is set aside. All else may: the service is down (5xx), busy
    /// (408, 425, 429), moved (3xx), or does not know us (401, 403, 404, 410), which the operator can change.
    /// </summary>
    private void Judge(HttpResponseMessage answer)
    {
        if (answer.IsSuccessStatusCode)
            return;
        var said = $"{Doing}: the service answered {(int)answer.StatusCode}";
        if (answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnsupportedMediaType
            or HttpStatusCode.UnprocessableEntity)
            throw new MessageRefusedException(said);
        throw new TransportException(said, RetryAfter(answer));
    }

    private TimeSpan? RetryAfter(HttpResponseMessage answer)
    {
        var wait = answer.Headers.RetryAfter is not { } header ? null
            : header.Delta ?? (header.Date is { } date ? date - clock.GetUtcNow() : (TimeSpan?)null);
        return wait is not { } span || span <= TimeSpan.Zero ? null : span < LongestRetryAfter ? span : LongestRetryAfter;
    }
}
