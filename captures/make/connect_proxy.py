#!/usr/bin/python3
"""connect_proxy.py PORT ADDRESS [COUNT]: a forward proxy that opens every CONNECT to ADDRESS, whatever name was asked for."""
import socket, sys, threading


def copy(source, target):
    try:
        while data := source.recv(4096):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def serve(client):
    head = b""
    while b"\r\n\r\n" not in head:
        head += client.recv(4096)
    port = int(head.split()[1].rsplit(b":", 1)[1])
    server = socket.create_connection((sys.argv[2], port), timeout=3)
    client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
    back = threading.Thread(target=copy, args=(server, client))
    back.start()
    copy(client, server)
    back.join()


with socket.create_server(("", int(sys.argv[1]))) as listener:
    for _ in range(int(sys.argv[3]) if len(sys.argv) > 3 else 8):
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
