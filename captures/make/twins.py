#!/usr/bin/python3
"""Attacks that a hostile review found missed, and honest networks that it found accused, side by side.
twins.py [OUT-FOLDER [SCENE…]]. Needs python3-scapy. Deterministic: the same octets every time."""
import gzip
import sys
import zlib
from scapy.all import (ARP, DHCP, DNS, DNSRR, DNSQR, IP, TCP, Ether, ICMPv6EchoReply, ICMPv6ND_NA, ICMPv6ND_RA, ICMPv6ND_Redirect, ICMPv6ND_RS,
                       ICMPv6NDOptDstLLAddr, ICMPv6NDOptPrefixInfo, ICMPv6NDOptRDNSS, ICMPv6NDOptRedirectedHdr, ICMPv6NDOptSrcLLAddr, IPv6, Raw)
from crafted import ADDRESS, ALL, NET, answer, arp_told, at, browse, datagram, dns, lease, llmnr, outside, question
from made import FILES, GATEWAY, LAP, PC, ROGUE, write

RESOLVER, BALANCER, SECOND = "00:15:5d:aa:00:05", "00:15:5d:aa:00:21", "00:50:56:bb:00:77"
ADDRESS[RESOLVER] = NET + "53"
PAC_TYPE = "application/x-ns-proxy-autoconfig"


def script(proxy):
    return f'function FindProxyForURL(url, host) {{ if (isPlainHostName(host)) return "DIRECT"; return "PROXY {proxy}; DIRECT"; }}'.encode()


def get(host, path="/wpad.dat", agent="WinHttp-Autoproxy-Service/5.1"):
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {agent}\r\n\r\n".encode()


def ok(body, kind=PAC_TYPE, more=""):
    return f"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: {kind}\r\n{more}Content-Length: {len(body)}\r\n\r\n".encode() + body


def talk(seconds, client, server, address, port, *messages, back=None, sport=None, ttl=64):
    """A TCP connection of a client with an address behind a MAC; messages in turn, the client's first. A list is sent as several segments."""
    sport = sport or 40000 + int(seconds * 10) % 20000
    frames, mine, theirs, clock = [], 0x1000, 0x9000, seconds

    def send(is_client, flags, octets=b""):
        nonlocal mine, theirs, clock
        clock += 0.001
        link = Ether(src=client, dst=server) if is_client else Ether(src=back or server, dst=client)
        net = IP(src=ADDRESS[client], dst=address, ttl=128) if is_client else IP(src=address, dst=ADDRESS[client], ttl=ttl)
        seq, ack, ports = (mine, theirs, (sport, port)) if is_client else (theirs, mine, (port, sport))
        frame = link / net / TCP(sport=ports[0], dport=ports[1], seq=seq, ack=0 if flags == "S" else ack, flags=flags)
        frames.append(at(clock, frame / Raw(octets) if octets else frame))
        grown = len(octets) + (1 if "S" in flags or "F" in flags else 0)
        mine, theirs = (mine + grown, theirs) if is_client else (mine, theirs + grown)

    send(True, "S")
    send(False, "SA")
    send(True, "A")
    for number, message in enumerate(messages):
        for part in message if isinstance(message, list) else [message]:
            send(number % 2 == 0, "PA", part)
    send(True, "FA")
    send(False, "FA")
    send(True, "A")
    return frames


def asked_arp(seconds, client, address, mac):
    return [at(seconds, Ether(src=client, dst=ALL) / ARP(op=1, hwsrc=client, psrc=ADDRESS[client], pdst=address)),
            at(seconds + 0.001, Ether(src=mac, dst=client) / ARP(op=2, hwsrc=mac, psrc=address, hwdst=client, pdst=ADDRESS[client]))]


def used(start=0, clients=(PC, LAP, FILES)):
    """An ordinary beginning: leases, a resolver that all use, traffic through the gateway."""
    frames = []
    for i, client in enumerate(clients):
        t = start + i * 2
        frames += lease(t, client, xid=700 + i, dns=NET + "53") + asked_arp(t + 0.2, client, NET + "1", GATEWAY)
        frames += dns(t + 0.5, client, RESOLVER, "www.example.org", "198.51.100.80", 700 + i) + browse(t + 1, client, outside(i), 50700 + i)
    return frames


# ---- names ----

def captive_portal_late():
    """The capture begins when the guest has its lease: nothing but the portal's own answers shows who it is."""
    frames = []
    for j, name in enumerate(("www.msftconnecttest.com", "wpad.guest.example", "wpad", "www.example.com")):
        frames += dns(1 + j * 0.2, PC, GATEWAY, name, NET + "1", 800 + j, ttl=0)
    return "names/captive-portal-late", frames


