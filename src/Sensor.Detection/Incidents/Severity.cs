namespace Sensor.Detection.Incidents;

/// <summary>How bad it is if it is true. Ordered.</summary>
public enum Severity : byte
{
    /// <summary>Worth knowing.</summary>
    Info,

    /// <summary>Exposure or oddity.</summary>
    Low,

    /// <summary>Suspicious; alerts by default from here on.</summary>
    Medium,

    /// <summary>An attack step.</summary>
    High,

    /// <summary>An attack that reached its aim.</summary>
    Critical,
}

/// <summary>How sure it is. Ordered.</summary>
public enum Confidence : byte
{
    /// <summary>One weak sign.</summary>
    Possible,

    /// <summary>One strong sign or two independent ones; alerts by default from here on.</summary>
    Likely,

    /// <summary>A sign with no benign reading.</summary>
    Certain,
}

/// <summary>The steps of the attack, in its order; credentials and exposure stand beside.</summary>
public enum Stage : byte
{
    /// <summary>Not a step: a host could be attacked this way.</summary>
    Exposure,

    /// <summary>Names, addresses or routes are answered falsely.</summary>
    Lure,

    /// <summary>A proxy configuration is served.</summary>
    Pac,

    /// <summary>Traffic goes through the suspect.</summary>
    Proxy,

    /// <summary>Update requests are answered by the suspect.</summary>
    Update,

    /// <summary>A program was delivered.</summary>
    Payload,

    /// <summary>Credentials were asked for or handed over.</summary>
    Credentials,
}
