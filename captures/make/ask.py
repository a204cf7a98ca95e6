#!/usr/bin/env python3
"""Asks for names over LLMNR, mDNS or NBNS as Windows and Apple hosts do. ask.py llmnr|llmnr6|mdns|nbns NAME..."""
import os, socket, struct, sys, time


def labels(name):
    return b"".join(bytes([len(p)]) + p for p in name.encode().split(b".")) + b"\0"


def netbios(name, suffix=0):
    octets = name.upper().encode().ljust(15)[:15] + bytes([suffix])
    return b"\x20" + b"".join(bytes([65 + (o >> 4), 65 + (o & 15)]) for o in octets) + b"\0"


protocol, names = sys.argv[1], sys.argv[2:]
family = socket.AF_INET6 if protocol == "llmnr6" else socket.AF_INET
s = socket.socket(family, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
if protocol == "nbns":
    s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    s.bind(("", 137))
    target = (os.environ.get("BROADCAST", "255.255.255.255"), 137)
elif protocol == "mdns":
    s.bind(("", 5353))
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
    target = ("224.0.0.251", 5353)
elif protocol == "llmnr6":
    target = ("ff02::1:3", 5355, 0, socket.if_nametoindex("eth0"))
else:
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
    target = ("224.0.0.252", 5355)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"eth0")
s.settimeout(0.4)
for name in names:
    id_ = 0 if protocol == "mdns" else int.from_bytes(os.urandom(2), "big")
    flags = int(os.environ.get("NBNS_FLAGS", "0x0110"), 16) if protocol == "nbns" else 0
    body = netbios(name) + struct.pack("!HH", 0x20, 1) if protocol == "nbns" else labels(name) + struct.pack("!HH", 1, 1)
    answered = False
    for attempt in range(2):
        s.sendto(struct.pack("!6H", id_, flags, 1, 0, 0, 0) + body, target)
        try:
            while True:
                data, sender = s.recvfrom(9000)
                if data[2] & 0x80:
                    print(name, "answered by", sender[0])
                    answered = True
                    break
        except TimeoutError:
            pass
        if answered:
            break
    time.sleep(0.1)
