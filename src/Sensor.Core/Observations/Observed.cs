using Sensor.Core.Wire;

namespace Sensor.Core.Observations;

/// <summary>A delivered observation: the fact, where it was seen, and access to its texts. Borrowed; copy what is kept.</summary>
public readonly ref struct Observed<T> where T : struct
{
    private readonly ObservationLog _log;

    /// <summary>The fact.</summary>
    public readonly ref readonly T Fact;

    /// <summary>Where and when it was seen.</summary>
    public readonly ref readonly Sighting At;

    /// <summary>Made by the log when it delivers.</summary>
    public Observed(ref readonly T fact, ref readonly Sighting at, ObservationLog log)
    {
        Fact = ref fact;
        At = ref at;
        _log = log;
    }

    /// <summary>The octets of <paramref name="slice"/>.</summary>
    public ReadOnlySpan<byte> Text(OctetSlice slice) => _log.Octets(slice);

    /// <summary>The addresses of <paramref name="slice"/>.</summary>
    public ReadOnlySpan<IpAddress> Addresses(AddressSlice slice) => _log.Addresses(slice);
}
