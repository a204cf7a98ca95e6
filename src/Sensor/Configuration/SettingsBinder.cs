using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using Sensor.Detection.Detectors;

namespace Sensor.Configuration;

/// <summary>
/// Fills a settings record from a section. The record's properties are the keys there are, their defaults the values of keys not given.
/// Knows booleans, numbers, texts, words of an enumeration, time spans, lists of texts and inner records.
/// </summary>
internal static class SettingsBinder
{
    /// <summary>Refuses what is no section, and keys that are not among <paramref name="known"/>.</summary>
    public static void CheckKeys(SettingNode node, string path, string[] known)
    {
        if (node.Kind != SettingKind.Section)
            throw SettingsError.Wanted(node, path, "a section { … }");
        foreach (var (key, value) in node.Members)
        {
            if (!Array.Exists(known, name => name.Equals(key, StringComparison.OrdinalIgnoreCase)))
                throw SettingsError.UnknownKey(value, path, key, known);
        }
    }

    /// <summary>The record of type <paramref name="type"/> that <paramref name="node"/> describes.</summary>
    public static object Bind([DynamicallyAccessedMembers(SettingsRecord.Members)] Type type, SettingNode node, string path)
    {
        if (node.Kind != SettingKind.Section)
            throw SettingsError.Wanted(node, path, "a section { … }");
        var record = Activator.CreateInstance(type)!;
        var properties = Keys(type);
        foreach (var (key, value) in node.Members)
        {
            var property = Array.Find(properties, known => known.Name.Equals(key, StringComparison.OrdinalIgnoreCase))
                ?? throw SettingsError.UnknownKey(value, path, key, properties.Select(known => known.Name));
            property.SetValue(record, Value(property.PropertyType, value, SettingsError.Join(path, property.Name), property));
        }
        return record;
    }

    /// <summary>The properties of a settings record that can be set.</summary>
    public static PropertyInfo[] Keys([DynamicallyAccessedMembers(SettingsRecord.Members)] Type type) =>
        Array.FindAll(type.GetProperties(BindingFlags.Public | BindingFlags.Instance), property => property.CanWrite && property.GetIndexParameters().Length == 0);

    private static object Value(Type type, SettingNode node, string path, PropertyInfo property)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
            return Text(node, path);
        if (type == typeof(bool))
            return Boolean(node, path);
        if (type.IsEnum)
            return Enum.Parse(type, Enum.GetNames(type)[Choice(node, path, LowerCase(Enum.GetNames(type)))]);
        if (type == typeof(TimeSpan))
            return TimeSpans.TryParse(node.Text, out var span) ? span : throw SettingsError.Wanted(node, path, "a time such as 500ms, 30s, 5m or 12h");
        if (type.IsPrimitive)
            return Number(type, node, path, property.GetCustomAttribute<RangeAttribute>());
        if (type.IsAssignableFrom(typeof(string[])) || type == typeof(ImmutableArray<string>))
            return type == typeof(ImmutableArray<string>) ? Texts(node, path).ToImmutableArray() : Texts(node, path);
        throw new NotSupportedException($"{property.DeclaringType}.{property.Name} is of a type that settings cannot have");
    }

    /// <summary>A text.</summary>
    public static string Text(SettingNode node, string path) =>
        node.Kind is SettingKind.Text or SettingKind.Word ? node.Text : throw SettingsError.Wanted(node, path, "a text");

    /// <summary>true or false.</summary>
    public static bool Boolean(SettingNode node, string path)
    {
        if (node.Kind is SettingKind.Boolean or SettingKind.Word && bool.TryParse(node.Text, out var truth))
            return truth;
        throw SettingsError.Wanted(node, path, "true or false");
    }

    /// <summary>The place of a word among <paramref name="words"/>.</summary>
    public static int Choice(SettingNode node, string path, string[] words)
    {
        var place = node.Kind is SettingKind.Text or SettingKind.Word
            ? Array.FindIndex(words, word => word.Equals(node.Text, StringComparison.OrdinalIgnoreCase))
            : -1;
        return place >= 0 ? place : throw SettingsError.Wanted(node, path, "one of " + string.Join(", ", words));
    }

    /// <summary>No setting has a use for a negative number, so 0 is the least where the record says nothing.</summary>
    private static object Number(Type type, SettingNode node, string path, RangeAttribute? range)
    {
        var whole = type != typeof(double) && type != typeof(float);
        var least = Convert.ToDouble(range?.Minimum ?? 0, CultureInfo.InvariantCulture);
        var most = range is null ? Largest(Type.GetTypeCode(type)) : Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
        var wanted = $"a {(whole ? "whole number" : "number")} {Bounds(least, most, range is null)}";
        if (node.Kind is not (SettingKind.Number or SettingKind.Word)
            || !decimal.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            || (whole && number != decimal.Truncate(number))
            || (double)number < least || (double)number > most)
            throw SettingsError.Wanted(node, path, wanted);
        return Convert.ChangeType(number, type, CultureInfo.InvariantCulture);
    }

    private static double Largest(TypeCode type) => type switch
    {
        TypeCode.Byte => byte.MaxValue,
        TypeCode.Int16 => short.MaxValue,
        TypeCode.UInt16 => ushort.MaxValue,
        TypeCode.Int32 => int.MaxValue,
        TypeCode.UInt32 => uint.MaxValue,
        TypeCode.Single or TypeCode.Double => 1e12,
        _ => long.MaxValue,
    };

    private static string[] LowerCase(string[] names) => Array.ConvertAll(names, name => name.ToLowerInvariant());

    private static string Bounds(double least, double most, bool open) => open
        ? string.Create(CultureInfo.InvariantCulture, $"from {least} on")
        : string.Create(CultureInfo.InvariantCulture, $"from {least} to {most}");

    /// <summary>A list of texts; on the command line one text with commas, and what was given to the same key before.</summary>
    public static string[] Texts(SettingNode node, string path) =>
        node.Before is { } before ? [.. Texts(before, path), .. OwnTexts(node, path)] : OwnTexts(node, path);

    private static string[] OwnTexts(SettingNode node, string path) => node.Kind switch
    {
        SettingKind.Word => node.Text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
        SettingKind.List => [.. node.Items.Select((item, index) => item.Kind is SettingKind.Text or SettingKind.Word
            ? item.Text
            : throw SettingsError.Wanted(item, $"{path}[{index}]", "a text"))],
        _ => throw SettingsError.Wanted(node, path, "a list: write [ \"…\", \"…\" ]"),
    };
}
