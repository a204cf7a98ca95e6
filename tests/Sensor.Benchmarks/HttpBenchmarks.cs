using System.IO.Compression;
using BenchmarkDotNet.Attributes;
using Sensor.Core.Wire;

namespace Sensor.Benchmarks;

/// <summary>HTTP parsing and inflating.</summary>
[MemoryDiagnoser]
public class HttpBenchmarks
{
    private readonly byte[] _head = """
        HTTP/1.1 200 OK
        Date: Mon, 01 Jan 2024 00:00:00 GMT
        Server: nginx/1.24.0
        Content-Type: text/html; charset=utf-8
        Content-Length: 12345
        Connection: keep-alive
        Vary: Accept-Encoding
        ETag: "65920080-3039"


        """u8.ToArray();

    private readonly Inflater _inflater = new();
    private readonly byte[] _target = new byte[64 * 1024];
    private byte[] _packed = [];

    /// <summary>64 KiB of text-like octets.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        var text = new byte[_target.Length];
        var state = 1u;
        for (var i = 0; i < text.Length; i++)
        {
            state = (state * 1664525) + 1013904223;
            text[i] = (byte)"etaoin shrdlu(){};\n"[(int)(state >> 24) % 19];
        }
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(text);
        _packed = packed.ToArray();
    }

    /// <summary>One response head, all fields walked over.</summary>
    [Benchmark]
    public long Head()
    {
        HttpHead.TryRead(_head, out var head);
        return new HttpFieldIndex(in head).ContentLength;
    }

    /// <summary>64 KiB out of gzip.</summary>
    [Benchmark]
    public int Inflate() => _inflater.Expand(_packed, _target, out _);
}
