#!/usr/bin/python3
"""Crafted scenes: shapes of attacks that no packaged program makes, and the honest traffic that looks most like them.
crafted.py [OUT-FOLDER [SCENE…]]. Needs python3-scapy. Deterministic: the same octets every time."""
import sys
from scapy.all import (ARP, BOOTP, DHCP, DNS, DNSQR, DNSRR, ICMPv6ND_NA, ICMPv6ND_NS, ICMPv6NDOptDstLLAddr, ICMPv6NDOptSrcLLAddr, IP, IPv6, TCP,
                       UDP, Dot1Q, Ether, Raw)
import made
from made import FILES, GATEWAY, LAP, PC, ROGUE, nbns_answer, nbns_question, placed, write

ALL = "ff:ff:ff:ff:ff:ff"
GROUP4 = {"224.0.0.252": "01:00:5e:00:00:fc", "224.0.0.251": "01:00:5e:00:00:fb", "255.255.255.255": ALL}
NET = "192.168.7."
ADDRESS = {GATEWAY: NET + "1", PC: NET + "21", LAP: NET + "22", FILES: NET + "5", ROGUE: NET + "66"}


def at(seconds, frame):
    frame.time = made.START + seconds
    frame.placed = True
    return frame


def datagram(source, target, sport, dport, payload, mac=None, to_mac=None, ttl=64, id_=1):
    """Between two hosts of ADDRESS (by MAC), or from one to an IPv4 group."""
    to_ip = ADDRESS.get(target, target)
    return (Ether(src=mac or source, dst=to_mac or GROUP4.get(to_ip, target)) / IP(src=ADDRESS.get(source, source), dst=to_ip, ttl=ttl, id=id_)
            / UDP(sport=sport, dport=dport) / payload)


def question(name, id_=0, kind=1):
    return DNS(id=id_, rd=0, qd=DNSQR(qname=name, qtype=kind))


def answer(name, address, id_=0, owner=None, ttl=30, kind=1, aa=0):
    return DNS(id=id_, qr=1, aa=aa, rd=0, qd=DNSQR(qname=name, qtype=kind), an=DNSRR(rrname=owner or name, type=kind, ttl=ttl, rdata=address))


def llmnr(seconds, asker, responder, name, address, id_, owner=None, seen_question=True):
    ask = at(seconds, datagram(asker, "224.0.0.252", 50000 + id_ % 1000, 5355, question(name, id_), ttl=1, id_=id_))
    reply = at(seconds + 0.004, datagram(responder, asker, 5355, 50000 + id_ % 1000, answer(name, address, id_, owner), ttl=128, id_=id_))
    return [ask, reply] if seen_question else [reply]


def arp_told(seconds, liar, claims, told):
    return at(seconds, Ether(src=liar, dst=told) / ARP(op=2, hwsrc=liar, psrc=claims, hwdst=told, pdst=ADDRESS[told]))


def browse(seconds, client, outside, port, router=GATEWAY, direction="both"):
    there = at(seconds, Ether(src=client, dst=router) / IP(src=ADDRESS[client], dst=outside, ttl=64, id=port) / TCP(sport=port, dport=443, flags="PA", seq=1, ack=1) / Raw(b"x" * 40))
    back = at(seconds + 0.02, Ether(src=router, dst=client) / IP(src=outside, dst=ADDRESS[client], ttl=53, id=port) / TCP(sport=443, dport=port, flags="PA", seq=1, ack=41) / Raw(b"y" * 80))
    return [there, back] if direction == "both" else [there] if direction == "out" else [back]


def outside(i):
    return f"198.51.{100 + i % 3}.{10 + i}"


