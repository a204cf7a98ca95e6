#!/usr/bin/python3
"""Makes the captures that no lab on one bridge can record: routed traffic, both sides of a router, tagged and tunnelled copies.
made.py [OUT-FOLDER]. Needs python3-scapy. Deterministic: the same octets every time."""
import os, sys
from scapy.all import (BOOTP, DHCP, GRE, IP, TCP, UDP, Dot1Q, Ether, Raw, PcapNgWriter, rdpcap)

here = os.path.dirname(os.path.abspath(__file__))
out = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(here)
START = 1_772_438_400.0  # 2026-03-02 08:00 UTC
GATEWAY, PC, LAP, ROGUE, FILES = "3c:52:82:11:00:01", "3c:52:82:11:00:21", "3c:52:82:11:00:22", "00:0c:29:6e:00:66", "00:11:32:aa:00:05"


def write(name, frames, step=0.05):
    path = os.path.join(out, name + ".pcapng")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    writer = PcapNgWriter(path)
    for i, frame in enumerate(frames):
        if not getattr(frame, "placed", False):
            frame.time = START + i * step
        writer.write(frame)
    writer.close()
    print(f"{path}: {len(frames)} packets", file=sys.stderr)


def netbios(name, suffix=0):
    octets = name.encode().ljust(15)[:15] + bytes([suffix])
    return b"\x20" + b"".join(bytes([65 + (o >> 4), 65 + (o & 15)]) for o in octets) + b"\0"


def nbns_question(id_, name, kind=0x20, broadcast=True):
    flags = 0x0110 if broadcast else 0x0100
    return Raw(id_.to_bytes(2, "big") + flags.to_bytes(2, "big") + b"\0\1\0\0\0\0\0\0" + netbios(name) + kind.to_bytes(2, "big") + b"\0\1")


def nbns_answer(id_, name, address, flags=0x8500, ttl=300000):
    return Raw(id_.to_bytes(2, "big") + flags.to_bytes(2, "big") + b"\0\0\0\1\0\0\0\0" + netbios(name) + b"\0\x20\0\1" + ttl.to_bytes(4, "big")
               + b"\0\6\0\0" + bytes(int(p) for p in address.split(".")))


def udp(mac_from, mac_to, source, target, sport, dport, payload, ttl=128, id_=1):
    return Ether(src=mac_from, dst=mac_to) / IP(src=source, dst=target, ttl=ttl, id=id_) / UDP(sport=sport, dport=dport) / payload


def nbns_off_link():
    """BadTunnel: a page makes the client ask NBSTAT of an Internet host; answers for WPAD come back through the hole, ids guessed in sequence."""
    pc, outside = "192.168.7.21", "203.0.113.66"
    frames = [udp(PC, GATEWAY, pc, outside, 137, 137, nbns_question(0x8001, "*" + "\0" * 14, 0x21, broadcast=False))]
    for i in range(12):
        frames.append(udp(GATEWAY, PC, outside, pc, 137, 137, nbns_answer(0x8000 + i, "WPAD", outside), ttl=47, id_=100 + i))
    frames.append(udp(PC, "ff:ff:ff:ff:ff:ff", pc, "192.168.7.255", 137, 137, nbns_question(0x8006, "WPAD")))
    frames.append(udp(GATEWAY, PC, outside, pc, 137, 137, nbns_answer(0x8006, "WPAD", outside), ttl=47, id_=120))
    write("names/nbns-off-link", frames)


