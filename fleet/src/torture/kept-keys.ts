import { setTimeout as sleep } from 'node:timers/promises'
import { generateKey, ssh } from '../ssh.ts'
import { until } from '../until.ts'
import type { Battlefield } from './battlefield.ts'
import { newPush } from './push-history.ts'
import type { TargetHost } from './target-host.ts'

/** A minute and the second that the promise leaves (I3). */
const OVER_MS = 61_000
/** Long enough for an agent with the longest pause between its tries. */
const LINK_WITHIN_MS = 45_000

/** A key with Success, kept to log in with. */
export interface KeptKey {
  readonly host: TargetHost
  readonly osUser: string
  readonly identityFile: string
  /** When Success was read, on the client's monotonic clock. */
  readonly at: number
}

/** Pushes one key for each user and host; the load rests from then on. */
export async function pushKeptKeys(
  { dir, load, hosts, plane, client }: Battlefield,
  users: readonly string[],
): Promise<KeptKey[]> {
  load.shut()
  await load.drained()
  const linked = () => hosts.every(({ recorder }) => recorder.isLinkUp)
  await until('every agent is linked', linked, LINK_WITHIN_MS)
  const kept: KeptKey[] = []
  for (const host of hosts) {
    for (const osUser of users) {
      const key = await generateKey(dir, 'ed25519', `kept-${host.name}-${osUser}`)
      const { instanceId } = host.enrolled
      const { publicKey, identityFile } = key
      const answer = await client.send(newPush(plane.root, { instanceId, osUser, publicKey }))
      if (answer.kind !== 'success') continue
      kept.push({ host, osUser, identityFile, at: performance.now() })
    }
  }
  return kept
}

/** Real logins with the keys of dead agents: good at once, refused 61 seconds after Success. Takes that long. */
export async function checkMinuteOfTheDead(
  keys: readonly KeptKey[],
  { tally: { deadKeys }, violations }: Pick<Battlefield, 'tally' | 'violations'>,
): Promise<void> {
  for (const key of keys) {
    if (await logsIn(key)) deadKeys.taken++
    else violations.add('I4', 'a key of a killed agent is refused early', evidenceOf(key))
  }
  for (const key of keys) {
    await sleep(Math.max(0, key.at + OVER_MS - performance.now()))
    if (await logsIn(key)) {
      violations.add('I3', 'a key of a killed agent is taken after its minute', evidenceOf(key))
    } else deadKeys.refused++
  }
}

async function logsIn({ host, osUser, identityFile }: KeptKey): Promise<boolean> {
  const target = host.enrolled.host
  return (await ssh(target, { user: osUser, identityFile, command: 'true' })).code === 0
}

function evidenceOf({ host, osUser, at }: KeptKey): object {
  const ageMs = performance.now() - at
  return { instanceId: host.enrolled.instanceId, osUser, ageMs }
}
