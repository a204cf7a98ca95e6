using System.Text.RegularExpressions;
using Jint;
using Jint.Native;
using Jint.Runtime;
using Jint.Runtime.Interop;

namespace Sensor.PacSandbox;

/// <summary>
/// What a PAC script may call: Netscape's functions and the IPv6 set of Windows. Written here and not in the script's language, so that a
/// script which tampers with String or Array tampers with itself only.
/// </summary>
internal sealed class PacFunctions
{
    private readonly Engine _engine;
    private readonly PacWorld _world;
    private readonly PacClock _clock;
    private readonly PacBudget _budget;
    private readonly PacPatterns _patterns = new();

    /// <summary>Gives the functions to <paramref name="engine"/>.</summary>
    public PacFunctions(Engine engine, PacWorld world, PacClock clock, PacBudget budget)
    {
        (_world, _clock, _budget) = (world, clock, budget);
        _engine = engine;
        DefineNames();
        DefineAddresses();
        DefineCalendar();
        Define("alert", arguments =>
        {
            _world.Alert(Text(arguments, 0));
            return JsValue.Undefined;
        });
        Define("getClientVersion", _ => "1.0");
    }

    private void DefineNames()
    {
        Define("isPlainHostName", arguments => !Text(arguments, 0).AsSpan().ContainsAny('.', ':'));
        Define("dnsDomainIs", arguments => Text(arguments, 0).EndsWith(Text(arguments, 1), StringComparison.Ordinal));
        Define("localHostOrDomainIs", arguments =>
            Text(arguments, 0) == Text(arguments, 1) || Text(arguments, 1).StartsWith(Text(arguments, 0) + ".", StringComparison.Ordinal));
        Define("dnsDomainLevels", arguments => Text(arguments, 0).AsSpan().Count('.'));
        Define("shExpMatch", arguments => Match(Text(arguments, 0), Text(arguments, 1)));
    }

    private void DefineAddresses()
    {
        Define("dnsResolve", arguments => OrNull(PacAddresses.FirstV4(_world.Resolve(Text(arguments, 0)))));
        Define("isResolvable", arguments => PacAddresses.FirstV4(_world.Resolve(Text(arguments, 0))) is not null);
        Define("isInNet", arguments => IsInNet(Text(arguments, 0), Text(arguments, 1), Text(arguments, 2)));
        Define("myIpAddress", _ => PacAddresses.TryParseV4(_world.Client, out var _) ? _world.Client : "127.0.0.1");
        Define("dnsResolveEx", arguments => string.Join(';', _world.Resolve(Text(arguments, 0)).Select(address => address.ToString())));
        Define("isResolvableEx", arguments => _world.Resolve(Text(arguments, 0)).Count > 0);
        Define("isInNetEx", arguments => PacAddresses.IsInPrefix(Text(arguments, 0), Text(arguments, 1)));
        Define("myIpAddressEx", _ => _world.Client);
        Define("sortIpAddressList", arguments => PacAddresses.Sort(Text(arguments, 0)) is { } sorted ? sorted : JsBoolean.False);
    }

    private void DefineCalendar()
    {
        Define("weekdayRange", arguments => PacCalendar.Weekday(Now(arguments, out var count), Texts(arguments, count)));
        Define("dateRange", arguments => PacCalendar.Date(Now(arguments, out var count), Texts(arguments, count)));
        Define("timeRange", arguments => PacCalendar.Time(Now(arguments, out var count), Numbers(arguments, count))
            ?? throw new JavaScriptException("timeRange: bad number of arguments"));
    }

    private static JsValue OrNull(string? text) => text is null ? JsValue.Null : text;

    private JsValue IsInNet(string host, string network, string mask)
    {
        if (!PacAddresses.TryParseV4(network, out _) || !PacAddresses.TryParseV4(mask, out _))
            return false;
        if (!PacAddresses.TryParseV4(host, out var address)
            && !PacAddresses.TryParseV4(PacAddresses.FirstV4(_world.Resolve(host)) ?? "", out address))
            return false;
        return PacAddresses.IsInNet(address, network, mask);
    }

    private JsValue Match(string text, string pattern)
    {
        try
        {
            return _patterns.Matches(text, pattern);
        }
        catch (RegexParseException)
        {
            throw new JavaScriptException("Invalid regular expression");
        }
    }

    /// <summary>The time to compare with, and how many arguments are left: a last "GMT" asks for UTC.</summary>
    private DateTime Now(JsValue[] arguments, out int count)
    {
        var isUtc = arguments.Length > 0 && TypeConverter.ToString(arguments[^1]) == "GMT";
        count = isUtc ? arguments.Length - 1 : arguments.Length;
        return isUtc ? _clock.Utc : _clock.Local;
    }

    // By index: the engine's array may be one of a derived type, which a native build cannot enumerate as this one.
    private static string[] Texts(JsValue[] arguments, int count)
    {
        var texts = new string[count];
        for (var i = 0; i < count; i++)
            texts[i] = TypeConverter.ToString(arguments[i]);
        return texts;
    }

    private static double[] Numbers(JsValue[] arguments, int count)
    {
        var numbers = new double[count];
        for (var i = 0; i < count; i++)
            numbers[i] = TypeConverter.ToNumber(arguments[i]);
        return numbers;
    }

    private static string Text(JsValue[] arguments, int index) =>
        index < arguments.Length ? TypeConverter.ToString(arguments[index]) : "undefined";

    private void Define(string name, Func<JsValue[], JsValue> body)
    {
        _engine.SetValue(name, new ClrFunction(_engine, name, Counted));

        JsValue Counted(JsValue self, JsValue[] arguments)
        {
            _budget.Check();
            return body(arguments);
        }
    }
}
