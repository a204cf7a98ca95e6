namespace Sensor.Commands;

/// <summary>What --help prints. Written by hand so that it fits a screen of 80 columns and 24 lines.</summary>
internal static class HelpText
{
    public const string Root =
        """
        sensor - names who answers for wpad, hands out rogue address plans, serves a
                 PAC file, or spoofs ARP and NDP, from network captures

        Usage:
          sensor run -i IF...     capture, store, alert: the daemon
          sensor status           how the running daemon is
          sensor selftest         a harmless attack through to every target
          sensor replay PATH...   read captures, report attacks
          sensor learn PATH...    learn what the network trusts, write it for --trust
          sensor pac FILE|URL     read and run a proxy configuration (PAC)
          sensor explain [ID]     list the detectors, or explain one
          sensor check            validate the configuration, or a mirror port
          sensor devices          list the interfaces to capture from
          sensor verify FILE...   judge signatures of programs and certificates
          sensor incidents [ID]   what the daemon's store holds
          sensor probe -i IFACE   ask the link who answers what nobody should

          --help, --version       'sensor replay --help' tells about a command

        Examples:
          sensor replay office.pcapng

        Exit status: 0 finished, 1 failed or damaged input, 2 wrong usage or
        configuration, 3 an alert at or over --fail-on was raised.

        """;

    public const string Replay =
        """
        Usage: sensor replay PATH... [options]       files, directories, - for stdin
        Files given together are one timeline. pcap, pcapng, also .gz .zst .lz4.
          --format FORMAT     text (default), eve (Suricata JSON), jsonl (incidents),
                              ecs, cef, leef, ocsf, stix (one line an alert)
          -o, --output FILE   write there instead of standard output
          --report FILE       also one HTML page about all of it, to read and print
          --evidence DIR      also each incident's frames, PACs and payloads as files
          --all               also what stays below the alert threshold, and exposure
          --trust FILE        what the network trusts, instead of the Trust section
          -c, --config FILE   configuration (default: appsettings.json)
          --set KEY=VALUE     one setting: Alerts:MinimumSeverity=high; lists add up
          --separate          treat each file as a world of its own
          -F, --filter BPF    only frames that match, e.g. 'udp port 5355 or arp'
          -k none|all         wrong checksums: count only (default), or drop packets
          --workers N         analysis threads (default 1; never changes the answer)
          --fail-on SEVERITY  exit status 3 on an alert this severe: info low medium
                              high critical (wins over 1; usage errors stay 2)
          --no-progress       no progress bar

        Examples:
          sensor replay monday.pcap tuesday.pcap.gz --trust office.json
          sensor replay case/ --separate --fail-on high --format eve -o alerts.json

        """;

    public const string Learn =
        """
        Usage: sensor learn PATH... [options]        files, directories, - for stdin

        Learns from traffic what a network trusts (DHCP servers and what they hand out,
        resolvers, WPAD hosts, PACs, proxies, routers, WINS, WSUS) and writes it as a
        Trust section with comments, for --trust or appsettings.json. Whoever attacks
        in it is named and not learned; what few attest is marked DOUBTFUL.

          -o, --output FILE   write there instead of standard output
          --separate          treat each file as a network of its own
          --trust FILE        what is known already; also -c FILE, --set KEY=VALUE
          -F, --filter BPF    only frames that match
          --workers N         analysis threads (default 1; never changes the answer)

        Examples:
          sensor learn monday.pcap tuesday.pcap -o office.json
          sensor check --trust office.json && sensor replay today.pcap --trust office.json

        """;

    public const string Verify =
        """
        Usage: sensor verify FILE... [-v] [--ca ROOTS]

        The verdict about signed files: programs (PE), cabinets (CAB, MSU), installers
        (MSI), catalogues and trust lists, certificates (DER, PEM, PKCS #7). The file's
        own octets are hashed, every signature up the chain is checked, and the built-in
        revocation list and roots are asked; the network and this machine's store never.

          -v, --verbose       the chain, the time stamp and what could not be checked
          --ca FILE           roots to trust beside the built-in ones; repeatable

        Exit status: 0 when every file is valid, 1 when one is not (unsigned, invalid,
        unverified or unreadable), 2 wrong usage.

        Examples:
          sensor verify setup.exe
          sensor verify -v *.cab --ca company-root.pem

        """;

