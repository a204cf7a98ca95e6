#!/usr/bin/python3
"""update_server.py PORT KIND: answers every request as KIND does.
KIND: file      a cabinet, as a content server or a cache would
      evil      a program, with the head of a known update hijacker
      portal    a redirect to a log-in page, as captive portals do"""
import socket, sys, threading

CABINET = b"MSCF" + bytes(300)
PROGRAM = b"MZ" + bytes(300)
HEADS = {
    "file": (b"HTTP/1.1 200 OK\r\nDate: Mon, 02 Mar 2026 08:00:00 GMT\r\nServer: ECAcc\r\nContent-Type: application/vnd.ms-cab-compressed\r\nContent-Length: %d\r\n\r\n", CABINET),
    "evil": (b"HTTP/1.0 200 OK\r\nContent-Type: application/octet-stream\r\nCache-Control: no-cache \r\nConnection: close \r\nContent-length: %d\r\n\r\n", PROGRAM),
    "portal": (b"HTTP/1.1 302 Found\r\nLocation: http://portal.corp.example/login\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n", b"<html>log in</html>"),
}


def serve(client):
    head, body = HEADS[sys.argv[2]]
    got = b""
    try:
        while b"\r\n\r\n" not in got:
            more = client.recv(4096)
            if not more:
                return
            got += more
        client.sendall(head % len(body) + body)
        client.shutdown(socket.SHUT_WR)
        client.recv(1)
    except OSError:
        pass


with socket.create_server(("", int(sys.argv[1]))) as listener:
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
