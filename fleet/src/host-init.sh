#!/bin/bash
# Process 1 of a test host. Started by host-init.ts in new namespaces:
#   host-init.sh DIRECTORY NAME IPV4/LENGTH IPV6/LENGTH
# DIRECTORY holds "fstab" and "root" (host-mounts.ts, host-disk.ts). What it says and hears is line by line:
#   says  pid N    its own process id as the machine counts
#   hears linked   eth0 is there
#   says  ready    root file system, name and addresses are as they should be
# Then it waits for the end of its input and ends itself, and with process 1 the kernel ends every process of the host. So
# hosts never outlive the program that made them, however it died.
set -eu
dir=$1 name=$2 address4=$3 address6=$4
umask 022

# This /proc is still the machine's.
read -r pid _ </proc/self/stat
echo "pid $pid"

mount --no-mtab --all --fstab "$dir/fstab"
cp --archive /dev/{null,zero,full,random,urandom,tty} "$dir/root/dev/"

cd "$dir/root"
pivot_root . .
umount --lazy . # the machine's root lay over ours
cd /

hostname "$name"
ln -s pts/ptmx /dev/ptmx
ln -s /proc/self/fd /dev/fd
ln -s /proc/self/fd/0 /dev/stdin
ln -s /proc/self/fd/1 /dev/stdout
ln -s /proc/self/fd/2 /dev/stderr
mkdir /run/sshd /run/lock
: >/run/utmp # there is no /dev/log: a test that wants one binds it

if [ -e /first-boot ]; then # what the machine keeps to itself
  rm -rf /etc/ssh /etc/fleetkey /etc/ssl/private /etc/sudoers.d /etc/nologin /etc/{passwd,group,shadow,gshadow}-
  mkdir -m 700 /etc/ssl/private
  mv /first-boot/ssh /etc/ssh
  rmdir /first-boot
fi

read -r _ # linked
# nodad: the addresses are ours alone, and a server must be able to bind them now
ip -batch - <<EOF
link set lo up
link set eth0 up
addr add $address4 dev eth0
addr add $address6 dev eth0 nodad
EOF
echo ready

# bash collects every child that ends, also those it got from a parent that died, while it waits here
while read -r _; do :; done
