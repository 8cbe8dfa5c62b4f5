#!/bin/sh
# Installed as /usr/lib/fleetkey/authorized-keys, root's, 0755. sshd_config(5):
#
#     AuthorizedKeysCommand /usr/lib/fleetkey/authorized-keys %u %U %f
#     AuthorizedKeysCommandUser fleetkey
#
# Prints the offered key (%f) when the agent left it in /run/fleetkey/keys for this account (%u and %U) and it is still live. sshd
# calls this for every key that any client offers, twice for the one that logs in. Non-zero: sshd refuses and logs it.
#
# Builtins only: a fork costs more than all that is done here, and below 5 ms sshd's own padding of answers hides the rest. The
# key's file is found by name, so the time does not grow with the number of keys. Works in dash, busybox ash and bash.
set -uf
LC_ALL=C
PATH=/nonexistent
IFS=' '
umask 077
run=/run/fleetkey
proc=/proc

# The hard limit: regular files, /proc and a pipe smaller than its buffer never wait, so only work could take long, and 1 s of it
# is the end (SIGXCPU, then SIGKILL; sshd refuses). Notes that would grow beyond 64 KiB fail with EFBIG instead of SIGXFSZ.
trap '' XFSZ
ulimit -t 1 || exit 1
ulimit -c 0
ulimit -f 128

[ $# -eq 3 ] || exit 1
user=$1 uid=$2 fingerprint=$3

# Accounts with other names (domain/os-user.ts) cannot have a grant; that is no error.
case $user in '' | [.-]* | *[!A-Za-z0-9@._\$-]*) exit 0 ;; esac
[ ${#user} -le 32 ] || exit 0
case $uid in '' | *[!0-9]*) exit 1 ;; esac
[ ${#uid} -le 10 ] || exit 1

# An error on purpose where `FingerprintHash md5` is set: no key could ever match.
case $fingerprint in SHA256:*) hash=${fingerprint#SHA256:} ;; *) exit 1 ;; esac
case $hash in *[!A-Za-z0-9+/]*) exit 1 ;; esac
[ ${#hash} -eq 43 ] || exit 1

# Base64 has `/`, file names do not.
name=$user:
while :; do
  case $hash in
    */*) name=$name${hash%%/*}_ hash=${hash#*/} ;;
    *) name=$name$hash && break ;;
  esac
done
key=$run/keys/$name

# Hundredths of a second since boot, sleep included. Never the wall clock: it can be stepped, and a dead agent's key would live again.
read -r uptime _ <"$proc/uptime" || exit 1
case $uptime in *[!0-9.]* | *.*.*) exit 1 ;; ?*.[0-9][0-9]) now=${uptime%.*}${uptime#*.} ;; *) exit 1 ;; esac

# What the agent makes receipts of: when, for whom, which key. Checked above, so nobody can write a second line or another field.
# A flood of unknown keys fills only its own file. A note that cannot be written never stops a login.
note() {
  if [ -f "$run/notes/$1" ]; then
    printf '%s %s %s %s\n' "$now" "$user" "$uid" "$fingerprint" >>"$run/notes/$1"
  fi 2>/dev/null
  return 0
}

if [ ! -e "$key" ] && [ -x "$run/keys" ]; then
  note other
  exit 0
fi

# Not a link, not a fifo that would wait for a writer; one whole line and nothing after it.
[ -f "$key" ] && [ ! -L "$key" ] || exit 1
{
  read -r format deadline boot key_uid key_user key_fingerprint line && ! read -r more && [ -z "$more" ]
} <"$key" || exit 1
[ "$format" = 1 ] || exit 1
case $deadline in '' | *[!0-9]*) exit 1 ;; esac
[ ${#deadline} -le 15 ] || exit 1
case $line in restrict,*) ;; *) exit 1 ;; esac
case $line in *[!\ -~]*) exit 1 ;; esac
[ ${#line} -le 4096 ] || exit 1

# An alias of the account, another key: not ours to print. Both name and uid, because either alone may belong to two accounts.
[ "$key_user" = "$user" ] && [ "$key_uid" = "$uid" ] && [ "$key_fingerprint" = "$fingerprint" ] || exit 1

read -r this_boot <"$proc/sys/kernel/random/boot_id" || exit 1
[ ${#this_boot} -eq 36 ] || exit 1
if [ "$boot" = "$this_boot" ] && [ "$now" -lt "$deadline" ]; then
  note live
  printf '%s\n' "$line"
  exit
fi
note other
