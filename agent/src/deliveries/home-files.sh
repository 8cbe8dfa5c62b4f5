#!/bin/sh
# What the delivery `home` does in a home directory, run as that user: whatever links lie there lead only where the user may go.
#
#     read HOME               prints a checksum, then the file
#     write HOME CHECKSUM     replaces the file by standard input, if it still has that checksum (else 75)
#     delete HOME CHECKSUM    removes the file likewise
set -eu
umask 077
act=$1 home=$2
file=$home/.ssh/authorized_keys

# The user's own link (dotfiles) stays a link.
if [ -L "$file" ]; then file=$(readlink -f "$file"); fi
if [ -e "$file" ] && { [ ! -f "$file" ] || [ ! -O "$file" ]; }; then exit 77; fi

sum() { if [ -e "$file" ]; then cksum <"$file"; else echo none; fi; }

case $act in
  read)
    sum
    if [ -e "$file" ]; then head -c 1048577 "$file"; fi
    ;;
  write)
    [ -d "$home" ] || exit 66
    [ -d "$home/.ssh" ] || mkdir -m 700 "$home/.ssh"
    new=$file.fleetkey.$$
    trap 'rm -f "$new"' EXIT
    rm -f "$new"
    # Mode and times as they were; what is in it comes after.
    if [ -e "$file" ]; then cp -p "$file" "$new"; fi
    cat >"$new"
    [ "$(sum)" = "$3" ] || exit 75
    mv -f "$new" "$file"
    ;;
  delete)
    [ "$(sum)" = "$3" ] || exit 75
    rm -f "$file"
    ;;
esac
