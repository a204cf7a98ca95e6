#!/usr/bin/python3
"""Makes captures/payloads: programs, cabinets and certificates as update hosts, rogue ones and honest ones deliver them.
payloads.py [OUT-FOLDER]. Needs python3-scapy, openssl and osslsigncode. Keys are made anew each time, so the octets differ each time; the scenes do not."""
import os, struct, subprocess, sys, tempfile
from scapy.all import IP, TCP, Ether, PcapNgWriter, Raw

here = os.path.dirname(os.path.abspath(__file__))
out = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(here), "payloads")
START = 1_772_438_400.0  # 2026-03-02 08:00 UTC
GATEWAY, PC, LAP, ROGUE = "3c:52:82:11:00:01", "3c:52:82:11:00:21", "3c:52:82:11:00:22", "00:0c:29:6e:00:66"
PC_IP, LAP_IP, ROGUE_IP, CDN = "10.5.0.21", "10.5.0.22", "10.5.0.66", "203.0.113.80"
UPDATE = "download.windowsupdate.com"
serials = []
work = tempfile.mkdtemp(prefix="sensor-payloads")


class Wire:
    """A capture that grows packet by packet, ten milliseconds apart."""

    def __init__(self):
        self.frames, self.time, self.port = [], START, 50000

    def packet(self, frame):
        frame.time = self.time
        self.frames.append(frame)
        self.time += 0.01

    def fetch(self, client, server, request, answer, keep=None):
        """One connection: handshake, request, answer in segments (only the first KEEP of them captured), both FINs. CLIENT and SERVER are (MAC, address)."""
        self.port += 1
        port, seq, ack = self.port, 1000, 9000

        def up(flags, payload=b""):
            return Ether(src=client[0], dst=server[0]) / IP(src=client[1], dst=server[1], ttl=128) / TCP(sport=port, dport=80, flags=flags, seq=seq, ack=ack) / Raw(payload)

        def down(flags, payload=b""):
            return Ether(src=server[0], dst=client[0]) / IP(src=server[1], dst=client[1], ttl=64) / TCP(sport=80, dport=port, flags=flags, seq=ack, ack=seq) / Raw(payload)

        self.packet(up("S")); seq += 1
        self.packet(down("SA")); ack += 1
        self.packet(up("A"))
        self.packet(up("PA", request)); seq += len(request)
        for number, at in enumerate(range(0, len(answer), 1400)):
            part = answer[at:at + 1400]
            if keep is None or number < keep:
                self.packet(down("PA", part))
            ack += len(part)
        self.packet(up("A"))
        self.packet(down("FA")); ack += 1
        self.packet(up("FA")); seq += 1
        self.packet(down("A"))

    def write(self, name):
        os.makedirs(out, exist_ok=True)
        path = os.path.join(out, name + ".pcapng")
        writer = PcapNgWriter(path)
        for frame in self.frames:
            writer.write(frame)
        writer.close()
        print(f"{path}: {len(self.frames)} packets", file=sys.stderr)


def get(host, path, more=""):
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Windows-Update-Agent/10.0.10011.16384 Client-Protocol/2.0\r\n{more}\r\n".encode()


def ok(body, kind="application/octet-stream", more=""):
    return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n".encode() + body


def part(body, first, last, more=""):
    return (f"HTTP/1.1 206 Partial Content\r\nContent-Type: application/octet-stream\r\nContent-Length: {last - first + 1}\r\n"
            f"Content-Range: bytes {first}-{last}/{len(body)}\r\n{more}\r\n").encode() + body[first:last + 1]


def program(mark, size=6000):
    """The smallest program (PE32) that signing tools take: one section; MARK makes it differ."""
    head = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64)
    coff = b"PE\0\0" + struct.pack("<HHIIIHH", 0x14C, 1, 0, 0, 0, 224, 0x102)
    optional = struct.pack("<HBBIIIIII", 0x10B, 14, 0, 512, 0, 0, 0x1000, 0x1000, 0x2000)
    optional += struct.pack("<IIIHHHHHHIIIIHH", 0x400000, 0x1000, 512, 6, 0, 0, 0, 6, 0, 0, 0x3000, 512, 0, 3, 0)
    optional += struct.pack("<IIIIII", 0x100000, 0x1000, 0x100000, 0x1000, 0, 16) + bytes(128)
    section = b".text\0\0\0" + struct.pack("<IIIIIIHHI", size - 512, 0x1000, size - 512, 512, 0, 0, 0, 0, 0x60000020)
    return (head + coff + optional + section).ljust(512, b"\0") + (mark.encode() * size)[:size - 512]


