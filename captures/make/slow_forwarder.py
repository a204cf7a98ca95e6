#!/usr/bin/env python3
"""A DNS forwarder that takes its time, as one that asks the Internet does. slow_forwarder.py ADDRESS UPSTREAM-PORT SECONDS"""
import socket, sys, time

address, port, delay = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind((address, 53))
while True:
    data, client = server.recvfrom(4096)
    upstream = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    upstream.settimeout(1)
    upstream.sendto(data, (address, port))
    time.sleep(delay)
    try:
        server.sendto(upstream.recv(4096), client)
    except TimeoutError:
        pass