def printer_of_its_mac():
    """A printer whose lease nobody saw answers for the name its maker gave it, and for the one its users gave it."""
    printer = "30:05:5c:11:22:33"
    ADDRESS[printer] = NET + "77"
    frames = used()
    for i, name in enumerate(("BRN30055C112233", "printer-2nd-floor")):
        frames += llmnr(20 + i, PC, printer, name, NET + "77", 810 + i)
    frames.append(at(23, datagram(PC, "224.0.0.251", 5353, 5353, question("Brother-30055C112233.local"), ttl=255)))
    frames.append(at(23.05, datagram(printer, PC, 5353, 5353, answer("Brother-30055C112233.local", NET + "77", aa=1), ttl=255)))
    return "names/printer-of-its-mac", frames


def update_of(seconds, host, name, address, id_):
    ask = DNS(id=id_, opcode=5, rd=0, qd=DNSQR(qname="corp.example", qtype="SOA"), ns=DNSRR(rrname=name, ttl=1200, rdata=address))
    done = DNS(id=id_, opcode=5, qr=1, rd=0, qd=DNSQR(qname="corp.example", qtype="SOA"))
    return [at(seconds, datagram(host, RESOLVER, 50053, 53, ask, id_=id_)), at(seconds + 0.004, datagram(RESOLVER, host, 53, 50053, done, id_=id_))]


def wpad_record_renewed():
    """The WPAD host of the site, to which DNS leads everybody, renews its own record as domain members do each day."""
    ADDRESS[BALANCER] = NET + "9"
    frames = used() + [f for i, c in enumerate((PC, LAP)) for f in dns(10 + i, c, RESOLVER, "wpad.corp.example", NET + "9", 820 + i)]
    return "names/wpad-record-renewed", frames + update_of(60, BALANCER, "wpad.corp.example", NET + "9", 825)


def wpad_record_taken():
    """The same network: a workstation updates the record to itself, and DNS leads everybody there from then on."""
    frames = used(clients=(PC, LAP, ROGUE)) + dns(10, PC, RESOLVER, "wpad.corp.example", NET + "9", 830)
    frames += update_of(60, ROGUE, "wpad.corp.example", NET + "66", 835) + dns(70, LAP, RESOLVER, "wpad.corp.example", NET + "66", 836)
    return "names/wpad-record-taken", frames


# ---- pac ----

def pac_two_balancers():
    """One address, two load balancers that answer for it in turn, and one file from both."""
    frames = used()
    for i, client in enumerate((PC, LAP, FILES, PC)):
        balancer = (BALANCER, SECOND)[i % 2]
        frames += asked_arp(20 + i * 3, client, NET + "80", balancer)
        frames += talk(21 + i * 3, client, balancer, NET + "80", 80, get("wpad.corp.example"), ok(script("proxy.corp.example:8080")))
    return "pac/pac-two-balancers", frames


def pac_address_taken():
    """The same address: a third card answers for it and has a file of its own."""
    name, frames = pac_two_balancers()
    frames += asked_arp(40, LAP, NET + "80", ROGUE) + talk(41, LAP, ROGUE, NET + "80", 80, get("wpad.corp.example"), ok(script(NET + "66:8080")))
    return "pac/pac-address-taken", frames


def redirected_from(server, location):
    return f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


def pac_redirected():
    """A poisoner sends whoever comes for the PAC to a server on the internet, where the file and the proxy are."""
    frames = used() + llmnr(20, PC, ROGUE, "wpad", NET + "66", 840)
    frames += talk(21, PC, ROGUE, NET + "66", 80, get("wpad"), redirected_from(ROGUE, "http://203.0.113.66:8000/p"))
    frames += talk(22, PC, GATEWAY, "203.0.113.66", 8000, get("203.0.113.66:8000", "/p"), ok(script("203.0.113.66:8080"), "text/plain"), ttl=44)
    return "pac/pac-redirected", frames


def pac_redirected_home():
    """The site's own wpad host does the same: it redirects to the vendor that keeps the site's file."""
    ADDRESS[BALANCER] = NET + "9"
    frames = used() + dns(20, PC, RESOLVER, "wpad.corp.example", NET + "9", 845)
    frames += talk(21, PC, BALANCER, NET + "9", 80, get("wpad.corp.example"), redirected_from(BALANCER, "http://pac.vendor.example/corp/p"))
    frames += talk(22, PC, GATEWAY, "198.51.100.90", 80, get("pac.vendor.example", "/corp/p"), ok(script("gw.vendor.example:8080"), "text/plain"), ttl=50)
    return "pac/pac-redirected-home", frames


def pac_wrapped_twice():
    """The file of a poisoner with two content codings, one inside the other."""
    wrapped = gzip.compress(zlib.compress(script(NET + "66:8080")), mtime=0)
    frames = used() + llmnr(20, PC, ROGUE, "wpad", NET + "66", 860)
    frames += talk(21, PC, ROGUE, NET + "66", 80, get("wpad"), ok(wrapped, more="Content-Encoding: deflate, gzip\r\n"))
    return "pac/pac-wrapped-twice", frames


