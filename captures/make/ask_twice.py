#!/usr/bin/env python3
"""One DNS question sent twice from one port with one id, as a resolver that lost patience does. ask_twice.py SERVER NAME"""
import socket, struct, sys

s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
question = b"".join(bytes([len(p)]) + p for p in sys.argv[2].encode().split(b".")) + b"\0" + struct.pack("!HH", 1, 1)
for _ in range(2):
    s.sendto(struct.pack("!6H", 0x4242, 0x0100, 1, 0, 0, 0) + question, (sys.argv[1], 53))
s.settimeout(1)
for _ in range(2):
    s.recv(4096)
