using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Sensor.Tests.Oracles;

/// <summary>
/// Chromium, headless and in a network namespace of its own that leads nowhere, with a PAC given to it: what it decided for each URL, and
/// what
/// the script said by alert(), from its NetLog.
/// </summary>
internal sealed class ChromiumRun
{
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(60);

    private ChromiumRun(Dictionary<string, string> decisions, List<string> alerts) => (Decisions, Alerts) = (decisions, alerts);

    /// <summary>By URL the proxies as Chromium spells them: "PROXY a:80;DIRECT". A script that failed is DIRECT.</summary>
    public IReadOnlyDictionary<string, string> Decisions { get; }

    /// <summary>Texts of alert(), in order, each once.</summary>
    public IReadOnlyList<string> Alerts { get; }

    /// <summary>Why it cannot be run here; null when it can.</summary>
    public static string? Missing =>
        !OperatingSystem.IsLinux() || !File.Exists("/usr/bin/chromium") ? "no /usr/bin/chromium"
        : Environment.UserName != "root" ? "a network namespace needs root" : null;

    /// <summary>Loads a page that asks for every URL.</summary>
    public static ChromiumRun Of(string pac, IEnumerable<string> urls, string resolverRules = "")
    {
        var folder = Directory.CreateTempSubdirectory("sensor-chromium").FullName;
        try
        {
            var log = Path.Combine(folder, "net.json");
            var page = "data:text/html," + string.Concat(urls.Select(url => $"<img src={url}>"));
            Run(
                "ip link set lo up; exec chromium \"$@\"", "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                "--disable-background-networking", $"--user-data-dir={folder}/profile", $"--log-net-log={log}", "--net-log-capture-mode=Everything",
                "--proxy-pac-url=data:application/x-ns-proxy-autoconfig;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(pac)),
                $"--host-resolver-rules={resolverRules}", "--dump-dom", page);
            return Read(File.ReadAllText(log));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Run(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("unshare") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["-n", "sh", "-c", script, .. arguments])
            start.ArgumentList.Add(argument);
        start.Environment["TZ"] = "UTC";
        using var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(MostTime))
            process.Kill(entireProcessTree: true);
    }

    private static ChromiumRun Read(string text)
    {
        // A browser that was ended leaves the list open.
        if (!text.TrimEnd().EndsWith('}'))
            text = text.TrimEnd().TrimEnd(',') + "]}";
        using var log = JsonDocument.Parse(text);
        var types = log.RootElement.GetProperty("constants").GetProperty("logEventTypes").EnumerateObject().ToDictionary(type => type.Value.GetInt32(), type => type.Name);
        var (urls, decisions, alerts) = (new Dictionary<int, string>(), new Dictionary<string, string>(), new List<string>());
        foreach (var entry in log.RootElement.GetProperty("events").EnumerateArray())
        {
            if (!entry.TryGetProperty("params", out var parameters))
                continue;
            var source = entry.GetProperty("source").GetProperty("id").GetInt32();
            var type = types[entry.GetProperty("type").GetInt32()];
            if (parameters.TryGetProperty("url", out var url) && url.ValueKind == JsonValueKind.String)
                urls.TryAdd(source, url.GetString()!);
            if (type == "PROXY_RESOLUTION_SERVICE_RESOLVED_PROXY_LIST" && urls.TryGetValue(source, out var asked))
                decisions.TryAdd(asked, parameters.TryGetProperty("proxy_info", out var list) ? list.GetString()! : "DIRECT");
            if (type == "PAC_JAVASCRIPT_ALERT" && parameters.GetProperty("message").GetString() is { } message && !alerts.Contains(message))
                alerts.Add(message);
        }
        return new ChromiumRun(decisions, alerts);
    }
}
