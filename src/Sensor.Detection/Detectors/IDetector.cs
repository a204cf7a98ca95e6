using Sensor.Core.Observations;

namespace Sensor.Detection.Detectors;

/// <summary>Turns observations into findings. Created once a run by the <see cref="DetectorCatalog"/>.</summary>
public interface IDetector
{
    /// <summary>Subscribes to the facts it needs.</summary>
    void Subscribe(ObservationBus bus);
}

/// <summary>What a detector class offers the catalogue: its documentation and how to make one.</summary>
public interface ICatalogedDetector : IDetector
{
    /// <summary>Identity and documentation.</summary>
    static abstract DetectorInfo Info { get; }

    /// <summary>Creates the detector for a run.</summary>
    static abstract IDetector Create(DetectionContext context);
}