def lease(seconds, client, server=GATEWAY, router=GATEWAY, xid=1, relay="0.0.0.0", **more):
    hardware = bytes.fromhex(client.replace(":", "")) + bytes(10)
    options = [("message-type", 3), ("hostname", "pc"), ("param_req_list", [1, 3, 6, 15, 252]), "end"]
    ask = at(seconds, Ether(src=client, dst=ALL) / IP(src="0.0.0.0", dst="255.255.255.255") / UDP(sport=68, dport=67) / BOOTP(xid=xid, chaddr=hardware) / DHCP(options=options))
    given = [("message-type", 5), ("server_id", more.get("identifier", ADDRESS[server])), ("lease_time", 3600), ("subnet_mask", "255.255.255.0"),
             ("router", ADDRESS[router]), ("name_server", more.get("dns", ADDRESS[GATEWAY])), "end"]
    ack = at(seconds + 0.02, Ether(src=server, dst=client) / IP(src=ADDRESS[server], dst=ADDRESS[client]) / UDP(sport=67, dport=68)
             / BOOTP(op=2, xid=xid, yiaddr=ADDRESS[client], giaddr=relay, chaddr=hardware) / DHCP(options=given))
    return [ask, ack]


def dns(seconds, client, server, name, address, id_, rcode=0, resolver=None, ttl=300, sid_ttl=64):
    qd = DNSQR(qname=name)
    port = 40000 + id_ % 20000
    ask = at(seconds, datagram(client, server, port, 53, DNS(id=id_, rd=1, qd=qd), id_=id_))
    an = None if address is None else DNSRR(rrname=name, ttl=ttl, rdata=address)
    reply = at(seconds + 0.01, datagram(server, client, 53, port, DNS(id=id_, qr=1, ra=1, rcode=rcode, qd=qd, an=an), ttl=sid_ttl, id_=id_))
    return [ask, reply]


# ---- attacks ----

def llmnr_other_owner():
    """A poisoner with a fixed answer name: the record bears another name than the one that was asked, for wpad and for a mistyped server."""
    return ("names/llmnr-other-owner", llmnr(0, PC, ROGUE, "filesrvv", NET + "66", 701, "srv-cifs") + llmnr(2, LAP, ROGUE, "wpad", NET + "66", 702, "srv-cifs"))


def arp_silent_gateway():
    """One-way spoofing with irregular pauses; the gateway never sends ARP, only the packets from outside it brings, before and after."""
    frames = [f for i in range(4) for f in browse(i * 0.7, PC, outside(i), 50100 + i)]
    frames += [arp_told(4 + t, ROGUE, NET + "1", PC) for t in (0, 1.3, 4.1, 5.0, 8.2)]
    frames += [f for i in range(4, 8) for f in browse(9 + i, PC, outside(i), 50100 + i)]
    return "wire/arp-silent-gateway", frames


def dns_wpad_appears():
    """The resolver of all said for an hour that wpad does not exist; then somebody puts the record into the zone, leading to a workstation."""
    frames = lease(0, ROGUE, xid=66)
    for i, client in enumerate((PC, LAP, FILES)):
        frames += dns(10 + i, client, GATEWAY, "www.corp.example", "192.0.2.80", 100 + i)
        frames += dns(20 + i, client, GATEWAY, "wpad.corp.example", None, 110 + i, rcode=3)
    frames += dns(3600, PC, GATEWAY, "wpad.corp.example", NET + "66", 120) + dns(3605, LAP, GATEWAY, "wpad.corp.example", NET + "66", 121)
    return "names/dns-wpad-appears", frames


# ---- honest twins ----

def llmnr_name_forms():
    """A file server answers for its name in the form it likes best; nobody else's name is touched."""
    return ("names/llmnr-name-forms", llmnr(0, PC, FILES, "nas", NET + "5", 711, "nas.local") + llmnr(2, LAP, FILES, "nas.corp.example", NET + "5", 712, "nas"))


def arp_poller_one_way():
    """A bond checks its link by asking its server for ARP each second; the mirror shows only what is sent to the poller."""
    frames = [arp_told(t, FILES, NET + "5", PC) for t in range(60)]
    frames += [f for i in range(6) for f in browse(i * 9 + 0.5, PC, outside(i), 50200 + i, direction="in")]
    return "wire/arp-poller-one-way", frames


def mdns_reflector():
    """A reflector repeats what owners in another segment answered, with their addresses; it lies about nobody."""
    frames = []
    for i, (name, address) in enumerate((("printer.local", "192.168.9.40"), ("tv.local", "192.168.9.41"), ("nas.local", "192.168.9.42"), ("cam.local", "192.168.9.43"))):
        frames.append(at(i * 2, datagram(PC, "224.0.0.251", 5353, 5353, question(name), ttl=255, id_=i)))
        frames.append(at(i * 2 + 0.05, datagram(GATEWAY, "224.0.0.251", 5353, 5353, answer(name, address, ttl=120, aa=1), ttl=255, id_=i)))
    return "names/mdns-reflector", frames


