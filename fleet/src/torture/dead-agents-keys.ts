import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { ssh } from '../ssh.ts'
import { askHelper } from './helper.ts'
import { listKeyNames } from './key-file.ts'
import type { TargetHost } from './target-host.ts'
import type { Violations } from './violations.ts'

/** A second of the promise, and one for the load on this machine: the helper's clock has hundredths. */
const OVER_MS = 61_000

/** A key with Success, kept to log in with. */
export interface KeptKey {
  readonly host: TargetHost
  readonly osUser: string
  readonly identityFile: string
  /** When Success was read, on the client's monotonic clock. */
  readonly at: number
}

/** All agents are dead. Their keys go on to work until their deadline, and no longer. Returns how many were asked for. */
export async function checkKeysOfTheDead(
  hosts: readonly TargetHost[],
  violations: Violations,
): Promise<{ readonly live: number; readonly over: number }> {
  const found = { live: 0, over: 0 }
  await Promise.all(
    hosts.map(async ({ enrolled: { host, instanceId } }) => {
      const dir = `/proc/${host.pid}/root/run/fleetkey/keys`
      const names = listKeyNames(dir)
      const leftOf = (name: string) =>
        Number(readFileSync(`${dir}/${name}`, 'utf8').split(' ')[1]) / 100 - bootNow()
      const overBefore = names.filter((name) => leftOf(name) <= 0)
      const taken = await askHelper(host, names)
      const liveAfter = names.filter((name) => leftOf(name) > 0)
      found.live += liveAfter.length
      found.over += overBefore.length
      for (const name of overBefore.filter((each) => taken.has(each))) {
        violations.add('I3', 'a key is taken after its deadline', { instanceId, name })
      }
      for (const name of liveAfter.filter((each) => !taken.has(each))) {
        violations.add('I4', 'a live key is not taken', { instanceId, name })
      }
    }),
  )
  return found
}

/** Real logins with the keys of dead agents: good at once, refused 61 seconds after Success. Takes that long. */
export async function checkMinuteOfTheDead(
  keys: readonly KeptKey[],
  violations: Violations,
): Promise<void> {
  const logIn = async ({ host, osUser, identityFile }: KeptKey) => {
    const target = host.enrolled.host
    return (await ssh(target, { user: osUser, identityFile, command: 'true' })).code === 0
  }
  for (const key of keys) {
    if (await logIn(key)) continue
    violations.add('I4', 'a key of a killed agent is refused in its minute', evidenceOf(key))
  }
  for (const key of keys) {
    await sleep(Math.max(0, key.at + OVER_MS - performance.now()))
    if (!(await logIn(key))) continue
    violations.add('I3', 'a key of a killed agent is taken after its minute', evidenceOf(key))
  }
}

function evidenceOf({ host, osUser, at }: KeptKey): object {
  const ageMs = performance.now() - at
  return { instanceId: host.enrolled.instanceId, osUser, ageMs }
}

function bootNow(): number {
  return Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0])
}
