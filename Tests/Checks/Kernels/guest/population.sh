# SPDX-License-Identifier: Apache-2.0
#
# The sockets to count, made by benchmarks/population, whose README explains the recipes; sourced by the checks, which
# set $work.

# Sockets of every state in both families, and what they amount to: STATE IPV4 IPV6.
orders='
    established=12 syn_sent=2 syn_recv=2 fin_wait1=1 fin_wait2=2 close_wait=2 time_wait=5 last_ack=1 closing=1
    listen=3 backlog=4 unread=1 unacknowledged=1 bound_inactive=3
    ipv6:established=8 ipv6:syn_sent=1 ipv6:syn_recv=3 ipv6:fin_wait1=2 ipv6:fin_wait2=1 ipv6:close_wait=3
    ipv6:time_wait=4 ipv6:last_ack=2 ipv6:closing=1 ipv6:listen=2 ipv6:backlog=2 ipv6:unread=2 ipv6:unacknowledged=1
    ipv6:bound_inactive=1'
ordered='established 25 20
syn_sent 4 4
syn_recv 2 3
fin_wait1 2 3
fin_wait2 5 6
time_wait 5 4
close 0 0
close_wait 4 4
last_ack 1 2
listen 5 4
closing 1 1'

# UNIX sockets, and what they amount to.
unix_orders='unix_stream=3 unix_seqpacket=2 unix_dgram=4 unix_listen=5 unix_backlog=7'
unix_ordered='socket_unix_sockets{kind="stream",state="established"} 13
socket_unix_sockets{kind="stream",state="close"} 0
socket_unix_sockets{kind="stream",state="listen"} 6
socket_unix_sockets{kind="dgram",state="established"} 0
socket_unix_sockets{kind="dgram",state="close"} 4
socket_unix_sockets{kind="seqpacket",state="established"} 4
socket_unix_sockets{kind="seqpacket",state="close"} 0
socket_unix_sockets{kind="seqpacket",state="listen"} 0'

# UDP sockets, and what they amount to.
udp_orders='udp=4 ipv6:udp=3'
udp_ordered='socket_udp_sockets{family="ipv4",state="established"} 0
socket_udp_sockets{family="ipv4",state="close"} 4
socket_udp_sockets{family="ipv6",state="established"} 0
socket_udp_sockets{family="ipv6",state="close"} 3'

# ORDER...: starts a population and waits until it is complete. Sets $population to its process, $ready to `ready`, and
# $namespace to the path of its network namespace. Closing descriptor 3 ends all populations.
start_population() {
    if [ ! -e "$work/keep" ]; then
        mkfifo "$work/keep" "$work/ready"
        exec 3<>"$work/keep"
    fi
    population "$@" <"$work/keep" >"$work/ready" 3>&- &
    population=$!
    read -r ready namespace <"$work/ready"
}
