import { existsSync } from 'node:fs'

/** How a person has sshd read its configuration anew on this host, after it was content with it. */
export function reloadCommands(): readonly string[] {
  const unit = findSshdUnit()
  return [
    unit === undefined
      ? 'sshd -t && kill -HUP "$(cat /run/sshd.pid)"'
      : `sshd -t && systemctl reload ${unit}`,
  ]
}

/** Debian and Ubuntu call it ssh, the others sshd; undefined where systemd does not run. */
export function findSshdUnit(): string | undefined {
  if (!existsSync('/run/systemd/system')) return undefined
  const directories = ['/etc/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system']
  return ['ssh', 'sshd'].find((unit) =>
    directories.some((directory) => existsSync(`${directory}/${unit}.service`)),
  )
}
