using System.Text;

namespace Sensor.Core.Wire;

/// <summary>What makes an HTTP exchange one with a WSUS server ([MS-WUSP], [MS-WSUSSS]): the paths are fixed, the port is not.</summary>
public static class WsusTraits
{
    private static readonly byte[][] SoapPaths =
    [
        [.. "/ClientWebService/client.asmx"u8],
        [.. "/SimpleAuthWebService/SimpleAuth.asmx"u8],
        [.. "/ReportingWebService/ReportingWebService.asmx"u8],
        [.. "/ServerSyncWebService/ServerSyncWebService.asmx"u8],
        [.. "/DssAuthWebService/DssAuthWebService.asmx"u8],
    ];

    private static ReadOnlySpan<byte> SelfUpdate => "/selfupdate/wuident.cab"u8;

    /// <summary>Whether a request target, in origin or absolute form, is one of a WSUS server's SOAP services.</summary>
    public static bool IsSoapTarget(ReadOnlySpan<byte> target)
    {
        var path = PathOf(target);
        if (path.Length < 5 || (path[^1] | 0x20) != 'x')
            return false;
        foreach (var known in SoapPaths)
        {
            if (Ascii.EqualsIgnoreCase(path, known))
                return true;
        }
        return false;
    }

    /// <summary>Whether a request target asks whether the update client itself is up to date: every client's first question.</summary>
    public static bool IsSelfUpdateTarget(ReadOnlySpan<byte> target) => Ascii.EqualsIgnoreCase(PathOf(target), SelfUpdate);

    private static ReadOnlySpan<byte> PathOf(ReadOnlySpan<byte> target)
    {
        var scheme = target.IndexOf("://"u8);
        if (scheme is > 0 and <= 5)
        {
            target = target[(scheme + 3)..];
            var slash = target.IndexOf((byte)'/');
            target = slash < 0 ? default : target[slash..];
        }
        var end = target.IndexOfAny((byte)'?', (byte)'#');
        return end < 0 ? target : target[..end];
    }
}
