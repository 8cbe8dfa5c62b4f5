import { readFileSync } from 'node:fs'
import type { Battlefield } from './battlefield.ts'
import { askHelper } from './helper.ts'
import { listKeyNames } from './key-file.ts'
import type { TargetHost } from './target-host.ts'

/** All agents are dead. Their keys go on to work until their deadline, and no longer, if sshd's helper is asked. */
export async function checkKeysOfTheDead(
  field: Pick<Battlefield, 'hosts' | 'tally' | 'violations'>,
): Promise<void> {
  await Promise.all(field.hosts.map((host) => checkKeysOf(host, field)))
}

async function checkKeysOf(
  { enrolled: { host, instanceId } }: TargetHost,
  { tally: { deadKeys }, violations }: Pick<Battlefield, 'tally' | 'violations'>,
): Promise<void> {
  const dir = `/proc/${host.pid}/root/run/fleetkey/keys`
  const names = listKeyNames(dir)
  const isOver = (name: string) => deadlineOf(`${dir}/${name}`) <= bootNow()
  const overBefore = names.filter(isOver)
  const taken = await askHelper(host, names)
  // What ended while the helper was asked counts for neither.
  const liveAfter = names.filter((name) => !isOver(name))
  deadKeys.live += liveAfter.length
  deadKeys.over += overBefore.length
  for (const name of overBefore.filter((each) => taken.has(each))) {
    violations.add('I3', 'a key is taken after its deadline', { instanceId, name })
  }
  for (const name of liveAfter.filter((each) => !taken.has(each))) {
    violations.add('I4', 'a live key is not taken', { instanceId, name })
  }
}

/** Both in seconds since boot: hosts share this machine's boot clock. */
function deadlineOf(path: string): number {
  return Number(readFileSync(path, 'utf8').split(' ')[1]) / 100
}

function bootNow(): number {
  return Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0])
}