def dns_wildcard():
    """A zone with a wildcard: every name, wpad among them, leads to the web server, from the resolver of all."""
    frames = []
    for i, client in enumerate((PC, LAP, FILES)):
        for j, name in enumerate(("www", "intranet", "wpad", "typo")):
            frames += dns(i * 3 + j * 0.5, client, GATEWAY, f"{name}.corp.example", NET + "80", 200 + i * 10 + j)
    return "names/dns-wildcard", frames


def captive_portal():
    """A captive portal answers every name with itself until the guest has logged in; it is resolver, DHCP server and router."""
    frames = []
    for i, client in enumerate((PC, LAP, FILES)):
        frames += lease(i * 5, client, xid=300 + i)
        for j, name in enumerate(("www.msftconnecttest.com", "wpad.guest.example", "www.example.com", "update.microsoft.com")):
            frames += dns(i * 5 + 1 + j * 0.2, client, GATEWAY, name, NET + "1", 310 + i * 10 + j, ttl=0)
    return "names/captive-portal", frames


def docking_station():
    """A laptop changes from Wi-Fi to its dock: same address by lease, another card; back again an hour later."""
    dock = "00:50:b6:10:20:30"
    ADDRESS[dock] = NET + "22"
    frames = lease(0, LAP, xid=401) + browse(1, LAP, outside(1), 50300)
    frames += lease(200, dock, xid=402) + [at(201, Ether(src=dock, dst=ALL) / ARP(op=1, hwsrc=dock, psrc=NET + "22", pdst=NET + "22"))] + browse(202, dock, outside(2), 50301)
    frames += lease(3800, LAP, xid=403) + [at(3801, Ether(src=LAP, dst=ALL) / ARP(op=1, hwsrc=LAP, psrc=NET + "22", pdst=NET + "22"))] + browse(3802, LAP, outside(3), 50302)
    return "wire/docking-station", frames


def hsrp_pair():
    """Two routers share a virtual address: ARP names the virtual MAC, each router forwards with its own card, then they change over."""
    virtual, second = "00:00:0c:07:ac:0a", "3c:52:82:11:00:02"
    ADDRESS[virtual] = NET + "1"
    frames = []
    for i in range(12):
        router = GATEWAY if i < 6 else second
        frames += [at(i * 10, Ether(src=PC, dst=ALL) / ARP(op=1, hwsrc=PC, psrc=ADDRESS[PC], pdst=NET + "1")),
                   at(i * 10 + 0.001, Ether(src=virtual, dst=PC) / ARP(op=2, hwsrc=virtual, psrc=NET + "1", hwdst=PC, pdst=ADDRESS[PC]))]
        frames += [browse(i * 10 + 1, PC, outside(i), 50400 + i, virtual)[0], browse(i * 10 + 1, PC, outside(i), 50400 + i, router)[1]]
        if i == 6:
            frames += [at(i * 10 - 1 + t, Ether(src=virtual, dst=ALL) / ARP(op=2, hwsrc=virtual, psrc=NET + "1", hwdst=ALL, pdst=NET + "1")) for t in (0, 0.1, 0.2)]
    return "wire/hsrp-pair", frames


def relayed_leases():
    """A relay passes two clients' requests to a central server and its answers back; the server identifier is the server's, the sender the relay."""
    frames = []
    for i, client in enumerate((PC, LAP)):
        frames += lease(i * 4, client, xid=500 + i, relay=NET + "1", identifier="10.20.0.9", dns="10.20.0.9")
    return "dhcp/relayed-leases", frames


SCENES = [llmnr_other_owner, arp_silent_gateway, dns_wpad_appears, llmnr_name_forms, arp_poller_one_way, mdns_reflector, dns_wildcard,
          captive_portal, docking_station, hsrp_pair, relayed_leases]

if __name__ == "__main__":
    for scene in SCENES:
        if len(sys.argv) < 3 or scene.__name__ in sys.argv[2:]:
            name, frames = scene()
            write(name, sorted(frames, key=lambda frame: frame.time))
