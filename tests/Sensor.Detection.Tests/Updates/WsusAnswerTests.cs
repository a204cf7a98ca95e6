using System.Security;
using System.Text;
using Sensor.Detection.Updates;

namespace Sensor.Detection.Tests.Updates;

public sealed class WsusAnswerTests
{
    private const string Update =
        """<ExtendedProperties DefaultPropertiesLanguage="en" Handler="http://schemas.microsoft.com/msus/2002/12/UpdateHandlers/CommandLineInstallation"/>""" +
        """<Files><File Digest="x" FileName="PsExec.exe" Size="1"/></Files><HandlerSpecificData type="cmd:CommandLineInstallation">""" +
        """<InstallCommand Arguments="/s cmd.exe /c &quot;whoami &gt; c:\a&quot;" Program='PsExec.exe' RebootByDefault="false"/></HandlerSpecificData>""";

    [Fact]
    public void Names_titles_handlers_commands_files_and_addresses()
    {
        Assert.True(WsusAnswer.TryRead(Extended(SecurityElement.Escape(Update)), out var answer));
        Assert.Equal("GetExtendedUpdateInfoResponse", answer.Operation);
        Assert.Equal(["Bundle & more"], answer.Titles);
        Assert.Equal(["CommandLineInstallation"], answer.Handlers);
        Assert.Equal(["PsExec.exe /s cmd.exe /c \"whoami > c:\\a\""], answer.Commands.Select(static command => command.Shown));
        Assert.Equal(["PsExec.exe"], answer.Files);
        Assert.Equal(["http://10.0.0.66:8530/a/PsExec.exe"], answer.ContentUrls);
    }

    [Fact]
    public void Reads_updates_in_literal_sections_too()
    {
        Assert.True(WsusAnswer.TryRead(Extended($"<![CDATA[{Update}]]>"), out var answer));
        Assert.Single(answer.Commands);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html><body>log in</body></html>")]
    [InlineData("<!DOCTYPE x [<!ENTITY a \"b\">]><s:Envelope><s:Body><GetConfigResponse/></s:Body></s:Envelope>")]
    [InlineData("<s:Envelope><s:Body><GetConfig/></s:Body></s:Envelope>")]
    [InlineData("<s:Envelope><s:Header/>")]
    public void Refuses_what_is_no_answer(string body) => Assert.False(WsusAnswer.TryRead(Encoding.UTF8.GetBytes(body), out _));

    [Fact]
    public void Is_bounded_however_much_is_sent()
    {
        var many = string.Concat(Enumerable.Range(0, 5000).Select(static i => $"<Url>http://h/{i}{new string('a', 2000)}</Url>"));
        Assert.True(WsusAnswer.TryRead(Encoding.UTF8.GetBytes($"<e:Envelope><e:Body><SyncUpdatesResponse>{many}</SyncUpdatesResponse></e:Body></e:Envelope>"), out var answer));
        Assert.Equal(WsusAnswer.MostOfEach, answer.ContentUrls.Count);
        Assert.All(answer.ContentUrls, static url => Assert.True(url.Length <= WsusAnswer.LongestText));
        Assert.Equal(5000 - WsusAnswer.MostOfEach, answer.NotKept);
    }

    [Fact]
    public void Xml_in_xml_ends_at_its_depth()
    {
        var inner = "<Title>deep</Title>";
        for (var i = 0; i < 10; i++)
            inner = $"<Xml>{SecurityElement.Escape(inner)}</Xml>";
        Assert.True(WsusAnswer.TryRead(Encoding.UTF8.GetBytes($"<Envelope><Body><SyncUpdatesResponse>{inner}</SyncUpdatesResponse></Body></Envelope>"), out var answer));
        Assert.Empty(answer.Titles);
    }

    [Fact]
    public void Damage_is_never_an_exception()
    {
        var sample = Extended(SecurityElement.Escape(Update));
        for (var length = 0; length <= sample.Length; length++)
            WsusAnswer.TryRead(sample.AsSpan(0, length), out _);
        for (var at = 0; at < sample.Length; at++)
        {
            var before = sample[at];
            foreach (var value in (byte[])[0, (byte)'<', (byte)'>', (byte)'&', (byte)';', (byte)'"', (byte)'/', 0xFF])
            {
                sample[at] = value;
                WsusAnswer.TryRead(sample, out _);
            }
            sample[at] = before;
        }
    }

    [Theory]
    [InlineData("a&lt;b&gt;&amp;&quot;&apos;", "a<b>&\"'")]
    [InlineData("&#65;&#x42;&#128512;", "AB\U0001F600")]
    [InlineData("&unknown; & &#xD800; &#; &", "&unknown; & &#xD800; &#; &")]
    public void Undoes_the_five_entities_and_numbers_only(string text, string expected)
    {
        var octets = Encoding.UTF8.GetBytes(text);
        var into = new byte[octets.Length];
        Assert.Equal(expected, Encoding.UTF8.GetString(into.AsSpan(0, XmlScan.Unescape(octets, into))));
    }

    private static byte[] Extended(string xml) => Encoding.UTF8.GetBytes(
        "<?xml version=\"1.0\"?><!-- c --><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Header/><s:Body><GetExtendedUpdateInfoResponse>"
        + $"<Updates><Update><ID>1</ID><Xml>{xml}</Xml></Update><Update><Xml>{SecurityElement.Escape("<LocalizedProperties><Title>Bundle &amp; more</Title></LocalizedProperties>")}</Xml>"
        + "</Update></Updates><FileLocations><FileLocation><Url>http://10.0.0.66:8530/a/PsExec.exe</Url></FileLocation></FileLocations></GetExtendedUpdateInfoResponse></s:Body></s:Envelope>");
}