    public const string Pac =
        """
        Usage: sensor pac FILE|URL [options]         - for stdin

        Reads a proxy configuration and runs it in a sandbox: where it sends updates,
        banks, sign-in, mail and ordinary hosts, and what is risky about it. It is
        given no network and no files; names resolve to a fixed address.

          --host HOST         ask about this host or URL too; repeatable
          --client ADDRESS    what myIpAddress answers (default 192.0.2.10)
          --compare FILE|URL  an earlier version: what changed, in text and decisions
          --all               every host, not some of each kind

        A URL is fetched directly, without credentials, up to 1 MiB and 10 seconds.

        Examples:
          sensor pac wpad.dat
          sensor pac http://wpad.example.net/wpad.dat --host login.example.net
          sensor pac today.pac --compare yesterday.pac

        """;

    public const string Probe =
        """
        Usage: sensor probe -i INTERFACE [--once] [--dry-run] [options]

        Asks the link what nobody should answer: names that do not exist, made up in
        the style of those seen here, by LLMNR, NetBIOS and mDNS; and who hands out
        what: DHCP DISCOVER and INFORM (never a REQUEST), DHCPv6, router solicitation,
        and the resolvers. A table tells who answered. Rounds follow until Ctrl-C.

          -i, --interface NAME  send from here (default: Probing:Interface)
          --once                one round, then end
          --dry-run             print the packets of a round, send none
          -c, --config FILE     configuration; section Probing sets rate and kinds
          --trust FILE          what the network trusts
          --set KEY=VALUE       one setting: Probing:PacketsPerMinute=30

        Exit status: 0 nothing suspicious answered, 3 something did, 1 failed, 2 usage.

        Examples:
          sensor probe -i eth0 --dry-run
          sudo sensor probe -i eth0 --once --set Probing:AskDhcp=false

        """;

    public const string Explain =
        """
        Usage: sensor explain [ID]

        Without ID: the detectors, one a line. With the ID (or number) of one: the
        attack, what is seen, benign causes, limits, how to verify, how to stop it.

          --markdown          all of it as Markdown (docs/detectors.md is made so)

        Examples:
          sensor explain
          sensor explain rogue-dhcp-wpad

        """;

    public const string Incidents =
        """
        Usage: sensor incidents [ID] [options]

        Looks into the daemon's store, also while it runs: the incidents, the latest
        first, or one in full. The beginning of an ID is enough.

          --store FILE        the store (default: Store:Path of the configuration)
          --format FORMAT     text (default) or jsonl: incidents, or with ID findings
          --evidence OUT      with ID: its frames as pcapng, secrets masked
          --since TIME        what was seen since: 2d, 12h, 2025-11-25T10:00Z
          --all               also hosts that could be attacked
          -c, --config FILE   configuration (default: appsettings.json)
          --set KEY=VALUE     one setting: Store:Path=/tmp/sensor.db

        Examples:
          sensor incidents --since 1d
          sensor incidents 3fa9 --evidence case.pcapng

        """;

    public const string Check =
        """
        Usage: sensor check [options]

        Reads the configuration as replay would and says whether it is right. A wrong
        key or value is one line with its path, and exit status 2.

          -c, --config FILE   configuration (default: appsettings.json)
          --trust FILE        what the network trusts, instead of the Trust section
          --set KEY=VALUE     one setting; lists add up
          --live TIME         capture for so long and say what the port can and cannot
                              see: directions, multicast, answers; status 1 when blind
          -i, --interface IF  capture from there, instead of Capture:Interfaces

        Examples:
          sensor check
          sensor check --live 30s -i eth1
          sensor check --config /etc/sensor/appsettings.json --trust office.json

        """;

    public const string Devices =
        """
        Usage: sensor devices [--json]

        Lists the interfaces to capture from: state, link type, speed, addresses, and
        what stands against it (down, no permission, offloads that join frames).

          --json              the same for programs

        Examples:
          sensor devices
          sensor devices --json

        """;

    public const string Completion =
        """
        Usage: sensor completion bash|zsh

        Prints what lets the shell complete commands, options and their values. Packages
        install it; by hand:

        Examples:
          source <(sensor completion bash)
          sensor completion zsh > /usr/local/share/zsh/site-functions/_sensor

        """;

    public const string Manual =
        """
        Usage: sensor manual [FILE]

        Prints the manual page of this program, or of the annotated configuration FILE,
        for man(1). Packages install both.

        Examples:
          sensor manual | man -l -
          sensor manual appsettings.json | man -l -

        """;
}
