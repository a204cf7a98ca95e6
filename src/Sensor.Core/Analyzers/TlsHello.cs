using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>Writes what a client's hello says into the log, whatever carried it.</summary>
internal static class TlsHello
{
    /// <summary>Octets kept of a server name: DNS allows no more.</summary>
    public const int LongestName = 255;

    /// <summary>Fills <paramref name="fact"/> with the hello's own fields.</summary>
    public static void Fill(ref TlsAsked fact, in ClientHello hello, TlsCarrier carrier, ObservationLog log)
    {
        fact.Carrier = carrier;
        fact.Version = hello.Version;
        fact.LegacyVersion = hello.LegacyVersion;
        fact.IsEncrypted = hello.IsEncrypted;
        fact.ServerName = log.Keep(NameIn(in hello));
        fact.Protocols = KeepProtocols(hello.Extensions.ProtocolNames(), log);
        fact.Hello = log.Keep(hello.Octets);
    }

    /// <summary>The server name, cut where no name can go on.</summary>
    public static ReadOnlySpan<byte> NameIn(in ClientHello hello) => hello.ServerName[..Math.Min(hello.ServerName.Length, LongestName)];

    /// <summary>Length-prefixed names become names with a space between: as many octets but the last.</summary>
    private static OctetSlice KeepProtocols(ReadOnlySpan<byte> names, ObservationLog log)
    {
        if (names.IsEmpty)
            return default;
        var text = log.Room(names.Length);
        var written = 0;
        for (; names.Length > 0; names = names[(1 + names[0])..])
        {
            if (written > 0)
                text[written++] = (byte)' ';
            names.Slice(1, names[0]).CopyTo(text[written..]);
            written += names[0];
        }
        return log.Commit(written);
    }
}
