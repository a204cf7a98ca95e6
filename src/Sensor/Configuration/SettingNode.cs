namespace Sensor.Configuration;

/// <summary>What a node of the configuration is.</summary>
internal enum SettingKind : byte
{
    /// <summary>Keys with values.</summary>
    Section,

    /// <summary>Values in order.</summary>
    List,

    /// <summary>A JSON string.</summary>
    Text,

    /// <summary>A JSON number.</summary>
    Number,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>null.</summary>
    Nothing,

    /// <summary>A word of the command line: what it is follows from the key it is given to.</summary>
    Word,
}

/// <summary>A value of the configuration that knows where it was written, so that every complaint can name the file.</summary>
internal sealed class SettingNode(string source, SettingKind kind, string text = "")
{
    /// <summary>The file's name as given, or "--set".</summary>
    public string Source { get; } = source;

    /// <summary>What it is.</summary>
    public SettingKind Kind { get; private set; } = kind;

    /// <summary>The text of a text, number, boolean or word.</summary>
    public string Text { get; } = text;

    /// <summary>What the same command line gave to the same key before; only lists make use of it.</summary>
    public SettingNode? Before { get; set; }

    /// <summary>The keys of a section, in the order of the file. Keys are compared without regard to letter case.</summary>
    public List<KeyValuePair<string, SettingNode>> Members { get; } = [];

    /// <summary>The values of a list.</summary>
    public List<SettingNode> Items { get; } = [];

    /// <summary>The value of <paramref name="key"/>, or null.</summary>
    public SettingNode? Find(string key)
    {
        var index = IndexOf(key);
        return index < 0 ? null : Members[index].Value;
    }

    /// <summary>Sets <paramref name="key"/>, in its old place if it has one.</summary>
    public void Put(string key, SettingNode value)
    {
        Kind = SettingKind.Section;
        var index = IndexOf(key);
        if (index < 0)
            Members.Add(new(key, value));
        else
            Members[index] = new(Members[index].Key, value);
    }

    /// <summary>Takes <paramref name="key"/> out and returns its value, or null.</summary>
    public SettingNode? Take(string key)
    {
        var index = IndexOf(key);
        if (index < 0)
            return null;
        var value = Members[index].Value;
        Members.RemoveAt(index);
        return value;
    }

    /// <summary>How the value is shown in a complaint.</summary>
    public string Shown => Kind switch
    {
        SettingKind.Section => "a section { … }",
        SettingKind.List => "a list [ … ]",
        SettingKind.Nothing => "null",
        SettingKind.Number or SettingKind.Boolean => Text,
        _ => $"\"{Text}\"",
    };

    private int IndexOf(string key) => Members.FindIndex(member => member.Key.Equals(key, StringComparison.OrdinalIgnoreCase));
}
