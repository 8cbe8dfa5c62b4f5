#!/bin/sh
# Installed as /usr/lib/fleetkey/session-hook, root's, 0755. pam_exec(8) runs it as root when sshd has let somebody in:
#
#     session optional pam_exec.so quiet type=open_session /usr/lib/fleetkey/session-hook
#
# Adds one line to /run/fleetkey/logins/log, which only root can read or write, for the agent to tell of the login:
#
#     1 <now> <pid> <start> <user> <address> <port> <methods> <type of the key> <key> .
#
# now: hundredths of a second since boot. pid, start: of sshd's process for this connection, as /proc counts. `-` stands for what is not
# known; by the dot a whole line is told from a part of one. It never says no and never waits: whatever goes wrong here, the login goes on, and the agent finds the session by its processes.
#
# Only for open_session, and first of all session rules: later, and at close_session, the environment is what the user's own
# ~/.pam_environment says (pam_env, user_readenv=1), with LD_PRELOAD if they like, and this runs as root.
#
# Builtins only, as in authorized-keys. Works in dash, busybox ash and bash.
set -uf
LC_ALL=C
PATH=/nonexistent
nl='
'
umask 077
run=/run/fleetkey/logins
proc=/proc

# Only work could take long: nothing here waits. A log that nobody takes ends at 2 MiB (4 in bash), with EFBIG instead of SIGXFSZ.
trap '' XFSZ
ulimit -t 1
ulimit -c 0
ulimit -f 4096

[ "${PAM_TYPE-}" = open_session ] && [ -d "$run" ] || exit 0

# Nothing from outside can end a line or a field: what is not of the shape becomes `-`.
IFS=' '
read -r now _ <"$proc/uptime" || exit 0
case $now in ?*.[0-9][0-9]) now=${now%.*}${now#*.} ;; esac
case $now in '' | *[!0-9]*) exit 0 ;; esac

# After the name of the program, which may hold anything, the start of the process is the 20th field (proc(5), 22).
read -r stat <"$proc/$PPID/stat" || exit 0
set -- ${stat##*) }
[ $# -ge 20 ] || exit 0
shift 19
start=$1
case $start in '' | *[!0-9]*) exit 0 ;; esac

user=${PAM_USER-}
case $user in '' | *[![:graph:]]*) user=- ;; esac
[ ${#user} -le 256 ] || user=-

set -- ${SSH_CONNECTION-}
address=- port=-
if [ $# -eq 4 ]; then
  address=$1 port=$2
  case $address in *[!0-9A-Za-z.:%_-]*) address=- ;; esac
  [ ${#address} -le 64 ] || address=-
  case $port in *[!0-9]*) port=- ;; esac
  [ ${#port} -le 5 ] || port=-
fi

# A line for each method that was gone through: `publickey <type> <key>`, `password`.
methods='' type=- key=-
IFS=$nl
set -- ${SSH_AUTH_INFO_0-}
IFS=' '
for info; do
  set -- $info
  [ $# -ge 1 ] && [ ${#methods} -le 64 ] || continue
  case $1 in *[!a-z-]*) continue ;; esac
  methods=$methods${methods:+,}$1
  [ "$1" = publickey ] && [ $# -ge 3 ] && [ "$key" = - ] || continue
  type=$2 key=$3
done
[ -n "$methods" ] || methods=-
case $type in *[!0-9A-Za-z.@-]*) type=- key=- ;; esac
case $key in *[!0-9A-Za-z+/=-]*) type=- key=- ;; esac
[ ${#type} -le 64 ] || type=- key=-
# A longer line could be written in two parts, with another login's between them.
[ ${#key} -le 3072 ] || key=-

{
  printf '1 %s %s %s %s %s %s %s %s %s .\n' \
    "$now" "$PPID" "$start" "$user" "$address" "$port" "$methods" "$type" "$key" >>"$run/log"
} 2>/dev/null
exit 0
