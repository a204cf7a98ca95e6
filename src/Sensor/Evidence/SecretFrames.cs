using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Evidence;

/// <summary>What in a frame is secret, as far as the analyzers said.</summary>
internal enum SecretPart : byte
{
    /// <summary>Nothing they know of.</summary>
    None,

    /// <summary>A header's value or the responses of an NTLM message, which can be found in the frame and leave the rest readable.</summary>
    Field,

    /// <summary>The body of a form.</summary>
    Body,

    /// <summary>All of the message: passwords and proofs in binary protocols.</summary>
    Message,
}

/// <summary>
/// Remembers which frames brought credentials while a capture is read, so that no secret of them gets into files that are kept: the
/// analyzers know the messages, the frames alone do not show where one begins that lies in several of them.
/// </summary>
internal sealed class SecretFrames : IObserve<CredentialsShown>
{
    /// <summary>Messages remembered: log-ons of a large site over days. When there are more, everything later is masked whole.</summary>
    internal const int MaxMessages = 100_000;

    private readonly Dictionary<(ushort, IpAddress, ushort, IpAddress, ushort), List<Message>> _messages = [];
    private readonly Dictionary<(ushort Origin, long Number), SecretPart> _ends = [];
    private int _count;
    private long _fullNs = long.MaxValue;

    /// <inheritdoc/>
    public void Observe(in Observed<CredentialsShown> seen)
    {
        ref readonly var fact = ref seen.Fact;
        var part = PartOf(in fact);
        if (part == SecretPart.None)
            return;
        if (_count == MaxMessages)
        {
            _fullNs = Math.Min(_fullNs, seen.At.TimestampNs);
            return;
        }
        _count++;
        var at = seen.At;
        var key = (at.Origin, at.Source, at.SourcePort, at.Destination, at.DestinationPort);
        if (!_messages.TryGetValue(key, out var messages))
            _messages.Add(key, messages = []);
        messages.Add(new Message(fact.FirstFrameNumber > 0 ? fact.FirstFrameNumber : at.FrameNumber, at.FrameNumber, part));
        _ends[(at.Origin, at.FrameNumber)] = part;
        _ends[(at.Origin, fact.FirstFrameNumber)] = part;
    }

    /// <summary>What is secret in frame <paramref name="number"/> of <paramref name="origin"/>, which holds <paramref name="packet"/>.</summary>
    public SecretPart In(ushort origin, long number, long timestampNs, in Packet packet)
    {
        if (timestampNs >= _fullNs)
            return SecretPart.Message;
        var key = (origin, packet.Source, packet.SourcePort, packet.Destination, packet.DestinationPort);
        var most = _ends.GetValueOrDefault((origin, number));
        if (!_messages.TryGetValue(key, out var messages))
            return most;
        foreach (var message in messages)
        {
            if (number >= message.First && number <= message.Last && message.Part > most)
                most = message.Part;
        }
        return most;
    }

    /// <summary>What is secret in the message of a credential.</summary>
    internal static SecretPart PartOf(in CredentialsShown fact) => fact switch
    {
        { Step: not CredentialStep.Authenticate } or { IsAnonymous: true } => SecretPart.None,
        { Scheme: CredentialScheme.Form } => SecretPart.Body,
        { Carrier: CredentialCarrier.Http or CredentialCarrier.HttpProxy } or { Scheme: CredentialScheme.Ntlm } => SecretPart.Field,
        _ => SecretPart.Message,
    };

    private readonly record struct Message(long First, long Last, SecretPart Part);
}
