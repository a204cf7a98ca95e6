#!/usr/bin/env bash
# Records captures/tls: handshakes of every version as OpenSSL makes them, up to the end and a little data. All are benign.
# Usage: tls.sh [SCENE...]; without arguments all scenes. Packages: lab.sh's, and openssl curl tinyproxy python3.
. "$(dirname "$0")/lab.sh"

# A private authority and a server certificate with an intermediate one, fresh in each scene.
authority() {
  local dir=$lab_tmp/ca name=${1:-www.corp.example}
  mkdir -p "$dir"
  openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/O=Corp/CN=Corp Root" -keyout "$dir/root.key" -out "$dir/root.pem" 2>/dev/null
  printf 'basicConstraints=critical,CA:true\n' >"$dir/ca.ext"
  openssl req -newkey rsa:2048 -nodes -subj "/O=Corp/CN=Corp Issuing CA 1" -keyout "$dir/mid.key" -out "$dir/mid.csr" 2>/dev/null
  openssl x509 -req -in "$dir/mid.csr" -CA "$dir/root.pem" -CAkey "$dir/root.key" -CAcreateserial -days 1800 -extfile "$dir/ca.ext" -out "$dir/mid.pem" 2>/dev/null
  printf 'subjectAltName=DNS:%s,DNS:*.corp.example\nextendedKeyUsage=serverAuth\n' "$name" >"$dir/leaf.ext"
  openssl req -newkey rsa:2048 -nodes -subj "/CN=$name" -keyout "$dir/leaf.key" -out "$dir/leaf.csr" 2>/dev/null
  openssl x509 -req -in "$dir/leaf.csr" -CA "$dir/mid.pem" -CAkey "$dir/mid.key" -CAcreateserial -days 800 -extfile "$dir/leaf.ext" -out "$dir/leaf.pem" 2>/dev/null
}
office() {
  lab_host srv 3c:52:82:11:00:08 10.5.0.8/24 2001:db8:5::8/64
  lab_host pc 3c:52:82:11:00:21 10.5.0.21/24 2001:db8:5::21/64
  authority "$@"
}
# serve PORT [s_server options...]
serve() {
  local port=$1; shift
  daemon srv openssl s_server -accept "$port" -key "$lab_tmp/ca/leaf.key" -cert "$lab_tmp/ca/leaf.pem" -cert_chain "$lab_tmp/ca/mid.pem" \
    -cipher 'ALL:@SECLEVEL=0' -www "$@"
  pause 0.6
}
# ask PORT [s_client options...]: one request inside the session.
ask() {
  local port=$1; shift
  { printf 'GET / HTTP/1.0\r\n\r\n'; sleep 0.5; } | try pc timeout 5 openssl s_client -connect "10.5.0.8:$port" -servername www.corp.example \
    -cipher 'ALL:@SECLEVEL=0' "$@"
}

scene_tls10() { office; serve 443 -tls1; record_start; ask 443 -tls1; }
scene_tls11() { office; serve 8443 -tls1_1; record_start; ask 8443 -tls1_1; }
scene_tls12() { office; serve 443 -tls1_2 -alpn http/1.1; record_start; ask 443 -tls1_2 -alpn h2,http/1.1; }
scene_tls13() { office; serve 443 -alpn h2; record_start; ask 443 -alpn h2,http/1.1; }

# The server wants another group: HelloRetryRequest, and a second hello.
scene_tls13_retry() { office; serve 443 -groups P-384; record_start; ask 443 -groups X25519:P-384; }

# An earlier session goes on: no certificates.
scene_tls12_resumed() {
  office; serve 443 -tls1_2; record_start
  ask 443 -tls1_2 -sess_out "$lab_tmp/session"
  ask 443 -tls1_2 -sess_in "$lab_tmp/session"
}

# Records of 512 octets: messages over several records.
scene_tls12_fragmented() { office; serve 443 -tls1_2 -max_send_frag 512; record_start; ask 443 -tls1_2 -max_send_frag 512 -alpn "$(seq -s, -f 'proto%g' 1 80)"; }

# A hello that is longer than a segment.
scene_tls13_long_hello() { office; serve 443; record_start; ask 443 -alpn "$(seq -s, -f 'protocol-number-%g' 1 120)"; }

# A small maximum segment: everything is in pieces.
scene_tls12_small_segments() {
  office; serve 443 -tls1_2
  on pc ip route replace 10.5.0.0/24 dev eth0 advmss 96; on srv ip route replace 10.5.0.0/24 dev eth0 advmss 96
  record_start; ask 443 -tls1_2 -alpn h2
}

scene_tls12_no_name_v6() {
  office; serve 443 -tls1_2; record_start
  { printf 'GET / HTTP/1.0\r\n\r\n'; sleep 0.5; } | try pc timeout 5 openssl s_client -connect "[2001:db8:5::8]:443" -noservername -tls1_2
}

scene_client_certificate() {
  office; serve 443 -tls1_2 -Verify 2; record_start; ask 443 -tls1_2 -cert "$lab_tmp/ca/leaf.pem" -key "$lab_tmp/ca/leaf.key"
}

# STARTTLS: the hello comes in the middle of a connection that was another protocol's.
scene_starttls_smtp() {
  office
  daemon srv python3 "$make_dir/starttls_server.py" 25 "$lab_tmp/ca/leaf.pem" "$lab_tmp/ca/leaf.key"
  pause 0.6; record_start
  { printf 'QUIT\r\n'; sleep 0.5; } | try pc timeout 5 openssl s_client -connect 10.5.0.8:25 -servername mail.corp.example -starttls smtp -tls1_2
}

# The server does not like the version: an alert, no answer.
scene_refused() { office; serve 443 -tls1_3; record_start; ask 443 -tls1_2; }

# The old form of the hello, as clients of the nineties sent it.
scene_ssl2_hello() {
  office; serve 443 -tls1; record_start
  try pc python3 "$make_dir/ssl2_hello.py" 10.5.0.8 443
}

# Through a forward proxy: CONNECT, then TLS inside the tunnel.
scene_through_connect() {
  office www.corp.example
  lab_host proxy 3c:52:82:11:00:09 10.5.0.9/24
  serve 443 -tls1_2
  daemon proxy python3 "$make_dir/connect_proxy.py" 3128 10.5.0.8
  pause 0.5; record_start
  try pc curl -sk -m 4 --tls-max 1.2 -x http://10.5.0.9:3128 https://www.corp.example/
}

run_scenes tls "$@"
