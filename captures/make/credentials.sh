#!/usr/bin/env bash
# Records captures/credentials: who authenticates to whom. Usage: credentials.sh [SCENE...]; without arguments all scenes.
# Packages: lab.sh's, and curl samba smbclient ldap-utils python3.
. "$(dirname "$0")/lab.sh"

office() {
  lab_host gw 3c:52:82:11:00:01 10.6.0.1/24
  lab_host pc 3c:52:82:11:00:21 10.6.0.21/24
  lab_host lap 3c:52:82:11:00:22 10.6.0.22/24
  lab_host files 00:11:32:aa:00:05 10.6.0.5/24
}
rogue() { lab_host rogue 00:0c:29:6e:00:66 10.6.0.66/24; }
python() { local name=$1 script=$2; shift 2; daemon "$name" /usr/bin/python3 "$make_dir/$script" "$@"; }

# smb HOST: Samba's smbd, which takes everybody as a guest after the log-in. In a process group of its own: it ends its whole group.
smb() {
  local name=$1
  mkdir -p "$lab_tmp/$name.smb/share"
  { printf '[global]\nnetbios name = FILES\nworkgroup = CORP\nserver role = standalone\nmap to guest = bad user\nguest account = root\nsmb ports = 445\n'
    printf 'disable netbios = yes\nload printers = no\ndisable spoolss = yes\nlog file = %s\n' "$lab_tmp/$name.smb/log"
    printf '%s = %s\n' 'lock directory' "$lab_tmp/$name.smb" 'state directory' "$lab_tmp/$name.smb" 'cache directory' "$lab_tmp/$name.smb" \
      'pid directory' "$lab_tmp/$name.smb" 'private dir' "$lab_tmp/$name.smb" 'ncalrpc dir' "$lab_tmp/$name.smb/rpc"
    printf '[share]\npath = %s\nguest ok = yes\n' "$lab_tmp/$name.smb/share"; } >"$lab_tmp/$name.smb.conf"
  daemon "$name" smbd -F -s "$lab_tmp/$name.smb.conf"
  pause 2
}
dir() { local name=$1 server=$2; shift 2; try "$name" timeout 8 smbclient -s /dev/null "//$server/share" -c 'ls' "$@"; }
bind_to() { try "$1" timeout 8 ldapsearch -x -LLL -H "ldap://$2:389" -D 'CN=carol,OU=staff,DC=corp,DC=example' -w 'battery-staple' -b '' -s base; }

# A mistyped server name is answered by a poisoner; the client logs in at his SMB server.
scene_smb_to_poisoner() {
  office; rogue
  smb rogue
  python rogue poisoner.py 10.6.0.66 --only 'wpad|filesrv.*'
  pause 1
  record_start
  try pc python3 "$make_dir/ask.py" llmnr wpad
  try pc python3 "$make_dir/ask.py" llmnr filesrvv
  dir pc 10.6.0.66 -U 'CORP\alice%correct-horse' -m SMB3
}

# Basic, a form, an LDAP bind and SMB 1 to a host that had answered for wpad.
scene_passwords_to_poisoner() {
  office; rogue
  python rogue poisoner.py 10.6.0.66 --only wpad
  python rogue rogue_proxy.py 80 web
  python rogue rogue_proxy.py 389 ldap
  pause 1
  record_start
  try pc python3 "$make_dir/ask.py" nbns WPAD
  try pc curl -s -m 3 -u 'alice:correct-horse' http://10.6.0.66/private
  try pc curl -s -m 3 -d 'login=alice&password=correct-horse' http://10.6.0.66/login
  bind_to lap 10.6.0.66
}

# The log-in comes first; only afterwards the server is seen to lure.
scene_shown_before_suspicion() {
  office; rogue
  smb rogue
  python rogue poisoner.py 10.6.0.66 --only wpad
  pause 1
  record_start
  dir pc 10.6.0.66 -U 'CORP\alice%correct-horse' -m SMB2
  pause 1
  try lap python3 "$make_dir/ask.py" llmnr wpad
}

# An ordinary morning: files, directory, a protected page, a log-in form.
scene_ordinary_logons() {
  office
  smb files
  python files rogue_proxy.py 80 web
  python files rogue_proxy.py 389 ldap
  pause 1
  record_start
  for h in pc lap; do
    dir $h 10.6.0.5 -U 'CORP\alice%correct-horse'
    try $h curl -s -m 3 -u 'alice:correct-horse' http://10.6.0.5/private
    try $h curl -s -m 3 -d 'login=alice&password=correct-horse' http://10.6.0.5/login
    bind_to $h 10.6.0.5
  done
}

run_scenes credentials "$@"
