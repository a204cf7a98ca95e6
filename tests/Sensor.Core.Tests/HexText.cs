namespace Sensor.Core.Tests;

/// <summary>Octets written as annotated hexadecimal: two digits an octet, white space free, "//" comments to the end of the line.</summary>
internal static class HexText
{
    public static byte[] Read(string annotated)
    {
        var digits = string.Concat(annotated.Split('\n').Select(static line => line.Split("//")[0])).Where(static c => !char.IsWhiteSpace(c));
        return Convert.FromHexString([.. digits]);
    }
}
