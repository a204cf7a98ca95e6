#!/usr/bin/python3
"""COUNT machines of one make start within a few seconds: each sends a DISCOVER and a REQUEST from its own hardware address."""
import random, sys, time
from scapy.all import BOOTP, DHCP, IP, UDP, Ether, conf

random.seed(2)
s = conf.L2socket(iface="eth0")
for i in range(int(sys.argv[1])):
    mac = bytes([0x3C, 0x52, 0x82, 0x22, 0x01, i])
    xid = random.getrandbits(32)
    for options in ([("message-type", 1)], [("message-type", 3), ("requested_addr", f"10.2.0.{150 + i}"), ("server_id", "10.2.0.1")]):
        s.send(Ether(src=mac, dst="ff:ff:ff:ff:ff:ff") / IP(src="0.0.0.0", dst="255.255.255.255") / UDP(sport=68, dport=67)
               / BOOTP(chaddr=mac, xid=xid)
               / DHCP(options=options + [("hostname", f"room3-{i:02}"), ("vendor_class_id", "MSFT 5.0"), ("param_req_list", [1, 3, 6, 15, 31, 33, 43, 44, 46, 47, 119, 121, 249, 252]), "end"]))
        time.sleep(random.uniform(0.02, 0.1))
