using System.ComponentModel;
using System.Net.Sockets;
using System.Security.Authentication;
using Sensor.Configuration;

namespace Sensor.Output.Delivery.Transports;

/// <summary>A receiver that cannot be reached now; trying again later may help.</summary>
internal sealed class TransportException(string reason, TimeSpan? retryAfter = null) : Exception(reason)
{
    /// <summary>When the receiver wants to be asked again, where it said so.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>Whether <paramref name="failure"/> is one of the outside world, not a defect.</summary>
    public static bool IsExpected(Exception failure) => failure
        is IOException or SocketException or AuthenticationException or UnauthorizedAccessException or Win32Exception
        or System.Security.Cryptography.CryptographicException or HttpRequestException or ObjectDisposedException or NotSupportedException;

    /// <summary>The failure in one line, in words of the outside world.</summary>
    public static TransportException Of(string doing, Exception failure) => new($"{doing}: {Reason(failure)}");

    private static string Reason(Exception failure) => failure switch
    {
        SocketException socket => OfSocket(socket),
        AuthenticationException { InnerException: { } inner } when inner.Message.Length > 0 => $"{failure.Message.TrimEnd('.')}: {inner.Message}",
        { InnerException: SocketException inner } => OfSocket(inner),
        HttpRequestException { InnerException: { } inner } => Reason(inner),
        _ => FileFailure.Reason(failure),
    };

    private static string OfSocket(SocketException failure) => failure.SocketErrorCode switch
    {
        SocketError.HostNotFound or SocketError.NoData => "the name cannot be looked up",
        SocketError.TryAgain => "the name cannot be looked up now",
        SocketError.ConnectionRefused => "connection refused",
        SocketError.ConnectionReset => "the receiver reset the connection",
        SocketError.TimedOut => "no answer",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable => "no route",
        _ => failure.Message,
    };
}

/// <summary>A message the receiver will never take, however often it is sent.</summary>
internal sealed class MessageRefusedException(string reason) : Exception(reason);