def nbns_routed_wins():
    """A WINS server in another home network answers through the router for the names of others; wpad it does not know."""
    pc, wins = "192.168.7.21", "10.20.0.5"
    lease = Ether(src=GATEWAY, dst=PC) / IP(src="192.168.7.1", dst=pc) / UDP(sport=67, dport=68) / BOOTP(
        op=2, xid=77, yiaddr=pc, chaddr=bytes.fromhex(PC.replace(":", "")) + bytes(10)) / DHCP(options=[
            ("message-type", 5), ("server_id", "192.168.7.1"), ("lease_time", 3600), ("subnet_mask", "255.255.255.0"), ("router", "192.168.7.1"),
            ("name_server", "192.168.7.1"), ("NetBIOS_server", wins), "end"])
    frames = [lease]
    for i, name in enumerate(["FILESRV", "PRINTSRV", "SQL01", "BACKUP"]):
        frames.append(udp(PC, GATEWAY, pc, wins, 137, 137, nbns_question(0x9000 + i, name, broadcast=False)))
        frames.append(udp(GATEWAY, PC, wins, pc, 137, 137, nbns_answer(0x9000 + i, name, f"10.20.0.{50 + i}", 0x8580), ttl=126, id_=200 + i))
    frames.append(udp(PC, GATEWAY, pc, wins, 137, 137, nbns_question(0x9010, "WPAD", broadcast=False)))
    frames.append(udp(GATEWAY, PC, wins, pc, 137, 137, Raw(b"\x90\x10\x85\x83\0\0\0\0\0\0\0\0"), ttl=126, id_=210))
    write("names/nbns-routed-wins", frames)


def router_seen_twice():
    """The mirror session has both sides of a real router: every packet twice, TTL one lower, the router's MACs. Nobody is in the middle."""
    inside, outside, border = GATEWAY, "3c:52:82:11:00:0a", "00:1b:54:00:00:fe"
    frames = []
    for client, mac, port in (("192.168.7.21", PC, 50001), ("192.168.7.22", LAP, 50002), ("192.168.7.5", FILES, 50003)):
        for i in range(6):
            there = dict(sport=port, dport=443, seq=1000 + i * 100, ack=5000 + i * 100, flags="PA")
            back = dict(sport=443, dport=port, seq=5000 + i * 100, ack=1100 + i * 100, flags="PA")
            server = "198.51.100.80"
            frames.append(Ether(src=mac, dst=inside) / IP(src=client, dst=server, ttl=64, id=300 + i) / TCP(**there) / Raw(b"x" * 100))
            frames.append(Ether(src=outside, dst=border) / IP(src=client, dst=server, ttl=63, id=300 + i) / TCP(**there) / Raw(b"x" * 100))
            frames.append(Ether(src=border, dst=outside) / IP(src=server, dst=client, ttl=57, id=400 + i) / TCP(**back) / Raw(b"y" * 100))
            frames.append(Ether(src=inside, dst=mac) / IP(src=server, dst=client, ttl=56, id=400 + i) / TCP(**back) / Raw(b"y" * 100))
    write("wire/router-seen-twice", frames, step=0.01)


class Talk:
    """A TCP connection of a client on the link with a server beyond the gateway, frame by frame."""

    def __init__(self, server, port=80, sport=50111):
        self.server, self.client, self.port, self.sport, self.frames, self.ids = server, "192.168.7.21", port, sport, [], 1000
        self.mine, self.theirs = 0x1000, 0x9000
        self.up(b"", "S")
        self.down(b"", "SA")
        self.mine += 1
        self.theirs += 1
        self.up(b"")

    def up(self, octets, flags="A", seq=None, window=64240):
        self.ids += 1
        frame = Ether(src=PC, dst=GATEWAY) / IP(src=self.client, dst=self.server, ttl=128, id=self.ids) / TCP(
            sport=self.sport, dport=self.port, seq=self.mine if seq is None else seq, ack=0 if flags == "S" else self.theirs, flags=flags, window=window)
        self.frames.append(frame / Raw(octets) if octets else frame)

    def down(self, octets, flags="A", seq=None, ttl=52, mac=GATEWAY, checksum=None):
        self.ids += 1
        frame = Ether(src=mac, dst=PC) / IP(src=self.server, dst=self.client, ttl=ttl, id=self.ids) / TCP(
            sport=self.port, dport=self.sport, seq=self.theirs if seq is None else seq, ack=self.mine + (flags == "SA"), flags=flags, window=64240, chksum=checksum)
        self.frames.append(frame / Raw(octets) if octets else frame)


