import { readFileSync } from 'node:fs'
import type { Host } from '../host.ts'
import { parseKeyName } from './key-file.ts'

/** Runs sshd's helper for each line of its input, as sshd does, and prints those fingerprints that it gives a key for. */
const askForEach = `
  while read -r user uid fingerprint; do
    line=$(setpriv --reuid=fleetkey --regid=fleetkey --clear-groups \\
      /usr/lib/fleetkey/authorized-keys "$user" "$uid" "$fingerprint" </dev/null) || exit 1
    [ -z "$line" ] || echo "$fingerprint"
  done`

/** Which of these key files sshd's helper takes now, by their names. Throws when the helper fails. */
export async function askHelper(host: Host, names: readonly string[]): Promise<Set<string>> {
  const lines = names.map((name) => {
    const key = parseKeyName(name)
    const fields = readFileSync(`/proc/${host.pid}/root/run/fleetkey/keys/${name}`, 'utf8').split(
      ' ',
    )
    return {
      name,
      fingerprint: key?.fingerprint,
      input: `${key?.osUser} ${fields[3]} ${key?.fingerprint}\n`,
    }
  })
  const asked = await host.exec(['/bin/sh', '-c', askForEach], {
    input: lines.map(({ input }) => input).join(''),
    timeoutMs: 120_000,
  })
  if (asked.code !== 0) throw new Error(`the helper failed on ${host.name}: ${asked.stderr}`)
  const taken = new Set(asked.stdout.split('\n'))
  return new Set(
    lines.filter(({ fingerprint = '' }) => taken.has(fingerprint)).map(({ name }) => name),
  )
}
