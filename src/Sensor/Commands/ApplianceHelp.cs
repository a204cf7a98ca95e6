namespace Sensor.Commands;

/// <summary>What --help prints about the appliance's commands; each fits a screen of 80 columns and 24 lines.</summary>
internal static class ApplianceHelp
{
    public const string Run =
        """
        Usage: sensor run -i INTERFACE [-i INTERFACE]... [options]

        Captures, stores what it finds, and tells every target of Alerts:Targets; with
        none, EVE lines on standard output. Runs until SIGTERM. SIGHUP reopens files and
        reads the configuration anew: applied whole, or not at all.

          -i, --interface IF  capture there (default: Capture:Interfaces)
          -c, --config FILE   configuration (default: appsettings.json)
          --trust FILE        what the network trusts, instead of the Trust section
          --set KEY=VALUE     one setting: Alerts:MinimumSeverity=high; lists add up
          --store FILE        the store (default: Store:Path)
          --workers N         analysis threads (default 1)
          -F, --filter BPF    only frames that match, e.g. 'not port 3260'

        Exit status: 0 stopped by SIGTERM or SIGINT, 1 a part failed (start it again),
        2 wrong usage or configuration, 77 CAP_NET_RAW is missing.

        Examples:
          sensor run -i eth1 --store /var/lib/sensor/sensor.db
          sensor run -c /etc/sensor/appsettings.json --set Telemetry:Listen=[::1]:9117

        """;

    public const string Status =
        """
        Usage: sensor status [--json] [--watch]

        How the running daemon is: rates, loss, ring fill, workers, targets with what
        waits for them, open incidents, store, last reload. It is asked by a Unix socket
        that only its owner and root may use.

          --json              everything as one JSON object
          -w, --watch         again every two seconds until interrupted
          -c, --config FILE   the daemon's configuration, for its Daemon:StatusSocket
          --socket FILE       that socket itself

        Exit status: 0 a daemon answered, 1 none does, 2 wrong usage.

        Examples:
          sensor status --watch
          sensor status --json | jq .targets

        """;

    public const string Selftest =
        """
        Usage: sensor selftest [-i INTERFACE] [options]

        Plays a harmless attack through everything, and says when each hop was reached
        and whether every configured target took the alert. Messages are marked
        [SELFTEST] and "test". The daemon's own store is not touched, thresholds and
        suppressions do not count. With no targets: standard output.

          -i, --interface IF  send the frames there and capture them again; a daemon
                              that captures there sees an attack by 192.0.2.66
          -c, --config FILE   configuration (default: appsettings.json)
          --set KEY=VALUE     one setting
          --timeout TIME      how long targets may take (default 10s)

        Exit status: 0 every target was told, 1 not, 2 wrong usage or configuration.

        Examples:
          sensor selftest
          sensor selftest -c /etc/sensor/appsettings.json --timeout 30s

        """;
}
