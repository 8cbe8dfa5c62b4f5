import type { Host } from './host.ts'

const PROGRAM = '/lib/systemd/systemd-journald'

/** Runs the machine's journald on a host, without systemd: what the host's programs say to /dev/log comes into a journal in its /run. */
export async function startJournald(host: Host): Promise<void> {
  const { code, stderr } = await host.exec(['/bin/sh', '-euc', START])
  if (code !== 0) throw new Error(`${host.name}: journald does not run: ${stderr}`)
}

const START = `
  [ -x ${PROGRAM} ] || { echo 'no ${PROGRAM} (package systemd)' >&2; exit 1; }
  mkdir -p /run/systemd/journal /run/log/journal
  # It wants to know its cgroup.
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
  [ -s /etc/machine-id ] || tr -d - </proc/sys/kernel/random/uuid >/etc/machine-id
  setsid ${PROGRAM} </dev/null >/var/log/journald.log 2>&1 &
  tries=500
  until [ -S /run/systemd/journal/dev-log ]; do
    [ $((tries -= 1)) -gt 0 ] || { cat /var/log/journald.log >&2; exit 1; }
    sleep 0.01
  done
  ln -sf /run/systemd/journal/dev-log /dev/log`