def cabinet(names):
    """A cabinet with empty files of these NAMES."""
    files = b"".join(struct.pack("<IIHHHH", 0, 0, 0, 0x5A62, 0x4000, 0x20) + name.encode() + b"\0" for name in names)
    folder_at = 36
    files_at = folder_at + 8
    data_at = files_at + len(files)
    head = b"MSCF" + struct.pack("<IIIIIBBHHHHH", 0, data_at, 0, files_at, 0, 3, 1, 1, len(names), 0, 4711, 0)
    return head + struct.pack("<IHH", data_at, 0, 0) + files


def run(*arguments):
    subprocess.run(arguments, check=True, cwd=work, capture_output=True)


def certificate(name, subject, issuer=None, extensions="", digest="-sha256", first="20260101000000Z", last="20280101000000Z", serial=None):
    """Makes NAME.pem and NAME.key under ISSUER (itself when None)."""
    serials.append(0x4096 + len(serials))
    with open(f"{work}/{name}.cnf", "w") as file:
        file.write(f"[ca]\ndefault_ca=c\n[c]\ndatabase={work}/index\nserial={work}/serial\nnew_certs_dir={work}\npolicy=p\nunique_subject=no\n"
                   f"copy_extensions=none\nemail_in_dn=no\n[p]\ncommonName=supplied\norganizationName=optional\n[e]\n{extensions}\n")
    open(f"{work}/index", "w").close()
    with open(f"{work}/serial", "w") as file:
        file.write((serial or f"{serials[-1]:X}") + "\n")
    run("openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", subject)
    signer = ["-selfsign", "-keyfile", f"{name}.key"] if issuer is None else ["-cert", f"{issuer}.pem", "-keyfile", f"{issuer}.key"]
    run("openssl", "ca", "-batch", "-notext", "-config", f"{name}.cnf", "-in", f"{name}.csr", "-out", f"{name}.pem", "-md", digest[1:],
        "-startdate", first, "-enddate", last, "-extensions", "e", *signer)


CA, CODE = "basicConstraints=critical,CA:TRUE", "extendedKeyUsage=codeSigning\nkeyUsage=digitalSignature"


def signed(octets, leaf, *above, digest="sha256"):
    """OCTETS signed by LEAF with the certificates ABOVE it in the signature."""
    with open(f"{work}/chain.pem", "w") as file:
        file.write("".join(open(f"{work}/{name}.pem").read() for name in above))
    with open(f"{work}/in", "wb") as file:
        file.write(octets)
    if os.path.exists(f"{work}/out"):
        os.remove(f"{work}/out")
    run("osslsigncode", "sign", "-certs", f"{leaf}.pem", "-ac", "chain.pem", "-key", f"{leaf}.key", "-h", digest, "-in", "in", "-out", "out")
    return open(f"{work}/out", "rb").read()


pc, lap, rogue, router = (PC, PC_IP), (LAP, LAP_IP), (ROGUE, ROGUE_IP), (GATEWAY, CDN)


def update_payload_untrusted():
    """A host on the link answers for Windows Update: a program without a signature, one whose signature was made by a home-made 'Microsoft', a cabinet."""
    certificate("root", "/CN=Root/O=Home", extensions=CA)
    certificate("fake", "/CN=Microsoft Corporation/O=Microsoft Corporation", "root", CODE)
    wire = Wire()
    wire.fetch(pc, rogue, get(UPDATE, "/v9/windowsupdate/selfupdate/WuSetupV.exe"), ok(program("unsigned")))
    wire.fetch(pc, rogue, get(UPDATE, "/v9/windowsupdate/selfupdate/wuau.exe"), ok(signed(program("fake"), "fake", "root")))
    wire.fetch(pc, rogue, get(UPDATE, "/v9/windowsupdate/selfupdate/wuident.cab"), ok(cabinet(["setup.exe", "wuident.txt"])))
    wire.write("update-payload-untrusted")


