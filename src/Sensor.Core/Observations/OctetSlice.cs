namespace Sensor.Core.Observations;

/// <summary>Octets kept in an <see cref="ObservationLog"/>'s arena; read them with <see cref="Observed{T}.Text"/> while the observation is delivered.</summary>
public readonly record struct OctetSlice(int Offset, int Length)
{
    /// <summary>Whether there is nothing.</summary>
    public bool IsEmpty => Length == 0;
}

/// <summary>IP addresses kept in an <see cref="ObservationLog"/>; read them with <see cref="Observed{T}.Addresses"/>.</summary>
public readonly record struct AddressSlice(int Offset, int Length)
{
    /// <summary>Whether there is nothing.</summary>
    public bool IsEmpty => Length == 0;
}
