#!/usr/bin/python3
"""One gratuitous ARP reply: ADDRESS is us. Runs in a lab namespace only."""
import sys
from scapy.all import ARP, Ether, get_if_hwaddr, sendp

mac = get_if_hwaddr("eth0")
sendp(Ether(src=mac, dst="ff:ff:ff:ff:ff:ff") / ARP(op=2, hwsrc=mac, psrc=sys.argv[1], hwdst="ff:ff:ff:ff:ff:ff", pdst=sys.argv[1]), iface="eth0", verbose=False)
