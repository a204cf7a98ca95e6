#!/usr/bin/env bash
# Records captures/updates: who answers for update hosts. Usage: updates.sh [SCENE...]; without arguments all scenes.
# Packages: lab.sh's, and dnsmasq-base isc-dhcp-client bind9-dnsutils curl openssl python3.
. "$(dirname "$0")/lab.sh"

# A gateway that is resolver and DHCP server too, and behind it (on the same wire, for simplicity) a content server with a public address.
office() {
  lab_host gw 3c:52:82:11:00:01 10.6.0.1/24
  lab_host pc 3c:52:82:11:00:21
  lab_host lap 3c:52:82:11:00:22
  lab_host cdn 00:1b:54:00:00:fe 203.0.113.10/24
  dns_dhcp gw --dhcp-range=10.6.0.100,10.6.0.120,1h --domain=corp.example --address=/windowsupdate.com/203.0.113.10 --address=/microsoft.com/203.0.113.10 \
    --address=/wsus.corp.example/10.6.0.7 --address=/example.net/203.0.113.10 --address=/example.org/203.0.113.10 --address=/example.com/203.0.113.10 "$@"
  on cdn ip route add 10.6.0.0/24 dev eth0
  pause 1
}
# The lease's script sets the default route; the content server is on the link.
join() { lease "$1"; on "$1" ip route replace 203.0.113.0/24 dev eth0; }
resolve() { try "$1" dig +tries=1 +time=1 @10.6.0.1 "$2"; }
fetch() { try "$1" curl -s -m 4 -o /dev/null -A "${4:-Microsoft-Delivery-Optimization/10.1}" -H "Host: $2" "$3"; }
# soap HOST ADDRESS: what an update client asks, in its order.
soap() {
  local name=$1 action
  for action in GetConfig GetCookie SyncUpdates GetExtendedUpdateInfo; do
    try "$name" curl -s -m 4 -o /dev/null -A 'Windows-Update-Agent/10.0.10011.16384 Client-Protocol/2.50' -H 'Content-Type: text/xml; charset=utf-8' \
      --resolve "wsus.corp.example:8530:$2" -H "SOAPAction: \"http://www.microsoft.com/SoftwareDistribution/Server/ClientWebService/$action\"" -d '<soap:Envelope/>' http://wsus.corp.example:8530/ClientWebService/client.asmx
  done
}
# signer DIR "SUBJECT": an authority; certificate DIR NAME: a certificate of it.
signer() {
  mkdir -p "$1"
  openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "$2" -keyout "$1/ca.key" -out "$1/ca.pem" 2>/dev/null
}
certificate() {
  printf 'subjectAltName=DNS:%s\nextendedKeyUsage=serverAuth\n' "$2" >"$1/$2.ext"
  openssl req -newkey rsa:2048 -nodes -subj "/CN=$2" -keyout "$1/$2.key" -out "$1/$2.csr" 2>/dev/null
  openssl x509 -req -in "$1/$2.csr" -CA "$1/ca.pem" -CAkey "$1/ca.key" -CAcreateserial -days 90 -extfile "$1/$2.ext" -out "$1/$2.pem" 2>/dev/null
}
tls_server() { daemon "$1" openssl s_server -accept "$2" -key "$3.key" -cert "$3.pem" -tls1_2 -www; }
tls_ask() { { printf 'GET / HTTP/1.0\r\n\r\n'; sleep 0.3; } | try "$1" timeout 4 openssl s_client -connect "$2" -servername "$3" -tls1_2; }

# A poisoner that lured with wpad answers for Windows Update.
scene_update_from_impostor() {
  office
  lab_host rogue 00:0c:29:6e:00:66 10.6.0.66/24
  daemon rogue python3 "$make_dir/poisoner.py" 10.6.0.66 --only wpad
  daemon rogue python3 "$make_dir/update_server.py" 80 evil
  pause 2; record_start
  join pc
  try pc python3 "$make_dir/ask.py" llmnr wpad
  fetch pc windowsupdate.microsoft.com http://10.6.0.66/v9/windowsupdate/selfupdate/wuident.cab 'Windows-Update-Agent'
  fetch pc download.windowsupdate.com http://10.6.0.66/c/msdownload/update/WuSetupV.exe 'Windows-Update-Agent'
}

