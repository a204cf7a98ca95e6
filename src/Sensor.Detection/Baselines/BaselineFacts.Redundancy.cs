using System.Buffers.Text;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Detection.Baselines;

/// <content>Groups of VRRP, CARP and HSRP: which address, how authenticated, and who takes part with which priority.</content>
internal sealed partial class BaselineFacts
{
    private const int LongestGroup = 16, LongestRouter = 80;

    public void Observe(in Observed<RedundancyAdvertised> seen)
    {
        ref readonly var fact = ref seen.Fact;
        if (seen.At.InTunnel || seen.At.Source.IsUnspecified)
            return;
        Span<byte> group = stackalloc byte[LongestGroup], router = stackalloc byte[LongestRouter];
        var key = (ReadOnlySpan<byte>)group[..WriteGroup(in fact, group)];
        var by = _context.Hosts.SenderOf(in seen.At);
        foreach (var address in seen.Addresses(fact.Addresses))
        {
            var written = Append(router, 0, address);
            written = Append(router, written, AuthenticationText(fact.Authentication));
            Take(BaselineKind.RedundancyGroup, key, router[..written], by, in seen.At);
        }
        if (!fact.IsResigning)
        {
            var written = Append(router, 0, seen.At.Source);
            written = Append(router, written, ", priority "u8);
            _ = Utf8Formatter.TryFormat(fact.Priority, router[written..], out var digits);
            Take(BaselineKind.RedundancyRouter, key, router[..(written + digits)], by, in seen.At);
        }
    }

    private void Take(BaselineKind kind, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, Hosts.Host by, in Sighting at) =>
        _sink.Take(new BaselineFact { Kind = kind, Key = key, Value = value, By = by }, in at);

    private static int WriteGroup(ref readonly RedundancyAdvertised fact, Span<byte> text)
    {
        var written = Append(text, 0, fact.Protocol switch
        {
            RedundancyProtocol.Carp => "CARP "u8,
            RedundancyProtocol.Hsrp => "HSRP "u8,
            _ => "VRRP "u8,
        });
        _ = Utf8Formatter.TryFormat(fact.Group, text[written..], out var digits);
        return written + digits;
    }

    private static ReadOnlySpan<byte> AuthenticationText(RedundancyAuthentication authentication) => authentication switch
    {
        RedundancyAuthentication.Signed => ", signed"u8,
        RedundancyAuthentication.Password => ", with a password"u8,
        _ => ", not authenticated"u8,
    };

    private static int Append(Span<byte> text, int at, ReadOnlySpan<byte> more)
    {
        more.CopyTo(text[at..]);
        return at + more.Length;
    }

    private static int Append(Span<byte> text, int at, IpAddress address) => at + (address.TryWrite(text[at..], out var written) ? written : 0);
}
