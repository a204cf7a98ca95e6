using System.Collections.Immutable;
using System.Text;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;
using Sensor.Detection.Snapshots;

namespace Sensor.Detection.Detectors;

/// <summary>A credential that was shown: who, how and to whom, safe to show.</summary>
internal sealed record Handover(
    Sighting At, FrameReference FirstFrame, Host Client, CredentialCarrier Carrier, CredentialScheme Scheme, ulong Key)
{
    private static readonly string[] Carriers = ["HTTP", "HTTP to a proxy", "SMB 1", "SMB 2", "LDAP", "SOCKS"];
    private static readonly string[] Schemes = ["ntlm", "kerberos", "basic", "digest", "password", "form"];

    // As they are called in the source: a subject is the same in every version.
    private static readonly byte[][] CarrierNames = [.. Enum.GetNames<CredentialCarrier>().Select(Encoding.ASCII.GetBytes)];
    private static readonly byte[][] SchemeNames = [.. Enum.GetNames<CredentialScheme>().Select(Encoding.ASCII.GetBytes)];

    /// <summary>Octets of a subject that are neither user nor domain (names, separators, an address), and of most subjects.</summary>
    private const int RoomForRest = 96, UsualSize = 512;

    private static readonly string[] Things =
    [
        "the NTLM proof", "the Kerberos ticket", "the password (Basic)", "a digest of the password", "the password",
        "a form with a password",
    ];

    public required string User { get; init; }

    public required string Domain { get; init; }

    public required string Workstation { get; init; }

    public required string Target { get; init; }

    public string Account => Domain.Length > 0 ? $"{Domain}\\{User}" : User;

    public string What
    {
        get
        {
            var of = User.Length > 0 ? $" of {Account}" : "";
            var on = Workstation.Length > 0 ? $" on {Workstation}" : "";
            return $"{Things[(int)Scheme]}{of}{on} ({Carriers[(int)Carrier]})";
        }
    }

    public ulong Subject => SubjectOf(Carrier, Scheme, Encoding.UTF8.GetBytes(Domain), Encoding.UTF8.GetBytes(User), At.Destination);

    /// <summary>The <see cref="Subject"/> of what is being shown, which was told already most often: no text is made for it.</summary>
    public static ulong SubjectOf(in Observed<CredentialsShown> seen) => SubjectOf(
        seen.Fact.Carrier, seen.Fact.Scheme, WireText.PrintableOctets(seen.Text(seen.Fact.Domain)),
        WireText.PrintableOctets(seen.Text(seen.Fact.User)), seen.At.Destination);

    public ImmutableArray<KeyValuePair<string, string>> Metadata =>
    [
        .. new KeyValuePair<string, string>[]
        {
            new("credential_carrier", Carriers[(int)Carrier]), new("credential_scheme", Schemes[(int)Scheme]),
            new("user", User), new("domain", Domain), new("workstation", Workstation), new("credential_target", Target),
        }.Where(static pair => pair.Value.Length > 0),
    ];

    public static Handover Of(in Observed<CredentialsShown> seen, Host client) => new(
        seen.At, new FrameReference(seen.At.Origin, seen.Fact.FirstFrameNumber, seen.At.TimestampNs), client,
        seen.Fact.Carrier, seen.Fact.Scheme, KeyOf(in seen))
    {
        User = Shown(in seen, seen.Fact.User),
        Domain = Shown(in seen, seen.Fact.Domain),
        Workstation = Shown(in seen, seen.Fact.Workstation),
        Target = Shown(in seen, seen.Fact.Target),
    };

    /// <summary>Writes all of it: who and how, since nothing secret is known here.</summary>
    public void Save(SnapshotWriter writer)
    {
        writer.At(At);
        writer.Frame(FirstFrame);
        writer.Host(Client);
        writer.U8((byte)Carrier);
        writer.U8((byte)Scheme);
        writer.U64(Key);
        foreach (var text in new[] { User, Domain, Workstation, Target })
            writer.Text(text);
    }

    /// <summary>Reads what <see cref="Save"/> wrote; null when its client is unknown.</summary>
    public static Handover? Load(SnapshotReader reader)
    {
        var (at, first, client) = (reader.At(), reader.Frame(), reader.Host());
        var (carrier, scheme, key) = (reader.U8(), reader.U8(), reader.U64());
        var texts = new[] { reader.Text(), reader.Text(), reader.Text(), reader.Text() };
        if (client is null || carrier >= Carriers.Length || scheme >= Things.Length)
            return null;
        return new Handover(at, first, client, (CredentialCarrier)carrier, (CredentialScheme)scheme, key)
        {
            User = texts[0] ?? "",
            Domain = texts[1] ?? "",
            Workstation = texts[2] ?? "",
            Target = texts[3] ?? "",
        };
    }

    /// <summary>The same for the same credential from the same client, made without allocation.</summary>
    public static ulong KeyOf(in Observed<CredentialsShown> seen)
    {
        const ulong Odd = 0x9E37_79B9_7F4A_7C15;
        var account = seen.Text(seen.Fact.User).StableHash() ^ (seen.Text(seen.Fact.Domain).StableHash() * Odd);
        return ((account ^ seen.At.Source.StableHash()) * Odd) ^ ((uint)seen.Fact.Carrier << 8) ^ (uint)seen.Fact.Scheme;
    }

    private static ulong SubjectOf(
        CredentialCarrier carrier, CredentialScheme scheme, ReadOnlySpan<byte> domain, ReadOnlySpan<byte> user, IpAddress destination)
    {
        var size = RoomForRest + domain.Length + user.Length;
        Span<byte> text = size <= UsualSize ? stackalloc byte[UsualSize] : new byte[size];
        var length = 0;
        Append(text, CarrierNames[(int)carrier], ref length);
        Append(text, "|"u8, ref length);
        Append(text, SchemeNames[(int)scheme], ref length);
        Append(text, "|"u8, ref length);
        Append(text, domain, ref length);
        Append(text, domain.IsEmpty ? ""u8 : "\\"u8, ref length);
        Append(text, user, ref length);
        Append(text, "|"u8, ref length);
        destination.TryWrite(text[length..], out var written);
        return ((ReadOnlySpan<byte>)text[..(length + written)]).StableHash();
    }

    private static void Append(Span<byte> text, ReadOnlySpan<byte> part, ref int length)
    {
        part.CopyTo(text[length..]);
        length += part.Length;
    }

    private static string Shown(in Observed<CredentialsShown> seen, OctetSlice slice) => WireText.Printable(seen.Text(slice));
}
