#!/usr/bin/env python3
"""A web server for PAC scenes. pac_server.py PORT MODE PROXY

  tool       answers every request with the head and PAC body that a known poisoning tool sends
  ntlm       asks for NTLM before it hands out the PAC, as tools with forced authentication do
  portal     a captive portal: HTML for every path
  changing   a PAC whose proxy changes with every second request
  reindented a PAC whose white space changes with every request
Runs in a lab namespace only."""
import base64, http.server, sys

port, mode, proxy = int(sys.argv[1]), sys.argv[2], sys.argv[3]
served = 0


def pac(proxy, indent="  "):
    return f"function FindProxyForURL(url, host) {{\n{indent}if (isPlainHostName(host)) return \"DIRECT\";\n{indent}return \"PROXY {proxy}; DIRECT\";\n}}\n".encode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, status, reason, headers, body=b""):
        self.wfile.write(f"HTTP/1.1 {status} {reason}\r\n".encode() + b"".join(f"{k}: {v}\r\n".encode() for k, v in headers) + b"\r\n" + body)

    def do_GET(self):
        global served
        served += 1
        length = lambda body: ("Content-Length", len(body))
        kind = ("Content-Type", "application/x-ns-proxy-autoconfig")
        if mode == "tool":
            body = (f'function FindProxyForURL(url, host){{if ((host == "localhost") || shExpMatch(host, "localhost.*") ||(host == "127.0.0.1") '
                    f'|| isPlainHostName(host)) return "DIRECT"; return \'PROXY {proxy}\';}}').encode()
            self.reply(200, "OK", [kind, ("Pragma", "no-cache"), ("Server", "BigIP"), length(body)], body)
        elif mode == "ntlm" and not self.headers.get("Authorization", "").startswith("NTLM TlRMTVNTUAAD"):
            challenge = "NTLM"
            if self.headers.get("Authorization", "").startswith("NTLM"):
                target = "LAB".encode("utf-16le")
                message = b"NTLMSSP\0" + (2).to_bytes(4, "little") + len(target).to_bytes(2, "little") * 2 + (56).to_bytes(4, "little")
                message += 0xA2890205.to_bytes(4, "little") + b"\x11\x22\x33\x44\x55\x66\x77\x88" + bytes(8) + bytes(8) + b"\x0a\0\x7c\x4f\0\0\0\x0f" + target
                challenge += " " + base64.b64encode(message).decode()
            self.reply(401, "Unauthorized", [("Server", "Microsoft-IIS/10.0"), ("WWW-Authenticate", challenge), ("Content-Length", 0)])
        elif mode == "portal":
            body = b"<html><head><title>Welcome</title></head><body>Please accept the terms of the guest network.</body></html>"
            self.reply(200, "OK", [("Content-Type", "text/html"), length(body)], body)
        else:
            body = pac(f"{proxy}:{8080 + served // 2}") if mode == "changing" else pac(proxy, " " * (1 + served))
            self.reply(200, "OK", [kind, ("Date", "Mon, 02 Mar 2026 08:00:00 GMT"), length(body)], body)


http.server.HTTPServer(("", port), Handler).serve_forever()
