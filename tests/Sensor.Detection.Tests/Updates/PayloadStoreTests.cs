using System.Security.Cryptography;
using Sensor.Core.Wire;
using Sensor.Detection.Authenticode;
using Sensor.Detection.Tests.Authenticode;
using Sensor.Detection.Updates;

namespace Sensor.Detection.Tests.Updates;

public class PayloadStoreTests
{
    private static readonly byte[] File = SignedSamples.Program(30_000);

    [Theory]
    [InlineData(1)]
    [InlineData(1400)]
    [InlineData(30_000)]
    public void A_whole_answer_is_a_payload(int part)
    {
        var payload = Assert.Single(new PayloadFeeder().Deliver(File, part).Payloads);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File)), payload.Sha256);
        Assert.Equal((PayloadKind.Program, 30_000L, 0L), (payload.Kind, payload.Length, payload.Missing));
        Assert.Equal(("download.windowsupdate.com", "/c/update.exe", "http://download.windowsupdate.com/c/update.exe"), (payload.Host,
            payload.Path, payload.Url));
        Assert.Equal(FileStanding.Unsigned, payload.Verdict!.Standing);
    }

    [Fact]
    public void What_comes_again_gets_the_same_verdict_and_what_differs_in_one_octet_its_own()
    {
        var other = File.ToArray();
        other[^1] ^= 1;
        var feeder = new PayloadFeeder().Deliver(File);
        feeder.Client = Station.Number(22);
        feeder.Deliver(File).Deliver(other);
        Assert.Same(feeder.Payloads[0].Verdict, feeder.Payloads[1].Verdict);
        Assert.NotSame(feeder.Payloads[0].Verdict, feeder.Payloads[2].Verdict);
        Assert.Equal([Hash(File), Hash(File), Hash(other)], feeder.Payloads.Select(static payload => payload.Sha256));

        static string Hash(byte[] octets) => Convert.ToHexStringLower(SHA256.HashData(octets));
    }

    [Fact]
    public void Verified_files_are_bounded_and_the_one_used_least_lately_makes_room()
    {
        var files = new VerifiedFiles();
        for (var number = 0; number <= VerifiedFiles.Capacity; number++)
        {
            files.Keep(new VerifiedFile(new[] { (byte)number }, "", "", null, 0));
            Assert.NotNull(files.Find([0], 0));
        }
        Assert.Equal(VerifiedFiles.Capacity, files.Count);
        Assert.Null(files.Find([1], 0));
        files.Keep(new VerifiedFile(new byte[VerifiedFiles.MaxOctets], "", "", null, 0));
        Assert.Equal(1, files.Count);
    }

    [Fact]
    public void Ranges_in_any_order_and_overlapping_are_one_file()
    {
        var feeder = new PayloadFeeder { EntityTag = "\"v1\"" };
        feeder.Range(File, 20_000, 30_000).Range(File, 5_000, 21_000).Range(File, 0, 5_001);
        var payload = Assert.Single(feeder.Payloads);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File)), payload.Sha256);
        Assert.Equal((PayloadKind.Program, FileStanding.Unsigned), (payload.Kind, payload.Verdict!.Standing));
    }

    [Fact]
    public void Ranges_of_another_version_are_another_file()
    {
        var feeder = new PayloadFeeder { EntityTag = "\"v1\"" };
        feeder.Range(File, 0, 20_000);
        feeder.EntityTag = "\"v2\"";
        feeder.Range(File, 20_000, 30_000);
        Assert.Empty(feeder.Payloads);
        Assert.Equal(2, feeder.Feed.Engine.Payloads.Count);
    }

    [Fact]
    public void Two_clients_get_two_files()
    {
        var feeder = new PayloadFeeder().Range(File, 0, 20_000);
        feeder.Client = Station.Number(22);
        feeder.Range(File, 20_000, 30_000);
        Assert.Empty(feeder.Payloads);
    }

    [Fact]
    public void A_hole_is_told_and_not_judged()
    {
        var payload = Assert.Single(new PayloadFeeder().Deliver(File, lost: 2800).Payloads);
        Assert.Null(payload.Verdict);
        Assert.Equal("", payload.Sha256);
        Assert.Equal("not judged: 1400 of 30000 octets were not seen", payload.Judged);
    }

    [Fact]
    public void A_hole_is_filled_by_the_next_answer()
    {
        var feeder = new PayloadFeeder().Range(File, 0, 20_000, lost: 2800).Range(File, 20_000, 30_000);
        Assert.Empty(feeder.Payloads);
        feeder.Range(File, 2800, 4200);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File)), Assert.Single(feeder.Payloads).Sha256);
    }

    [Fact]
    public void A_file_larger_than_is_kept_is_hashed_but_not_judged()
    {
        var file = new byte[(int)PayloadStore.MaxKept + 5_000_000];
        SignedSamples.Program().CopyTo(file, 0);
        var payload = Assert.Single(new PayloadFeeder().Deliver(file, 1 << 20).Payloads);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file)), payload.Sha256);
        Assert.Contains("more than is kept", payload.Judged, StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_file_whose_ranges_come_late_is_hashed_and_only_what_waits_is_held()
    {
        var file = new byte[(int)PayloadStore.MaxKept + 1_000_000];
        new Random(7).NextBytes(file);
        SignedSamples.Program().CopyTo(file, 0);
        var feeder = new PayloadFeeder { EntityTag = "\"v1\"" };
        feeder.Range(file, 0, 2_000_000, 1 << 16);
        Assert.Equal(0, feeder.Feed.Engine.Payloads.Held);
        feeder.Range(file, 3_000_000, 4_000_000, 1 << 16);
        Assert.InRange(feeder.Feed.Engine.Payloads.Held, 1_000_000, 1_100_000);
        feeder.Range(file, 1_900_000, 3_100_000, 1 << 16);
        Assert.InRange(feeder.Feed.Engine.Payloads.Held, 0, PayloadMemory.BlockSize);
        feeder.Range(file, 4_000_000, file.Length, 1 << 16);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file)), Assert.Single(feeder.Payloads).Sha256);
    }

    [Fact]
    public void What_is_fetched_again_is_not_held_again_until_it_differs()
    {
        var feeder = new PayloadFeeder().Deliver(File);
        feeder.Client = Station.Number(22);
        feeder.Range(File, 0, 20_000);
        Assert.Equal(0, feeder.Feed.Engine.Payloads.Held);
        var other = File.ToArray();
        other[25_000] ^= 1;
        feeder.Range(other, 20_000, 28_000);
        Assert.NotEqual(0, feeder.Feed.Engine.Payloads.Held);
        feeder.Range(other, 28_000, 30_000);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(other)), feeder.Payloads[1].Sha256);
        Assert.Equal(0, feeder.Feed.Engine.Payloads.Held);
    }

    [Fact]
    public void A_verified_file_that_makes_room_leaves_its_octets_to_those_that_rely_on_them()
    {
        var feeder = new PayloadFeeder().Deliver(File);
        feeder.Client = Station.Number(22);
        feeder.Range(File, 0, 9_000).Range(File, 15_000, 20_000);
        feeder.Client = Station.Number(23);
        for (var number = 0; number < VerifiedFiles.Capacity; number++)
        {
            var other = File.ToArray();
            other[^1] = (byte)~number;
            feeder.Deliver(other);
        }
        feeder.Client = Station.Number(22);
        Assert.NotEqual(0, feeder.Feed.Engine.Payloads.Held);
        feeder.Range(File, 9_000, 15_000).Range(File, 20_000, 30_000);
        Assert.Equal(feeder.Payloads[0].Sha256, feeder.Payloads[^1].Sha256);
        Assert.NotSame(feeder.Payloads[0].Verdict, feeder.Payloads[^1].Verdict);
    }

    [Fact]
    public void Files_that_are_never_finished_make_room()
    {
        var feeder = new PayloadFeeder();
        for (var number = 0; number < PayloadStore.MaxFiles + 50; number++)
        {
            feeder.Target = $"/c/{number}.exe";
            feeder.Range(File, 0, 100);
        }
        Assert.Equal(PayloadStore.MaxFiles, feeder.Feed.Engine.Payloads.Count);
        Assert.Equal(50, feeder.Feed.Engine.Payloads.Evicted);
    }

    [Fact]
    public void Ports_users_and_absolute_targets_do_not_change_the_host()
    {
        var feeder = new PayloadFeeder { Host = "Proxy:8080", Target = "http://Download.WindowsUpdate.com:80/x.exe?a=/b#c" }.Deliver(File);
        Assert.Equal(("download.windowsupdate.com", "/x.exe"), (feeder.Payloads[0].Host, feeder.Payloads[0].Path));
        feeder.Target = "/y";
        feeder.Host = "[2001:db8::1]:80";
        Assert.Equal("[2001:db8::1]", feeder.Deliver(File).Payloads[1].Host);
    }
}
