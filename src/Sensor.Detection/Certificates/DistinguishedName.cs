using System.Text;

namespace Sensor.Detection.Certificates;

/// <summary>A distinguished name (RFC 5280 section 4.1.2.4): its octets, by which names are compared, and its text.</summary>
public sealed class DistinguishedName
{
    /// <summary>Attributes that are read of one name: honest names have a dozen at most.</summary>
    private const int MaxAttributes = 24;

    private DistinguishedName(byte[] octets, string text, string common, string organization)
    {
        Octets = octets;
        Text = text;
        CommonName = common;
        Organization = organization;
    }

    /// <summary>The encoded name.</summary>
    public byte[] Octets { get; }

    /// <summary>All attributes, most specific first: "CN=MS" or "CN=Microsoft LSRA PA, DC=partners, …".</summary>
    public string Text { get; }

    /// <summary>The last common name, or empty.</summary>
    public string CommonName { get; }

    /// <summary>The last organization, or empty.</summary>
    public string Organization { get; }

    /// <summary>How it is called in a sentence: the common name, else the whole text, else "an empty name".</summary>
    public string Shown => CommonName.Length > 0 ? CommonName : Text.Length > 0 ? Text : "an empty name";

    /// <summary>Whether both are the same name, octet for octet.</summary>
    public bool Equals(DistinguishedName other) => Octets.AsSpan().SequenceEqual(other.Octets);

    /// <summary>Reads a name; false when its structure is not one.</summary>
    public static bool TryRead(in DerValue value, out DistinguishedName name)
    {
        name = null!;
        if (value.Tag != DerTag.Sequence)
            return false;
        var parts = new List<string>();
        var (common, organization) = ("", "");
        var sets = value.Inside;
        while (!sets.IsAtEnd && parts.Count < MaxAttributes)
        {
            if (!sets.TryRead(DerTag.Set, out var set))
                return false;
            var attributes = set.Inside;
            while (!attributes.IsAtEnd && parts.Count < MaxAttributes)
            {
                if (!attributes.TryRead(DerTag.Sequence, out var attribute))
                    return false;
                var inside = attribute.Inside;
                if (!inside.TryRead(DerTag.ObjectIdentifier, out var type) || !inside.TryRead(out var content))
                    return false;
                var oid = DerValues.ObjectIdentifier(type.Content);
                var text = DerValues.Text(content.Tag, content.Content);
                parts.Add($"{ShortName(oid)}={Escaped(text)}");
                if (oid == "2.5.4.3")
                    common = text;
                else if (oid == "2.5.4.10")
                    organization = text;
            }
        }
        parts.Reverse();
        name = new DistinguishedName(value.Encoded.ToArray(), string.Join(", ", parts), common, organization);
        return true;
    }

    private static string ShortName(string oid) => oid switch
    {
        "2.5.4.3" => "CN",
        "2.5.4.5" => "SERIALNUMBER",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "0.9.2342.19200300.100.1.25" => "DC",
        "1.2.840.113549.1.9.1" => "E",
        _ => oid.Length > 0 ? oid : "?",
    };

    private static string Escaped(string text)
    {
        if (text.AsSpan().IndexOfAny(',', '\\') < 0)
            return text;
        return new StringBuilder(text).Replace("\\", "\\\\").Replace(",", "\\,").ToString();
    }
}
