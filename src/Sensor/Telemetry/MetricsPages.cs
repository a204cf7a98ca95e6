using System.Globalization;
using System.Text;

namespace Sensor.Telemetry;

/// <summary>What the metrics server answers. Nothing of a request is repeated in an answer.</summary>
/// <param name="metrics">The text of `/metrics`.</param>
/// <param name="problems">What is wrong now; `/healthz` is 200 while it is empty.</param>
/// <param name="isReady">Whether frames are captured: `/readyz`.</param>
internal sealed class MetricsPages(Func<string> metrics, Func<IReadOnlyList<string>> problems, Func<bool> isReady)
{
    /// <summary>The answer to the request with this head (request line and fields, without the empty line).</summary>
    public string Answer(ReadOnlySpan<byte> head, bool isUnix)
    {
        if (head.IsEmpty)
            return Plain(400, "that is not a request");
        var lines = Encoding.Latin1.GetString(head).Split("\r\n");
        if (lines[0].Split(' ') is not [var method, var target, "HTTP/1.1" or "HTTP/1.0"])
            return Plain(400, "that is not a request");
        // A page in the operator's browser may be made to ask this port under a foreign name (DNS rebinding): it gets nothing.
        if (!isUnix && !IsOwnName(lines))
            return Plain(421, "this port serves 127.0.0.1 and localhost alone");
        if (method is not ("GET" or "HEAD"))
            return Plain(405, "only GET", "Allow: GET, HEAD\r\n");
        var answer = Page(target.Split('?')[0]);
        return method == "HEAD" ? answer[..(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)] : answer;
    }

    /// <summary>A short answer in plain text.</summary>
    public static string Plain(int status, string text, string fields = "") => Response(status, "text/plain; charset=utf-8", text + "\n", fields);

    private string Page(string path)
    {
        switch (path)
        {
            case "/metrics":
                return Response(200, PrometheusText.ContentType, metrics());
            case "/healthz":
                var wrong = problems();
                return wrong.Count == 0 ? Plain(200, "ok") : Plain(503, string.Join('\n', wrong.Select(Output.TextPage.Printable)));
            case "/readyz":
                return isReady() ? Plain(200, "capturing") : Plain(503, "not capturing");
            case "/":
                return Plain(200, "sensor: /metrics /healthz /readyz");
            default:
                return Plain(404, "there are /metrics, /healthz and /readyz");
        }
    }

    private static bool IsOwnName(string[] lines)
    {
        foreach (var line in lines.AsSpan(1))
        {
            if (!line.StartsWith("host:", StringComparison.OrdinalIgnoreCase))
                continue;
            var host = line["host:".Length..].Trim();
            var name = host.StartsWith('[') ? host[..(host.IndexOf(']', StringComparison.Ordinal) + 1)] : host.Split(':')[0];
            return name is "127.0.0.1" or "[::1]" or "localhost" || name.StartsWith("127.", StringComparison.Ordinal)
                && System.Net.IPAddress.TryParse(name, out _);
        }
        return true;
    }

    private static string Response(int status, string type, string body, string fields = "") => string.Create(
        CultureInfo.InvariantCulture,
        $"HTTP/1.1 {status} {Reason(status)}\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n")
        + $"{fields}Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n{body}";

    private static string Reason(int status) => status switch
    {
        200 => "OK",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        421 => "Misdirected Request",
        431 => "Request Header Fields Too Large",
        _ => "Service Unavailable",
    };
}
