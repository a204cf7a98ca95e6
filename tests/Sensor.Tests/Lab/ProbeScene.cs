using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Sensor.Commands;

namespace Sensor.Tests.Lab;

/// <summary>
/// `sensor run` in a network of its own: a hub with the sensor's two interfaces (mgmt0 with an address, cap0 without) and a host "x" where a test's
/// programs run. What leaves by either interface is recorded. Skipped, visibly, where namespaces cannot be made.
/// </summary>
internal sealed record ProbeScene(string Output)
{
    private const string Script =
        """
        # $1 the sensor's library, $2 seconds, $3... settings. Makes: a hub (bridge that learns nothing) with the sensor's two ports and a host "x".
        set -u
        lib=$1 seconds=$2; shift 2
        n=sensor-lab-$$ out=$(mktemp -d)
        pids=()
        trap 'for p in "${pids[@]}"; do kill "$p" 2>/dev/null; done; for h in hub me x; do ip netns del $n-$h 2>/dev/null; done; rm -rf "$out"' EXIT
        for h in hub me x; do ip netns add $n-$h || exit 77; done
        ip -n $n-hub link add hub type bridge ageing_time 0 || exit 77
        ip -n $n-hub link set hub up
        for port in me:mgmt0 me:cap0 x:eth0; do
          ip -n $n-hub link add p-${port#*:} type veth peer name ${port#*:} netns $n-${port%:*} || exit 77
          ip -n $n-hub link set p-${port#*:} master hub up
        done
        ip netns exec $n-me sysctl -qw net.ipv6.conf.cap0.disable_ipv6=1
        ip -n $n-me link set lo up; ip -n $n-me link set cap0 arp off up; ip -n $n-me link set mgmt0 up; ip -n $n-me addr add 10.9.0.5/24 dev mgmt0
        ip -n $n-x link set lo up; ip -n $n-x link set eth0 up; ip -n $n-x addr add 10.9.0.66/24 dev eth0
        at() { ip netns exec $n-$1 "${@:2}"; }
        sent() { at me timeout $((seconds + 40)) tcpdump -i $1 -Q out -n -tt -l "${@:2}" >$out/$1 2>/dev/null & pids+=($!); }
        sent mgmt0 'udp or tcp'; sent cap0
        eval "$HOSTS"
        sleep 1
        at me timeout --preserve-status -s INT $seconds dotnet "$lib" run -i cap0 --store $out/sensor.db --set Daemon:StatusSocket= --set Daemon:DropPrivileges=false "$@" >$out/said 2>&1
        echo "status $?"
        at me dotnet "$lib" incidents --store $out/sensor.db --format jsonl
        for id in $(at me dotnet "$lib" incidents --store $out/sensor.db --format jsonl | sed 's/.*"incident_id":"\([0-9a-f]*\)".*/\1/'); do at me dotnet "$lib" incidents $id --store $out/sensor.db; done
        sleep 1
        for i in mgmt0 cap0; do sed "s/^/sent $i /" $out/$i; done
        sed 's/^/said /' $out/said
        """;

