namespace Sensor.Detection.Pac;

/// <summary>Signs and kinds in words.</summary>
public static class PacSignText
{
    /// <summary>What the sign says, as a part of a sentence.</summary>
    public static string Of(PacSignKind kind) => kind switch
    {
        PacSignKind.RunsText => "runs text as a program",
        PacSignKind.EncodedText => "hides text in codes",
        PacSignKind.BuiltKeyword => "puts a keyword together from pieces",
        PacSignKind.UrlLookedUp => "looks up names that carry the URL, so that what is visited leaks by DNS",
        PacSignKind.HostLookedUp => "looks up names made of the host and something else",
        PacSignKind.ForeignObject => "asks for objects that a proxy configuration does not have",
        PacSignKind.Calendar => "answers by date or time",
        PacSignKind.ReplacesBuiltIn => "replaces a function it is given",
        _ => "is abnormally large",
    };

    /// <summary>The kind of host, in one word.</summary>
    public static string Of(PacProbeKind kind) => kind switch
    {
        PacProbeKind.Ordinary => "ordinary",
        PacProbeKind.Internal => "internal",
        PacProbeKind.Update => "update",
        PacProbeKind.Bank => "bank",
        PacProbeKind.SignOn => "sign-on",
        PacProbeKind.Mail => "mail",
        PacProbeKind.Asked => "asked",
        _ => "named",
    };
}
