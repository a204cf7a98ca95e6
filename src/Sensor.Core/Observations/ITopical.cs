namespace Sensor.Core.Observations;

/// <summary>
/// A fact that comes in kinds which few subscribers want all of: most answers concern no wpad. The bus keeps a list of subscribers for each topic, so
/// that a fact is shown only to those who could make something of it.
/// </summary>
public interface ITopical
{
    /// <summary>The topic, from 0 to 31; it follows from the other fields.</summary>
    int Topic { get; }
}