def response_injected_beyond():
    """A man on the side somewhere on the internet: both answers come by the gateway, the forged one with another TTL and first."""
    talk = Talk("198.51.100.80")
    ask = b"GET /client/setup.msi HTTP/1.1\r\nHost: download.vendor.example\r\n\r\n"
    talk.up(ask, "PA")
    talk.mine += len(ask)
    forged = b"HTTP/1.1 302 Found\r\nLocation: http://203.0.113.66/setup.msi\r\nContent-Length: 0\r\n\r\n"
    talk.down(forged, "PA", ttl=236)
    body = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-msi\r\nContent-Length: 1300\r\n\r\n" + b"\xd0\xcf\x11\xe0" * 325
    talk.down(body, "PA")
    talk.theirs += len(forged)
    talk.up(b"")
    write("proxies/response-injected-beyond", talk.frames, step=0.004)


def lossy_line():
    """Everything honest that looks like an injection: repetitions of other sizes, probes of one octet of garbage (keep-alive, closed window), a
    segment damaged on the way and sent again, copies by the mirror, and a segment of which the capture kept the beginning only."""
    talk = Talk("198.51.100.80")
    ask = b"GET /list.csv HTTP/1.1\r\nHost: data.vendor.example\r\n\r\n"
    talk.up(ask, "PA")
    talk.up(ask, "PA")
    talk.mine += len(ask)
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Length: 4000\r\n\r\n" + bytes(48 + i % 10 for i in range(4000))
    start = talk.theirs
    talk.down(body[:1400])
    talk.down(body[:700], seq=start)
    talk.down(body[700:2100], seq=start + 700)
    talk.theirs = start + 1400
    damaged = bytearray(body[1400:2800])
    damaged[40:44] = b"\xff\0\xff\0"
    talk.down(bytes(damaged), checksum=0x1234)
    talk.down(body[1400:2800])
    talk.frames.append(talk.frames[-1].copy())
    talk.theirs = start + 2800
    talk.up(b"", window=0)
    for probe in b"\0x\0":
        talk.down(bytes([probe]), seq=start + 2800)
    talk.up(b"")
    talk.down(body[2800:], "PA")
    talk.theirs = start + len(body)
    talk.up(b"")
    for probe in b"\0\xa5\0":
        talk.up(bytes([probe]), seq=talk.mine - 1)
        talk.down(b"")
    talk.down(bytes([7]), seq=talk.theirs - 1)
    talk.down(bytes([9]), seq=talk.theirs - 1)
    write("proxies/lossy-line", talk.frames, step=0.02)


def placed(frame, like, later=0.0):
    frame.time = like.time + later
    frame.placed = True
    return frame


def copies_of(recording):
    """What else a mirror makes of the recorded LLMNR attack: every frame twice; tagged; inside GRE."""
    frames = rdpcap(os.path.join(out, recording + ".pcapng"))
    write(recording + "-span-twice", [copy for f in frames for copy in (placed(f.copy(), f), placed(f.copy(), f, 0.00002))])
    tagged = [placed(Ether(src=f.src, dst=f.dst) / Dot1Q(vlan=120) / f.payload.__class__(bytes(f.payload)), f) for f in frames]
    for frame, original in zip(tagged, frames):
        frame[Dot1Q].type = original.type
    write(recording + "-vlan", tagged)
    write(recording + "-gre", [placed(Ether(src="00:1b:54:00:00:01", dst="00:1b:54:00:00:02") / IP(src="10.255.0.1", dst="10.255.0.2", id=i & 0xFFFF)
                                      / GRE(proto=0x6558) / Raw(bytes(f)), f) for i, f in enumerate(frames)])


if __name__ == "__main__":
    nbns_off_link()
    nbns_routed_wins()
    router_seen_twice()
    response_injected_beyond()
    lossy_line()
    copies_of("names/llmnr-wpad-answer")