def rogue_access_point():
    """An access point of the attacker's: one machine is router, DHCP server, resolver, wpad, proxy, and every host that is asked for."""
    point = "00:13:37:a5:11:22"
    ADDRESS[point] = NET + "1"
    frames = []
    for i, client in enumerate((PC, LAP)):
        t = i * 6
        frames += lease(t, client, server=point, router=point, xid=850 + i, dns=NET + "1")
        for j, name in enumerate(("www.msftconnecttest.com", "wpad.lan", "fe2.update.microsoft.com", "login.live.com")):
            frames += dns(t + 1 + j * 0.2, client, point, name, NET + "1", 850 + i * 10 + j)
        frames += talk(t + 2, client, point, NET + "1", 80, get("wpad.lan"), ok(script(NET + "1:8080")))
    return "pac/rogue-access-point", frames


# ---- wire ----

def arp_by_questions():
    """Poisoning by questions alone: the liar asks each side who it is, as the other; caches believe the asker (RFC 826)."""
    frames = used(clients=(PC, LAP, ROGUE))
    for i in range(5):
        for claims, told in ((NET + "1", PC), (ADDRESS[PC], GATEWAY)):
            frames.append(at(20 + i * 2, Ether(src=ROGUE, dst=told) / ARP(op=1, hwsrc=ROGUE, psrc=claims, hwdst="00:00:00:00:00:00", pdst=ADDRESS[told])))
    return "wire/arp-by-questions", frames


def arp_probed():
    """Hosts make sure of their neighbours by questions to them alone; two have one address by accident and do so as well."""
    frames = used()
    twin = "3c:52:82:44:00:09"
    ADDRESS[twin] = ADDRESS[LAP]
    for i in range(5):
        for host in (PC, LAP, twin):
            frames.append(at(20 + i * 20, Ether(src=host, dst=GATEWAY) / ARP(op=1, hwsrc=host, psrc=ADDRESS[host], hwdst=GATEWAY, pdst=NET + "1")))
            frames += browse(21 + i * 20, host, outside(i), 50800 + i, direction="out")
    return "wire/arp-probed", frames


def arp_announced_gateway():
    """The liar announces the gateway's address as its own to all; the gateway goes on bringing packets and never speaks ARP for itself."""
    frames = used(clients=(PC, LAP, ROGUE))
    for i in range(30):
        frames.append(at(20 + i * 5, Ether(src=ROGUE, dst=ALL) / ARP(op=2, hwsrc=ROGUE, psrc=NET + "1", hwdst=ALL, pdst=NET + "1")))
        frames += browse(22 + i * 5, LAP, outside(i % 4), 50900 + i)
    return "wire/arp-announced-gateway", frames


# ---- dhcp ----

def two_relays():
    """One untagged mirror of two subnets: a relay in each passes the leases of one central server on, each with its own plan."""
    second = "3c:52:82:11:00:02"
    ADDRESS[second] = "192.168.8.1"
    frames = []
    for i in range(8):
        client, relay, net = f"3c:52:82:33:00:{i:02x}", (GATEWAY, second)[i % 2], (NET, "192.168.8.")[i % 2]
        ADDRESS[client] = f"{net}{30 + i}"
        ask, ack = lease(i * 4, client, server=relay, router=relay, xid=900 + i, relay=f"{net}1", identifier="10.20.0.9", dns="10.20.0.9")
        ack[DHCP].options = ack[DHCP].options[:-1] + [(252, b"http://wpad.corp.example/wpad.dat"), "end"]
        frames += [ask, ack]
    return "dhcp/two-relays", frames


def link_local(mac):
    octets = bytes.fromhex(mac.replace(":", ""))
    link = bytes([octets[0] ^ 2]) + octets[1:3] + b"\xff\xfe" + octets[3:]
    return "fe80::" + ":".join(f"{link[i]:02x}{link[i + 1]:02x}" for i in range(0, 8, 2))


def advertised(seconds, mac, *prefixes, resolver):
    message = IPv6(src=link_local(mac), dst="ff02::1", hlim=255) / ICMPv6ND_RA(routerlifetime=1800) / ICMPv6NDOptSrcLLAddr(lladdr=mac)
    for prefix in prefixes:
        message /= ICMPv6NDOptPrefixInfo(prefix=prefix, prefixlen=64, validlifetime=86400, preferredlifetime=14400)
    return at(seconds, Ether(src=mac, dst="33:33:00:00:00:01") / message / ICMPv6NDOptRDNSS(dns=[resolver], lifetime=1200))