def windows_update_quiet():
    """What is normal: trust lists in a cabinet without Authenticode, delta content in ranges, a download that breaks off, packages, a portal's page."""
    wire = Wire()
    trust_list = cabinet(["authroot.stl"])
    delta = b"PA30" + bytes(range(256)) * 40
    for client in (pc, lap):
        wire.fetch(client, router, get("ctldl.windowsupdate.com", "/msdownload/update/v3/static/trustedr/en/authrootstl.cab"),
                   ok(trust_list, "application/vnd.ms-cab-compressed", 'ETag: "80cb2f1a"\r\n'))
        for first in range(0, len(delta), 4000):
            last = min(first + 3999, len(delta) - 1)
            wire.fetch(client, router, get("au.download.windowsupdate.com", "/c/msdownload/update/windows10.0-kb5034441-x64.psf", f"Range: bytes={first}-{last}\r\n"),
                       part(delta, first, last))
    wire.fetch(pc, router, get(UPDATE, "/c/big.exe"), ok(program("big", 40000)), keep=4)
    wire.fetch(pc, router, get("deb.debian.org", "/debian/pool/main/h/hello/hello_2.10-3_amd64.deb"), ok(b"!<arch>\ndebian-binary   1409058000  0     0     100644  4         `\n2.0\n" + bytes(3000)))
    wire.fetch(pc, router, get("deb.debian.org", "/debian/dists/stable/InRelease"), ok(b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nOrigin: Debian\n" * 9))
    wire.fetch(pc, router, get(UPDATE, "/c/other.cab"), ok(b"<html><body>Please log in</body></html>" * 30, "text/html"))
    wire.write("windows-update-quiet")


def own_tool_signed():
    """A tool of the house from the house's own server, signed under the house's own authority: of no concern."""
    certificate("root", "/CN=House Root/O=House", extensions=CA)
    certificate("ca", "/CN=House Signing CA/O=House", "root", CA)
    certificate("leaf", "/CN=House Tools/O=House", "ca", CODE)
    wire = Wire()
    wire.fetch(pc, router, get("tools.corp.example", "/inventory.exe"), ok(signed(program("tool"), "leaf", "ca", "root"), "application/x-msdownload"))
    wire.fetch(lap, router, get("tools.corp.example", "/inventory.exe"), ok(signed(program("tool 2"), "leaf", "ca", "root"), "application/x-msdownload"))
    wire.fetch(lap, router, get("www.corp.example", "/free.exe"), ok(program("free"), "application/x-msdownload"))
    wire.write("own-tool-signed")


def revoked_certificate():
    """A program signed under a licensing authority that was withdrawn in 2012, by name: the true one's key is not to be had."""
    certificate("root", "/CN=Microsoft Root Authority/O=Microsoft Corporation", extensions=CA)
    certificate("ca", "/CN=Microsoft LSRA PA/O=Microsoft", "root", CA)
    certificate("leaf", "/CN=MS", "ca", CODE, serial="1B7E")
    wire = Wire()
    wire.fetch(pc, router, get("files.example.net", "/setup.exe"), ok(signed(program("revoked"), "leaf", "ca", "root"), "application/x-msdownload"))
    wire.write("revoked-certificate")


def certificate_misused():
    """Programs signed with a certificate for clients, and with one that carries the licensing extension."""
    certificate("root", "/CN=Corporate Root/O=Corp", extensions=CA)
    certificate("client", "/CN=alice/O=Corp", "root", "extendedKeyUsage=clientAuth")
    certificate("licence", "/CN=Terminal Services LS/O=Corp", "root", "extendedKeyUsage=codeSigning\n1.3.6.1.4.1.311.18=critical,ASN1:UTF8String:TLS~BASIC")
    wire = Wire()
    wire.fetch(pc, router, get("files.example.net", "/client.exe"), ok(signed(program("client"), "client", "root"), "application/x-msdownload"))
    wire.fetch(pc, router, get("files.example.net", "/licence.exe"), ok(signed(program("licence"), "licence", "root"), "application/x-msdownload"))
    wire.write("certificate-misused")


def collision_certificate():
    """A program signed with a certificate that an authority signed with MD5 in 2010."""
    certificate("root", "/CN=Old Root/O=Old", extensions=CA, digest="-md5", first="20050101000000Z", last="20350101000000Z")
    certificate("leaf", "/CN=Tool/O=Old", "root", CODE, digest="-md5", first="20100219000000Z", last="20300219000000Z")
    wire = Wire()
    wire.fetch(pc, router, get("files.example.net", "/md5.exe"), ok(signed(program("md5"), "leaf", "root"), "application/x-msdownload"))
    wire.write("collision-certificate")


def update_content_differs():
    """One update URL, two clients, two files: the laptop gets its own from a host on the link."""
    wire = Wire()
    path = "/d/msdownload/update/others/2026/02/tool.exe"
    wire.fetch(pc, router, get("javadl-esd.sun.com", path), ok(program("true")))
    wire.fetch(lap, rogue, get("javadl-esd.sun.com", path), ok(program("false")))
    wire.write("update-content-differs")


for scene in (update_payload_untrusted, windows_update_quiet, own_tool_signed, revoked_certificate, certificate_misused, collision_certificate,
              update_content_differs):
    scene()