    /// <summary>
    /// A poisoner of LLMNR, mDNS and NetBIOS that leaves names alone which look made up, waits a random time before it answers, and serves a proxy
    /// configuration.
    /// </summary>
    public const string Poisoner =
        """
        import http.server, random, re, select, socket, struct, sys, threading, time
        me = socket.inet_aton(sys.argv[1])
        pac = b'function FindProxyForURL(url, host) { return "PROXY %s:3128"; }' % sys.argv[1].encode()

        def bogus(name):
            # Names that a probe would make up: long jumbles, words for tests, runs without a vowel.
            return len(name) > 15 or re.search('test|probe|canary|sensor|honey|random', name) or (len(name) > 8 and not re.search('[aeiou0-9]', name))

        def served(port, group):
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind(('', port))
            if group:
                s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, me)
                s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group) + me)
            return s

        def names(asked):
            at, labels = 12, []
            while asked[at]:
                labels.append(asked[at + 1:at + 1 + asked[at]])
                at += 1 + asked[at]
            return labels, at + 1

        def answer(port, asked, who, s):
            labels, end = names(asked)
            if port == 137:
                name = bytes(((labels[0][i] - 65) << 4) + labels[0][i + 1] - 65 for i in range(0, 32, 2))[:15].decode('latin1').strip().lower()
                body = asked[12:end] + struct.pack('>HHIHH', 0x20, 1, 165, 6, 0) + me
                head = asked[:2] + b'\x85\x00\0\0\0\1\0\0\0\0'
            else:
                name = labels[0].decode('latin1').lower()
                if asked[end:end + 2] != b'\0\1':
                    return
                body = asked[12:end] + struct.pack('>HHIH', 1, 1, 30, 4) + me
                if port == 5353:
                    head, who = b'\0\0\x84\0\0\0\0\1\0\0\0\0', ('224.0.0.251', 5353)
                else:
                    head, body = asked[:2] + b'\x80\0\0\1\0\1\0\0\0\0', asked[12:end + 4] + body
            if bogus(name):
                return
            time.sleep(random.uniform(0.002, 0.08))
            s.sendto(head + body, who)

        class Pac(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header('Content-Type', 'application/x-ns-proxy-autoconfig')
                self.send_header('Content-Length', str(len(pac)))
                self.end_headers()
                self.wfile.write(pac)
            def log_message(self, *a):
                print(self.path, self.headers.get('Authorization'), flush=True)

        threading.Thread(target=http.server.HTTPServer(('', 80), Pac).serve_forever, daemon=True).start()
        sockets = {served(5355, '224.0.0.252'): 5355, served(5353, '224.0.0.251'): 5353, served(137, None): 137}
        while True:
            for s in select.select(list(sockets), [], [])[0]:
                asked, who = s.recvfrom(2000)
                if len(asked) > 16 and not asked[2] & 0x80 and who[0] != sys.argv[1]:
                    try:
                        answer(sockets[s], asked, who, s)
                    except (IndexError, ValueError):
                        pass
        """;

    /// <summary>What `sensor incidents` printed.</summary>
    public string Incidents => string.Join('\n', Output.Split('\n').Where(static line => !line.StartsWith("sent ", StringComparison.Ordinal) && !line.StartsWith("said ", StringComparison.Ordinal)));

    /// <summary>Times (seconds) and texts of the packets that left by an interface.</summary>
    public IReadOnlyList<(double At, string Text)> Sent(string name) =>
    [
        .. Output.Split('\n').Select(line => Regex.Match(line, $@"^sent {name} ([0-9.]+) (.*)$")).Where(static match => match.Success)
            .Select(static match => (double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), match.Groups[2].Value)),
    ];

    /// <summary>Runs <paramref name="hosts"/> (bash, in the scene) and the sensor for so many seconds under <paramref name="settings"/>.</summary>
    public static async Task<ProbeScene> RunAsync(ITestOutputHelper output, int seconds, string hosts, params string[] settings)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "the lab needs root on Linux");
        Assert.SkipUnless(File.Exists("/usr/bin/tcpdump") || File.Exists("/usr/sbin/tcpdump"), "the lab needs tcpdump");
        var start = new ProcessStartInfo(
            "bash", ["-c", Script, "scene", typeof(ProbeCommand).Assembly.Location, seconds.ToString(CultureInfo.InvariantCulture), .. settings.SelectMany(static one => new[] { "--set", one })])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["HOSTS"] = hosts;
        start.Environment["POISONER"] = Poisoner;
        using var lab = Process.Start(start)!;
        var complaints = lab.StandardError.ReadToEndAsync();
        var said = await lab.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await lab.WaitForExitAsync(TestContext.Current.CancellationToken);
        output.WriteLine(said + await complaints);
        Assert.SkipWhen(lab.ExitCode == 77, "no network namespaces here");
        return new ProbeScene(said);
    }
}
