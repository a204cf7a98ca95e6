using System.Net;
using System.Text;
using Sensor.Commands;

namespace Sensor.Tests.Commands;

/// <summary>`sensor pac` from the outside: what it prints and how it ends.</summary>
public sealed class PacCommandTests : TemporaryFolder
{
    private const string Flame =
        "function FindProxyForURL(url, host) { return dnsDomainIs(host, '.windowsupdate.com') ? 'PROXY 10.4.0.66:8080; DIRECT' : 'DIRECT'; }";

    [Fact]
    public void Shows_where_it_sends_whom()
    {
        var (status, output, error) = Run(Write("flame.pac", Flame), "--host", "login.example", "--host", "http://ctldl.windowsupdate.com/x");
        Assert.Equal((0, ""), (status, error));
        Assert.Contains("! singles out", output, StringComparison.Ordinal);
        Assert.Contains("download.windowsupdate.com", output, StringComparison.Ordinal);
        Assert.Matches(@"(?s)asked\s+PROXY 10\.4\.0\.66:8080; DIRECT\s+ctldl\.windowsupdate\.com\s+DIRECT\s+login\.example", output);
    }

    [Fact]
    public void Fits_eighty_columns_and_shows_no_control_character()
    {
        var (_, output, _) = Run(Write("odd.pac", "function FindProxyForURL(u, h) { alert('\\x1b[31mred\\x07'); return eval('\"PROXY \\x1b[2J:1\"'); } /* \u202e */"));
        Assert.All(output.Split('\n'), line => Assert.True(line.Length <= 80 || !line.Trim().Contains(' '), line));
        Assert.DoesNotContain(output, character => char.IsControl(character) && character != '\n');
    }

    [Fact]
    public void The_client_is_the_one_given()
    {
        var path = Write("mine.pac", "function FindProxyForURL(u, h) { return 'PROXY p' + myIpAddress() + ':1'; }");
        Assert.Contains("p10.9.8.7:1", Run(path, "--client", "10.9.8.7").Output, StringComparison.Ordinal);
        Assert.Contains("p192.0.2.10:1", Run(path).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Compares_two_versions_by_what_they_do()
    {
        var before = Write("before.pac", "function FindProxyForURL(u, h) { return 'DIRECT'; }");
        var (status, output, _) = Run(Write("now.pac", Flame), "--compare", before);
        Assert.Equal(0, status);
        Assert.Contains("DIRECT → PROXY 10.4.0.66:8080; DIRECT", output, StringComparison.Ordinal);
        Assert.Contains("the same for every host", Run(before, "--compare", Write("spelled.pac", "function FindProxyForURL(a, b) { return 'direct;'; }")).Output, StringComparison.Ordinal);
        Assert.Contains("white space only", Run(before, "--compare", Write("blanks.pac", "function FindProxyForURL(u,h)\n{return 'DIRECT';}")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("for (;;);", "used up its steps")]
    [InlineData("function (", "does not load")]
    public void Says_what_is_wrong_with_a_script(string script, string expected)
    {
        var (status, output, _) = Run(Write("bad.pac", script));
        Assert.Equal(0, status);
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "/nowhere/wpad.dat")]
    [InlineData(1, "http://127.0.0.1:9/wpad.dat")]
    [InlineData(2)]
    [InlineData(2, "-", "--client", "nobody")]
    [InlineData(2, "-", "--host", "a b")]
    [InlineData(2, "-", "--nosuch")]
    [InlineData(2, "http://user:pass@127.0.0.1/wpad.dat")]
    public void Ends_as_the_other_commands_do(int expected, params string[] arguments)
    {
        var (status, _, error) = Run(arguments);
        Assert.Equal(expected, status);
        Assert.StartsWith("sensor: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Fetches_a_url_up_to_its_bound()
    {
        using var server = new HttpListener();
        var prefix = $"http://127.0.0.1:{FreePort()}/";
        server.Prefixes.Add(prefix);
        server.Start();
        var served = Task.Run(() =>
        {
            for (var i = 0; i < 3; i++)
                Answer(server.GetContext());
        });
        Assert.Contains("singles out", Run(prefix + "wpad.dat").Output, StringComparison.Ordinal);
        Assert.Contains("is larger than any client takes", Run(prefix + "endless").Output, StringComparison.Ordinal);
        Assert.Equal(1, Run(prefix + "missing").Status);
        Assert.True(served.IsCompletedSuccessfully || !served.IsFaulted);
    }

    private static void Answer(HttpListenerContext context)
    {
        context.Response.StatusCode = context.Request.RawUrl == "/missing" ? 404 : 200;
        try
        {
            if (context.Request.RawUrl == "/wpad.dat")
                context.Response.OutputStream.Write(Encoding.ASCII.GetBytes(Flame));
            for (var i = 0; context.Request.RawUrl == "/endless" && i < 4096; i++)
                context.Response.OutputStream.Write(new byte[64 * 1024]);
            context.Response.Close();
        }
        catch (HttpListenerException)
        {
            // The client has had enough.
        }
        catch (InvalidOperationException)
        {
        }
    }

    private static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static (int Status, string Output, string Error) Run(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        output.NewLine = error.NewLine = "\n";
        var status = SensorCli.Run(["pac", .. arguments], output, error, Stream.Null);
        return (status, output.ToString(), error.ToString());
    }
}
