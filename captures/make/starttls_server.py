#!/usr/bin/python3
"""starttls_server.py PORT CERTIFICATE KEY: says enough SMTP (RFC 3207) for one client to begin TLS."""
import socket, ssl, sys

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[2], sys.argv[3])
with socket.create_server(("", int(sys.argv[1]))) as listener:
    peer, _ = listener.accept()
    peer.sendall(b"220 mail.corp.example ESMTP\r\n")
    for line in peer.makefile("rb", buffering=0):
        if line.upper().startswith(b"EHLO"):
            peer.sendall(b"250-mail.corp.example\r\n250 STARTTLS\r\n")
        elif line.upper().startswith(b"STARTTLS"):
            peer.sendall(b"220 go ahead\r\n")
            break
    with context.wrap_socket(peer, server_side=True) as inside:
        inside.recv(1024)
        inside.sendall(b"221 bye\r\n")
