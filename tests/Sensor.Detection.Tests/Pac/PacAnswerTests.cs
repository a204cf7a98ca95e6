using Sensor.Detection.Pac;

namespace Sensor.Detection.Tests.Pac;

public sealed class PacAnswerTests
{
    [Theory]
    [InlineData("DIRECT", "DIRECT")]
    [InlineData("", "DIRECT")]
    [InlineData("nonsense", "DIRECT")]
    [InlineData("PROXY a", "PROXY a:80")]
    [InlineData("proxy A.Example:8080", "PROXY a.example:8080")]
    [InlineData("PROXY a:1; SOCKS b; SOCKS5 c:3 ;DIRECT", "PROXY a:1 SOCKS b:1080 SOCKS5 c:3 DIRECT")]
    [InlineData("HTTPS a", "HTTPS a:443")]
    [InlineData("PROXY [2001:db8::1]:3128", "PROXY 2001:db8::1:3128")]
    [InlineData("PROXY a:99999; PROXY b:2", "PROXY b:2")]
    [InlineData("PROXY user@a:1; DIRECT", "DIRECT")]
    [InlineData("DIRECT x; PROXY b:2", "PROXY b:2")]
    public void Reads_as_clients_do(string answer, string expected) => Assert.Equal(expected, string.Join(' ', PacAnswer.Read(answer)));

    [Fact]
    public void Is_bounded() => Assert.Equal(PacAnswer.MostEntries, PacAnswer.Read(string.Concat(Enumerable.Repeat("PROXY a:1;", 5000))).Length);
}
