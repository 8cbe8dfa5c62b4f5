import type { GrantStory } from '@fleetkey/domain/grant-story'
import type { Instance } from '@fleetkey/domain/instance'
import { isTunnelAddress } from '@fleetkey/domain/tunnel-target'
import type { Explanation } from '@fleetkey/wire/agent/receipts'
import { directAddressOf } from '../terminals/direct-address.ts'
import type { Call } from './operation.ts'

/** What is to be told of a key of which sshd has heard nothing. */
export interface Unused extends Explanation {
  readonly mend: string
}

/** A firewall that is looked at later than this after the end of the key may be another by then. */
const FRESH_MS = 120_000
const SSH_PORT = 22

/** Nothing of it came to sshd, as far as the host has told. */
export const isUnused = ({ steps, state }: GrantStory): boolean =>
  (state === 'delivered' || state === 'expired') &&
  steps.every(({ kind }) => kind === 'pushed' || kind === 'delivered' || kind === 'expired')

/**
 * What keeps a login away from sshd, where that can be known: the host's own firewall, for the address that is asked from. What is between
 * no host sees. Once the time of the key is over, and the host tells that nobody offered it, also where sshd would have been. Undefined
 * when there is nothing to say.
 */
export async function explainUnused(story: GrantStory, call: Call): Promise<Unused | undefined> {
  const instance = await call.store.instances.get(story.instanceId)
  if (instance === undefined) return undefined
  const over = call.now() - (story.usableUntil ?? call.now())
  const kept = over < FRESH_MS ? await keptOut(instance, story, call) : undefined
  if (kept !== undefined || !isToldUnused(story)) return kept
  const { sshPort } = instance.facts
  // An address is told to whoever may read it anyway.
  const maySee = call.isAllowed(['ec2:DescribeInstances'], { arn: '*' }, {})
  const address = maySee ? directAddressOf(instance, call.presence) : undefined
  const where = `${address === undefined ? '' : `${address} `}port ${sshPort}`
  const port =
    sshPort === SSH_PORT
      ? ''
      : ` Plain ssh goes to port 22 there unless told otherwise: ssh -p ${sshPort}.`
  return {
    says: `Nobody offered the key to sshd, which listens on ${where}. Who has tried did not come so far: a firewall is between, or it was another address or port.${port}`,
    mend: `See what is between: fleetkey doctor ${story.instanceId} --os-user ${story.osUser}`,
  }
}

/** By the host; that the time was over the server knows alone. */
const isToldUnused = ({ steps }: GrantStory): boolean =>
  steps.some(({ kind, says }) => kind === 'expired' && says !== undefined)

async function keptOut(
  instance: Instance,
  { osUser }: GrantStory,
  { hostDoctor, origin }: Call,
): Promise<Unused | undefined> {
  const { sourceAddress: address } = origin
  // Who asks from the server's own machine comes to the host from another address than we see.
  if (!isTunnelAddress(address)) return undefined
  const question = { osUser, address, checks: ['firewall'] }
  const examined = await hostDoctor.examine(instance, question)
  if (examined.kind !== 'examined') return undefined
  const found = examined.findings.find(
    ({ state, cause }) => state === 'bad' && cause === 'never-arrived',
  )
  if (found?.cause === undefined) return undefined
  return {
    cause: 'never-arrived',
    says: found.says,
    mend: `${found.mend?.says ?? ''} The commands: fleetkey doctor ${instance.instanceId} --os-user ${osUser}`.trim(),
  }
}
