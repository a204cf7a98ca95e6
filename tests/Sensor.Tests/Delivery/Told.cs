using System.Text;
using Sensor.Configuration;
using Sensor.Output.Delivery;
using Sensor.Output.Delivery.Routing;
using Sensor.Tests.Output;

namespace Sensor.Tests.Delivery;

/// <summary>What one target is told of the case of <see cref="Scene"/>, with a text of the attacker's choice wherever the wire can put one.</summary>
internal static class Told
{
    public static readonly SensorIdentity Identity = new("sensor-1.example.net", "4711");

    /// <summary>Names an attacker would choose, and what the receivers' own syntax is made of.</summary>
    public static readonly string[] Hostile =
    [
        "plain", "a\r\nb", "\n<0>1 - forged", "] forged=\"1\"", "\"", "\\", "\\\"]\\", "\0\u0001\u007f\u0085", "\u202Eevil\u202C", "\uD800lone", "\uFEFF",
        "é中😀", "CEF:0|a|b|c|1|d|9|src=6.6.6.6", "k=v k\\=v |\t", "{\"a\":1}", "%s%n", new string('x', 64 * 1024), new string('中', 30_000),
        string.Concat(Enumerable.Repeat("\\\"]\n", 16 * 1024)), string.Concat(Enumerable.Repeat("word ", 13_000)),
    ];

    /// <summary>The first alert's message.</summary>
    public static string Message(TargetSettings target, string text = "192.168.1.66 answered 192.168.1.20 for wpad", string? name = null)
    {
        var scene = new Scene();
        if (name is not null)
        {
            scene.Suspect.NameList.Insert(0, name);
            scene.First.NameList.Insert(0, name);
        }
        using var router = new AlertRouter(new AlertSettings { Targets = [target] }, Identity);
        var finding = scene.Finding(Scene.Lure, 12, scene.First, text) with
        {
            RefutedBy = name ?? "192.168.1.66 is your WPAD host",
            Metadata = [new("name", name ?? "wpad"), new("pac_url", name ?? "http://192.168.1.66/wpad.dat")],
        };
        return Assert.Single(RouterTests.Play(router, scene, finding)).Body;
    }

    public static byte[] Octets(string message) => Encoding.UTF8.GetBytes(message);
}
