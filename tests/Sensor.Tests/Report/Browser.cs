using Microsoft.Playwright;

namespace Sensor.Tests.Report;

/// <summary>Debian's Chromium, driven by Playwright, for all tests of a class. Null where there is none.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Places.FirstOrDefault(File.Exists) is not { } chromium)
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium, Args = ["--no-sandbox", "--disable-gpu"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>Opens a file and hears all the page does.</summary>
    public async Task<OpenedPage> Open(string path, int width = 1280, bool dark = false)
    {
        Assert.SkipWhen(_browser is null, "chromium is not installed");
        var page = await _browser!.NewPageAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
        });
        var opened = new OpenedPage(page);
        await page.GotoAsync(new Uri(path).AbsoluteUri, new() { WaitUntil = WaitUntilState.NetworkIdle });
        return opened;
    }
}

/// <summary>An opened page, and whatever it did beyond showing itself.</summary>
public sealed class OpenedPage : IAsyncDisposable
{
    public OpenedPage(IPage page)
    {
        Page = page;
        page.Console += (_, message) => Deeds.Add($"console {message.Type}: {message.Text}");
        page.PageError += (_, error) => Deeds.Add($"error: {error}");
        page.Dialog += (_, dialog) => Deeds.Add($"dialog: {dialog.Message}");
        page.Request += (_, request) => Requests.Add(request.Url);
        page.Popup += (_, _) => Deeds.Add("popup");
    }

    public IPage Page { get; }

    public List<string> Deeds { get; } = [];

    public List<string> Requests { get; } = [];

    /// <summary>Opens everything that is folded.</summary>
    public Task Unfold() => Page.EvaluateAsync("() => document.querySelectorAll('details').forEach(one => one.open = true)");

    public async ValueTask DisposeAsync() => await Page.CloseAsync();
}
