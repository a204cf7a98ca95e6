namespace Sensor.Core.Tests.Wire;

/// <summary>Handshakes, octet by octet.</summary>
internal static class TlsSamples
{
    /// <summary>What a Chromium of 2023 sends, shortened: GREASE among suites, extensions, groups and versions.</summary>
    public static readonly byte[] ClientHello = AnnotatedHex.Read("""
        16 0301 00a0                 // record: handshake, version TLS 1.0, 160 octets
        01 00009c                    // client hello, 156 octets
        0303                         // legacy version TLS 1.2
        0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20  // random
        00                           // session id: none
        000a                         // cipher suites: 10 octets
        3a3a                         // GREASE
        1301 1302                    // TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384
        c02b c02f                    // TLS_ECDHE_ECDSA_/RSA_WITH_AES_128_GCM_SHA256
        01 00                        // compression: null
        0069                         // extensions: 105 octets
        8a8a 0000                    // GREASE
        0000 001d                    // server_name
          001b 00 0018               // list of 27 octets, host name of 24
          736c732e7570646174652e6d6963726f736f66742e636f6d // sls.update.microsoft.com
        000a 0008                    // supported_groups
          0006 2a2a 001d 0017        // GREASE, x25519, secp256r1
        000b 0002 01 00              // ec_point_formats: uncompressed
        0010 000e                    // ALPN
          000c 02 6832 08 687474702f312e31   // h2, http/1.1
        000d 0008                    // signature_algorithms
          0006 0403 0804 0401        // ecdsa_secp256r1_sha256, rsa_pss_rsae_sha256, rsa_pkcs1_sha256
        002b 0007                    // supported_versions
          06 fafa 0304 0303          // GREASE, TLS 1.3, TLS 1.2
        0017 0000                    // extended_master_secret
        ff01 0001 00                 // renegotiation_info
        """);

    /// <summary>The answer of a server that chooses TLS 1.2, with two certificates that are none, and the end of its flight.</summary>
    public static readonly byte[] ServerFlight12 = AnnotatedHex.Read("""
        16 0303 0042                 // record: handshake, TLS 1.2, 66 octets
        02 00002d                    // server hello, 45 octets
        0303                         // TLS 1.2
        2122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f40  // random
        00                           // session id: none
        c02f 00                      // TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, compression null
        0005 ff01 0001 00            // extensions: renegotiation_info
        0b 00000d                    // certificate, 13 octets
        00000a                       // list of 10
        000003 300141                // the first, 3 octets
        000001 30                    // the second, 1 octet
        16 0303 0004                 // another record
        0e 000000                    // server hello done
        """);

    /// <summary>The answer of a server that chooses TLS 1.3: the rest is encrypted.</summary>
    public static readonly byte[] ServerHello13 = AnnotatedHex.Read("""
        16 0303 0038                 // record: handshake, 56 octets
        02 000034                    // server hello, 52 octets
        0303                         // legacy version
        4142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f60  // random
        00                           // session id: none
        1301 00                      // TLS_AES_128_GCM_SHA256
        000c                         // extensions: 12 octets
        002b 0002 0304               // supported_versions: TLS 1.3
        0033 0002 001d               // key_share, cut short as in a retry request
        14 0303 0001 01              // change cipher spec, for middle boxes
        17 0303 0003 aabbcc          // encrypted
        """);

    /// <summary>A hello in the form of SSL 2.0 that offers TLS 1.0.</summary>
    public static readonly byte[] Ssl2Hello = AnnotatedHex.Read("""
        80 1f                        // high bit, 31 octets
        01 0301                      // client hello, TLS 1.0
        0006 0000 0010               // 6 octets of ciphers, no session id, 16 octets of challenge
        000005 00000a                // RC4 and 3DES with SHA
        000102030405060708090a0b0c0d0e0f
        """);
}