def two_providers():
    """Two routers of one site share a prefix; each has one of its provider's besides, and that provider's resolver."""
    frames = used()
    for i in range(5):
        frames.append(advertised(10 + i * 20, GATEWAY, "2001:db8:7::", "fd00:7::", resolver="2001:db8:7::53"))
        frames.append(advertised(12 + i * 20, "54:7f:ee:22:00:02", "2001:db8:8::", "fd00:7::", resolver="2001:db8:8::53"))
    return "dhcp/two-providers", frames


def stolen_ports():
    """Empty ARP questions under the MACs of the gateway and of a host, to the thief's own MAC, a hundred a second: the switch is their victim."""
    frames = used()
    for i in range(40):
        owner = (GATEWAY, PC)[i % 2]
        frames.append(at(20 + i * 0.01, Ether(src=owner, dst=ROGUE) / ARP(op=1, hwsrc="00:00:00:00:00:00", psrc="0.0.0.0", pdst="0.0.0.0")))
    return "wire/stolen-ports", frames


def redirected6(seconds, host, target, outside6):
    victim = "2001:db8:7::21"
    asked = IPv6(src=victim, dst=outside6, hlim=64) / ICMPv6EchoReply(id=0x51)
    return at(seconds, Ether(src=GATEWAY, dst=host) / IPv6(src=link_local(GATEWAY), dst=victim, hlim=255)
              / ICMPv6ND_Redirect(tgt=link_local(target), dst=outside6) / ICMPv6NDOptDstLLAddr(lladdr=target) / ICMPv6NDOptRedirectedHdr(pkt=asked))


def advertises_itself(seconds, mac, router):
    return at(seconds, Ether(src=mac, dst="33:33:00:00:00:01") / IPv6(src=link_local(mac), dst="ff02::1", hlim=255)
              / ICMPv6ND_NA(R=router, S=0, O=1, tgt=link_local(mac)) / ICMPv6NDOptDstLLAddr(lladdr=mac))


def redirect_to_host():
    """A redirect with the router's own address and MAC, to a neighbour that has said of itself that it is no router."""
    frames = [advertised(i * 20, GATEWAY, "2001:db8:7::", resolver="2001:db8:7::53") for i in range(2)]
    frames += [advertises_itself(5, PC, 0), advertises_itself(6, ROGUE, 0)]
    return "wire/redirect-to-host", frames + [redirected6(50 + i, PC, ROGUE, "2001:db8:99::80") for i in range(2)]


def redirect_to_router():
    """The router knows a better one on the link, which sends no advertisements but says in neighbour discovery that it is a router."""
    frames = [advertised(i * 20, GATEWAY, "2001:db8:7::", resolver="2001:db8:7::53") for i in range(2)]
    frames += [advertises_itself(5, PC, 0), advertises_itself(6, SECOND, 1)]
    return "wire/redirect-to-router", frames + [redirected6(50, PC, SECOND, "2001:db8:99::80")]


def solicited(seconds, mac):
    return at(seconds, Ether(src=mac, dst="33:33:00:00:00:02") / IPv6(src=link_local(mac), dst="ff02::2", hlim=255) / ICMPv6ND_RS()
              / ICMPv6NDOptSrcLLAddr(lladdr=mac))


def slaac_attack():
    """Nobody routes IPv6 here: hosts ask in vain. Then a neighbour makes itself the IPv6 router and resolver of all."""
    frames = used() + [solicited(t, mac) for mac, first in ((PC, 1), (LAP, 4)) for t in (first, first + 4, first + 8)]
    return "dhcp/slaac-attack", frames + [advertised(30 + i * 30, ROGUE, "2001:db8:bad::", resolver=link_local(ROGUE)) for i in range(3)]


def own_ipv6_router():
    """IPv6 has a router of its own beside the IPv4 gateway, its own resolver too; it answers whoever asks."""
    frames = used() + [solicited(t, mac) for mac, t in ((PC, 1), (LAP, 4))]
    return "dhcp/own-ipv6-router", frames + [advertised(t, SECOND, "2001:db8:7::", resolver=link_local(SECOND)) for t in (1.2, 4.2, 34, 64)]


SCENES = [captive_portal_late, printer_of_its_mac, wpad_record_renewed, wpad_record_taken, pac_two_balancers, pac_address_taken, pac_redirected,
          pac_redirected_home, pac_wrapped_twice, rogue_access_point, arp_by_questions, arp_probed, arp_announced_gateway, two_relays, two_providers,
          stolen_ports, redirect_to_host, redirect_to_router, slaac_attack, own_ipv6_router]

if __name__ == "__main__":
    for scene in SCENES:
        if len(sys.argv) < 3 or scene.__name__ in sys.argv[2:]:
            name, frames = scene()
            write(name, sorted(frames, key=lambda frame: frame.time))
