using System.Diagnostics;
using Sensor.Commands;

namespace Sensor.Tests.Lab;

/// <summary>
/// `sensor probe` in two namespaces joined by a cable: one asks, in the other a poisoner of LLMNR, ettercap's plugins for mDNS and NetBIOS, or nobody.
/// Skipped, visibly, where namespaces cannot be made.
/// </summary>
public sealed class ProbeLabTests(ITestOutputHelper output)
{
    // $1: the sensor's library, $2: who answers. Everything ends with the shell; the namespaces are removed by name.
    private const string Scene =
        """
        set -u
        a=sensor-probe-a-$$ b=sensor-probe-b-$$ poisoner=
        files=$(mktemp -d)
        trap 'rm -rf "$files"; [ -n "$poisoner" ] && kill "$poisoner" 2>/dev/null; ip netns del $a 2>/dev/null; ip netns del $b 2>/dev/null' EXIT
        ip netns add $a && ip netns add $b || exit 77
        ip link add va netns $a type veth peer name vb netns $b || exit 77
        ip -n $a addr add 10.9.0.5/24 dev va; ip -n $b addr add 10.9.0.66/24 dev vb
        for end in "$a va" "$b vb"; do set -- "$1" "$2" $end; ip -n $3 link set lo up; ip -n $3 link set $4 up; done
        case "$2" in
          own) ip netns exec $b timeout 40 python3 -c "$POISONER" 10.9.0.66 & poisoner=$!; sleep 1 ;;
          ettercap-*)
            # Its lists of names are files of the system's: others are put over them, for its eyes only.
            command -v ettercap >/dev/null || exit 77
            printf '*.local A 10.9.0.66\n' >"$files/mdns"; printf '* 10.9.0.66\n' >"$files/nbns"
            ip netns exec $b unshare -m bash -c 'mount --bind "$1/mdns" /etc/ettercap/etter.mdns && mount --bind "$1/nbns" /etc/ettercap/etter.nbns &&
              exec timeout 45 ettercap -T -q -i vb -P "$2" </dev/zero' ettercap "$files" "${2#ettercap-}" >/dev/null 2>&1 & poisoner=$!; sleep 4 ;;
        esac
        ip netns exec $a timeout 40 dotnet "$1" probe -i va --once --set Probing:PacketsPerMinute=100 --set Probing:AskResolvers=false --set Probing:AskWpad=false
        """;

    private const string Poisoner =
        """
        import socket, struct, sys
        me = socket.inet_aton(sys.argv[1])
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.bind(('', 5355))
        s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton('224.0.0.252') + me)
        while True:
            asked, who = s.recvfrom(2000)
            if len(asked) < 17 or asked[2] & 0x80:
                continue
            name = asked[12:asked.index(0, 12) + 1]
            s.sendto(asked[:2] + b'\x80\0\0\1\0\1\0\0\0\0' + asked[12:] + name + struct.pack('>HHIH', 1, 1, 30, 4) + me, who)
        """;

    [Theory]
    [InlineData("own")]
    [InlineData("ettercap-mdns_spoof")]
    [InlineData("ettercap-nbns_spoof")]
    [InlineData("nobody")]
    public async Task Names_a_poisoner_that_answers_a_name_nobody_has_and_nobody_else(string who)
    {
        var isPoisoned = who != "nobody";
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "the lab needs root on Linux");
        var start = new ProcessStartInfo("bash", ["-c", Scene, "probe", typeof(ProbeCommand).Assembly.Location, who])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["POISONER"] = Poisoner;
        using var lab = Process.Start(start)!;
        var complaints = lab.StandardError.ReadToEndAsync();
        var said = await lab.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await lab.WaitForExitAsync(TestContext.Current.CancellationToken);
        output.WriteLine(said + await complaints);
        Assert.SkipWhen(lab.ExitCode == 77, "no network namespaces, or no ettercap, here");

        Assert.Equal(isPoisoned ? ExitCode.AlertRaised : ExitCode.Finished, lab.ExitCode);
        Assert.Contains("(nobody's name)", said, StringComparison.Ordinal);
        if (isPoisoned)
            Assert.Contains("critical/certain name-poisoner: Asked for", said, StringComparison.Ordinal);
        else
            Assert.Contains("Nothing suspicious answered.", said, StringComparison.Ordinal);
    }
}
