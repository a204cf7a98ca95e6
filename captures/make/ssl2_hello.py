#!/usr/bin/python3
"""ssl2_hello.py HOST PORT: sends a hello in the form of SSL 2.0 that offers TLS 1.0 (RFC 5246 appendix E.2) and reads what comes back."""
import socket, sys

ciphers = bytes.fromhex("000005 00000a 00002f 000035 010080")
body = b"\x01\x03\x01" + len(ciphers).to_bytes(2, "big") + b"\x00\x00" + b"\x00\x10" + ciphers + bytes(range(16))
with socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=2) as peer:
    peer.sendall((0x8000 | len(body)).to_bytes(2, "big") + body)
    try:
        peer.recv(4096)
    except OSError:
        pass
