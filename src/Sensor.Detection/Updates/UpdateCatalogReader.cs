using System.Collections.Immutable;
using System.Text.Json;

namespace Sensor.Detection.Updates;

/// <summary>Reads the built-in catalogue and the operator's additions, and names every entry that cannot be read.</summary>
internal static class UpdateCatalogReader
{
    private static readonly string[] Kinds = Array.ConvertAll(Enum.GetNames<UpdateKind>(), static name => name.ToLowerInvariant());

    /// <summary>The catalogue inside the program.</summary>
    public static ImmutableArray<UpdateProduct> ReadShipped()
    {
        using var stream = typeof(UpdateCatalogReader).Assembly.GetManifestResourceStream("update-catalog.json")!;
        using var document = JsonDocument.Parse(stream);
        var products = ImmutableArray.CreateBuilder<UpdateProduct>();
        foreach (var entry in document.RootElement.GetProperty("products").EnumerateArray())
            products.Add(Read(entry));
        return products.ToImmutable();
    }

    /// <summary>Reads the operator's entries; what is wrong is added to <paramref name="errors"/>.</summary>
    public static ImmutableArray<UpdateProduct> Read(IReadOnlyList<UpdateCatalogEntry> entries, string path, List<UpdateSettingsError> errors)
    {
        var products = ImmutableArray.CreateBuilder<UpdateProduct>();
        for (var i = 0; i < entries.Count; i++)
        {
            var (entry, at) = (entries[i], $"{path}:{i}");
            var kind = Array.IndexOf(Kinds, entry.Kind.Trim().ToLowerInvariant());
            var product = new UpdateProduct
            {
                Vendor = entry.Vendor.Trim(),
                Product = entry.Product.Trim(),
                Kind = (UpdateKind)Math.Max(kind, 0),
                Hosts = [.. entry.Hosts],
                Schemes = [.. entry.Schemes.Select(static scheme => scheme.Trim().ToLowerInvariant())],
                Issuers = [.. entry.Issuers.Where(static issuer => !string.IsNullOrWhiteSpace(issuer))],
                Content = [.. entry.Content],
            };
            Check(product, kind, entry, at, errors);
            products.Add(product);
        }
        return products.ToImmutable();
    }

    private static void Check(UpdateProduct product, int kind, UpdateCatalogEntry entry, string at, List<UpdateSettingsError> errors)
    {
        if (product.Vendor.Length == 0)
            errors.Add(new($"{at}:Vendor", entry.Vendor, "the vendor's name"));
        if (product.Product.Length == 0)
            errors.Add(new($"{at}:Product", entry.Product, "the product's name"));
        if (kind < 0)
            errors.Add(new($"{at}:Kind", entry.Kind, "one of " + string.Join(", ", Kinds)));
        if (product.Hosts.IsEmpty)
            errors.Add(new($"{at}:Hosts", "", "a list with at least one host"));
        for (var i = 0; i < product.Hosts.Length; i++)
        {
            if (!HostPattern.TryRead(product.Hosts[i] ?? "", product, out _))
                errors.Add(new($"{at}:Hosts:{i}", product.Hosts[i] ?? "", "a host name such as update.example.com or *.update.example.com"));
        }
        for (var i = 0; i < product.Schemes.Length; i++)
        {
            if (product.Schemes[i] is not ("http" or "https"))
                errors.Add(new($"{at}:Schemes:{i}", product.Schemes[i], "http or https"));
        }
    }

    private static UpdateProduct Read(JsonElement entry) => new()
    {
        Vendor = entry.GetProperty("vendor").GetString()!,
        Product = entry.GetProperty("product").GetString()!,
        Kind = (UpdateKind)Array.IndexOf(Kinds, entry.GetProperty("kind").GetString()!),
        Hosts = Texts(entry, "hosts"),
        Schemes = Texts(entry, "schemes"),
        Issuers = Texts(entry, "issuers"),
        Content = Texts(entry, "content"),
        Note = entry.TryGetProperty("note", out var note) ? note.GetString()! : "",
    };

    private static ImmutableArray<string> Texts(JsonElement entry, string key) =>
        entry.TryGetProperty(key, out var list) ? [.. list.EnumerateArray().Select(static item => item.GetString()!)] : [];
}
