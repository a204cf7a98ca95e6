using System.Text.Json;
using Sensor.Tests.Captures;

namespace Sensor.Tests.Output.Formats;

/// <summary>STIX bundles: valid one by one, and consistent with each other.</summary>
public sealed class StixSinkTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_bundle_is_valid(bool all)
    {
        var bundles = FormatRun.OfCaptures("stix", all).Concat(FormatRun.Play("stix", all, FormatRun.Hostile))
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.NotEmpty(bundles);
        Assert.Empty(bundles.SelectMany(StixSchema.Problems).Distinct());
    }

    [Fact]
    public void One_id_is_one_object_in_all_bundles()
    {
        var known = new Dictionary<string, string>();
        // One timeline: told from two recordings of it, the same attack names other files and frames.
        foreach (var thing in Replayed.Of(Checkout.Captures, "--format", "stix", "--all").Lines.SelectMany(line =>
            JsonDocument.Parse(line).RootElement.GetProperty("objects").EnumerateArray()))
        {
            // What an address resolves to may be known later; it is no part of what it is.
            if (thing.GetProperty("type").GetString() is "ipv4-addr" or "ipv6-addr")
                continue;
            var id = thing.GetProperty("id").GetString()!;
            Assert.True(known.TryAdd(id, thing.GetRawText()) || known[id] == thing.GetRawText(), id);
        }
    }

    [Fact]
    public void A_known_address_has_the_id_every_producer_gives_it()
    {
        // As another implementation of RFC 9562 has it: uuid.uuid5 of Python.
        var id = Sensor.Output.Formats.NameUuid.Of(Sensor.Output.Formats.NameUuid.StixObservable, """{"value":"198.51.100.3"}""");
        Assert.Equal("28bb3599-77cd-5a82-a950-b5bc3caf07c4", id);
    }

    [Fact]
    public void Tells_who_was_sighted_doing_what_to_whom()
    {
        var objects = JsonDocument.Parse(FormatRun.Play("stix", all: false, "wpad")[0]).RootElement.GetProperty("objects")
            .EnumerateArray().ToList();
        JsonElement Only(string type) => objects.Single(thing => thing.GetProperty("type").GetString() == type);
        Assert.Contains("ipv4-addr:value = '192.168.1.66'", Only("indicator").GetProperty("pattern").GetString());
        Assert.Equal("wpad", Only("domain-name").GetProperty("value").GetString());
        Assert.Equal("T1557.001", Only("attack-pattern").GetProperty("external_references")[0].GetProperty("external_id").GetString());
        Assert.Equal(5355, Only("network-traffic").GetProperty("src_port").GetInt32());
        Assert.Contains(objects, thing => thing.GetProperty("type").GetString() == "identity" && thing.GetProperty("name")
            .GetString()!.StartsWith("192.168.1.20", StringComparison.Ordinal));
    }
}