# Nobody lured before the capture began: a workstation answers for update hosts to which DNS gave another address.
scene_update_from_workstation() {
  office
  lab_host rogue 00:0c:29:6e:00:66
  record_start
  join pc; join rogue
  local ip; ip=$(on rogue ip -4 -br addr show eth0 | awk '{print $3}' | cut -d/ -f1)
  daemon rogue python3 "$make_dir/update_server.py" 80 evil
  pause 2
  resolve pc swscan.apple.com
  fetch pc swscan.apple.com "http://$ip/content/catalogs/index.sucatalog" 'Software%20Update'
}

# Files of Windows Update from a content server, from a cache on the premises (to which DNS leads), and a captive portal for the newcomer.
scene_ordinary_updates() {
  office --address=/tlu.dl.delivery.mp.microsoft.com/10.6.0.9
  lab_host cache 3c:52:82:11:00:09 10.6.0.9/24
  daemon cdn python3 "$make_dir/update_server.py" 80 file
  daemon cache python3 "$make_dir/update_server.py" 80 file
  daemon gw python3 "$make_dir/update_server.py" 80 portal
  pause 2; record_start
  join pc; join lap
  for name in ctldl.windowsupdate.com download.windowsupdate.com; do
    resolve pc $name; fetch pc $name http://203.0.113.10/msdownload/update/authrootstl.cab
  done
  resolve pc 7.tlu.dl.delivery.mp.microsoft.com
  fetch pc 7.tlu.dl.delivery.mp.microsoft.com http://10.6.0.9/filestreamingservice/files/1
  fetch lap windowsupdate.microsoft.com http://10.6.0.1/v9/windowsupdate/redir/muv4wuredir.cab
}

# An interception tool's authority signs for Windows Update's metadata server.
scene_update_tls_impostor() {
  office
  lab_host rogue 00:0c:29:6e:00:66 203.0.113.66/24
  on rogue ip route add 10.6.0.0/24 dev eth0
  signer "$lab_tmp/tool" "/CN=mitmproxy/O=mitmproxy"; certificate "$lab_tmp/tool" sls.update.microsoft.com
  tls_server rogue 443 "$lab_tmp/tool/sls.update.microsoft.com"
  pause 0.5; record_start
  join pc
  tls_ask pc 203.0.113.66:443 sls.update.microsoft.com
}

# The site inspects TLS: one authority of its own signs for every site, update hosts among them.
scene_tls_inspection() {
  office
  signer "$lab_tmp/site" "/O=Corp/CN=Corp Web Gateway CA"
  local port=8440 name
  record_start
  join pc
  for name in www.example.com mail.example.net shop.example.org news.example.edu aus5.mozilla.org sls.update.microsoft.com; do
    certificate "$lab_tmp/site" $name; port=$((port + 1)); tls_server cdn $port "$lab_tmp/site/$name"; pause 0.4
    tls_ask pc 203.0.113.10:$port $name
  done
}

# The site's own WSUS, in clear text: an exposure.
scene_wsus_plaintext() {
  office
  lab_host wsus 3c:52:82:11:00:07 10.6.0.7/24
  daemon wsus python3 "$make_dir/wsus_server.py" 8530 honest
  pause 2; record_start
  join pc
  resolve pc wsus.corp.example
  fetch pc wsus.corp.example:8530 http://10.6.0.7:8530/selfupdate/wuident.cab 'Windows-Update-Agent'
  soap pc 10.6.0.7
}

# The site publishes a third-party update of its own: a command line, but an ordinary one.
scene_wsus_published() {
  office
  lab_host wsus 3c:52:82:11:00:07 10.6.0.7/24
  daemon wsus python3 "$make_dir/wsus_server.py" 8530 published
  pause 2; record_start
  join pc
  resolve pc wsus.corp.example
  soap pc 10.6.0.7
}

# An impostor took the WSUS server's address and offers a borrowed tool.
scene_wsus_impostor() {
  office
  lab_host rogue 00:0c:29:6e:00:66 10.6.0.66/24
  daemon rogue python3 "$make_dir/wsus_server.py" 8530 borrowed
  pause 2; record_start
  join pc
  soap pc 10.6.0.66
}

scene_update_known_tool() {
  office
  lab_host rogue 00:0c:29:6e:00:66 10.6.0.66/24
  daemon rogue python3 "$make_dir/wsus_server.py" 8530 tool
  pause 2; record_start
  join pc
  soap pc 10.6.0.66
}

run_scenes updates "$@"
