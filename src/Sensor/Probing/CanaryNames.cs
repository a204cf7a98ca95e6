using System.Text;

namespace Sensor.Probing;

/// <summary>
/// Makes up names that nobody has, in the style of the names this network uses: a poisoner that leaves obviously made-up names alone has to answer
/// them like any other. A name seen is taken apart into runs of letters and digits; numbers are drawn anew, words are changed for words of other
/// names, and jumbles such as AB12CD3 are jumbled again.
/// </summary>
internal sealed class CanaryNames(Random random)
{
    /// <summary>Names remembered as models, and made-up names remembered so as not to be told twice or forgotten while answers may come.</summary>
    public const int MaxModels = 1024, MaxMade = 4096;

    private const int ShortestName = 3, Tries = 32;

    // What offices call their machines, for a network that has shown none yet: x is a letter or digit, 0 a digit.
    private static readonly string[] UsualStyles = ["fs-00", "srv-print0", "DESKTOP-xxxxxxx", "nas0", "hq-pc-000", "LAPTOP-xxxxxxxx", "scan-2f-0", "dc0-backup"];

    private readonly List<string> _models = [];
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase) { "wpad", "isatap", "localhost" };
    private readonly Queue<string> _made = [];

    /// <summary>Takes up a name that this network uses: it becomes a model and is never made up.</summary>
    public void Learn(string name)
    {
        var label = name.Split('.', 2)[0];
        if (label.Length is < ShortestName or > NameQuestion.MaxName || !label.All(IsUsual) || !_known.Add(label))
            return;
        if (_models.Count < MaxModels)
            _models.Add(label);
        else
            _models[random.Next(MaxModels)] = label;
    }

    /// <summary>A new name that nobody has, as far as is known: 3 to 15 letters, digits and hyphens, never one made before.</summary>
    public string Next()
    {
        var name = "";
        for (var i = 0; i < Tries; i++)
        {
            name = _models.Count == 0 ? Styled(UsualStyles[random.Next(UsualStyles.Length)]) : Varied(_models[random.Next(_models.Count)]);
            if (i > Tries / 2)
                name = Numbered(name);
            if (_known.Add(name))
                break;
            name = "";
        }
        // A network with more of such names than tries: a number of nine digits is free.
        if (name.Length == 0)
            _known.Add(name = Numbered("pc-" + random.Next(100_000, 1_000_000)));
        _made.Enqueue(name);
        if (_made.Count > MaxMade)
            _known.Remove(_made.Dequeue());
        return Cased(name);
    }

    private string Varied(string model)
    {
        var text = new StringBuilder(model.Length);
        for (var at = 0; at < model.Length;)
        {
            var end = at + 1;
            while (end < model.Length && char.IsAsciiLetterOrDigit(model[at]) && char.IsAsciiLetterOrDigit(model[end]))
                end++;
            var word = model[at..end];
            text.Append(IsJumble(word) ? string.Concat(word.Select(Another)) : Reworded(word));
            at = end;
        }
        return text.Length > NameQuestion.MaxName ? text.ToString(0, NameQuestion.MaxName).TrimEnd('-') : text.ToString();
    }

    // A word with a number behind it: the number is drawn anew, the word often taken from another name.
    private string Reworded(string word)
    {
        var letters = word.TrimEnd("0123456789".ToCharArray());
        var digits = word[letters.Length..];
        if (letters.Length > 1 && random.Next(2) == 0)
        {
            var other = _models[random.Next(_models.Count)].Split('-', '_')[0].TrimEnd("0123456789".ToCharArray());
            if (other.Length > 1 && !IsJumble(other) && other.Length <= letters.Length + 2)
                letters = other;
        }
        return letters + string.Concat(digits.Select(Another));
    }

    private string Styled(string style) => string.Concat(style.Select(c => c switch
    {
        '0' => (char)('0' + random.Next(10)),
        'x' => Another(random.Next(3) == 0 ? '0' : 'A'),
        _ => c,
    }));

    private string Numbered(string name)
    {
        var suffix = random.Next(10, 1000).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return name[..Math.Min(name.Length, NameQuestion.MaxName - suffix.Length)] + suffix;
    }

    // As clients send what people type: mostly as the name is written, sometimes all small or all capital.
    private string Cased(string name) => random.Next(4) switch
    {
        0 => name.ToLowerInvariant(),
        1 => name.ToUpperInvariant(),
        _ => name,
    };

    private char Another(char c) => c switch
    {
        >= '0' and <= '9' => (char)('0' + random.Next(10)),
        >= 'a' and <= 'z' => (char)('a' + random.Next(26)),
        >= 'A' and <= 'Z' => (char)('A' + random.Next(26)),
        _ => c,
    };

    /// <summary>Letters after digits, as in AB12CD3: nobody's word.</summary>
    private static bool IsJumble(string word)
    {
        var firstDigit = word.AsSpan().IndexOfAnyInRange('0', '9');
        return firstDigit >= 0 && word.Length >= 5 && word.AsSpan(firstDigit).ContainsAnyExceptInRange('0', '9');
    }

    private static bool IsUsual(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';
}
