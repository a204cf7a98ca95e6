#!/usr/bin/python3
"""flame_files.py FOLDER: what the update proxy of captures/make/flame.sh hands out. wuident.cab, wusetup.cab and muv4wuredir.cab are cabinets
without a signature; WuSetupV.exe and Setup.exe are programs that do nothing, the first signed by an authority made here that calls itself
Microsoft's, the second not signed at all. Needs openssl and osslsigncode."""
import os, struct, subprocess, sys

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)


def program(mark, size=6000):
    """The smallest program (PE32) that signing tools take: one section that is no code."""
    head = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64)
    coff = b"PE\0\0" + struct.pack("<HHIIIHH", 0x14C, 1, 0, 0, 0, 224, 0x102)
    optional = struct.pack("<HBBIIIIII", 0x10B, 14, 0, 512, 0, 0, 0x1000, 0x1000, 0x2000)
    optional += struct.pack("<IIIHHHHHHIIIIHH", 0x400000, 0x1000, 512, 6, 0, 0, 0, 6, 0, 0, 0x3000, 512, 0, 3, 0)
    optional += struct.pack("<IIIIII", 0x100000, 0x1000, 0x100000, 0x1000, 0, 16) + bytes(128)
    section = b".text\0\0\0" + struct.pack("<IIIIIIHHI", size - 512, 0x1000, size - 512, 512, 0, 0, 0, 0, 0x60000020)
    return (head + coff + optional + section).ljust(512, b"\0") + (mark.encode() * size)[:size - 512]


def cabinet(name):
    """A cabinet with one empty file."""
    entry = struct.pack("<IIHHHH", 0, 0, 0, 0x5A62, 0x4000, 0x20) + name.encode() + b"\0"
    data_at = 44 + len(entry)
    return (b"MSCF" + struct.pack("<IIIIIBBHHHHH", 0, data_at, 0, 44, 0, 3, 1, 1, 1, 0, 4711, 0) + struct.pack("<IHH", data_at, 0, 0) + entry)


def write(name, octets):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(octets)


def run(*arguments):
    subprocess.run(arguments, check=True, cwd=folder, capture_output=True)


write("wuident.cab", cabinet("wuident.txt"))
write("wusetup.cab", cabinet("wusetup.inf"))
write("muv4wuredir.cab", cabinet("wuredir.xml"))
write("Setup.exe", program("setup"))
write("in", program("WuSetupV"))
run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "730", "-subj", "/O=Microsoft Corporation/CN=Microsoft Enforced Licensing PCA",
    "-addext", "extendedKeyUsage=codeSigning", "-keyout", "key", "-out", "pem")
run("osslsigncode", "sign", "-certs", "pem", "-key", "key", "-h", "sha256", "-in", "in", "-out", "WuSetupV.exe")
for name in ("in", "key", "pem"):
    os.remove(os.path.join(folder, name))
