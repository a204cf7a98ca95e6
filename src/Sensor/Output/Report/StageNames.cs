using Sensor.Detection.Incidents;

namespace Sensor.Output.Report;

/// <summary>What the stages of an attack are called on the page.</summary>
internal static class StageNames
{
    private static readonly string[] Names =
        ["exposure", "lure", "proxy configuration", "proxy", "update intercepted", "payload delivered", "credentials"];

    private static readonly string[] Short = ["exposure", "lure", "PAC", "proxy", "update", "payload", "credentials"];

    /// <summary>In full.</summary>
    public static string Of(Stage stage) => Names[(int)stage];

    /// <summary>In a drawing or a table.</summary>
    public static string ShortOf(Stage stage) => Short[(int)stage];
}
