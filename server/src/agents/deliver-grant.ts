import { parseCidr } from '@fleetkey/domain/cidr'
import { invalidArgs } from '@fleetkey/domain/exceptions/request'
import { instanceStateInvalid, instanceUnavailable } from '@fleetkey/domain/exceptions/instances'
import { expiryTime, GRANT_TTL_SECONDS, grantIdOf, type Grant } from '@fleetkey/domain/grant'
import { instanceName, type Instance } from '@fleetkey/domain/instance'
import type { ChainLink } from '@fleetkey/domain/trail-chain'
import { acknowledgementStatement } from '@fleetkey/wire/agent/link-statements'
import { parseAgentMessage, type AgentRefusal } from '@fleetkey/wire/agent/agent-messages'
import type { ManagedSignature } from '@fleetkey/wire/agent/server-messages'
import type { Signed } from '@fleetkey/wire/agent/signed'
import { decodeStatement } from '@fleetkey/wire/agent/statement'
import { isManagedKeyType, managedKeyText } from '@fleetkey/wire/aws/managed-key'
import type { SshPublicKey } from '@fleetkey/wire/ssh/public-key'
import { NoResponders, RequestTimeout, type Bus } from '../bus/bus.ts'
import { sha256Base64 } from '../secrets/digests.ts'
import { isSignedBy, publicKeyFrom } from '../secrets/ed25519.ts'
import type { GrantSigner } from '../secrets/grant-signer.ts'
import type { ManagedSigner } from '../secrets/managed-signer.ts'
import type { AgentAnswer, AgentQuestion } from './agent-link.ts'

/** A whole delivery ends within this time, one way or the other. Half of it may go to the question before. */
const DELIVERY_DEADLINE_MS = 10_000

/** The agent's word on an osUser, before anything is granted: which account it is, and a nonce to bind a grant to this moment. */
export interface PreparedDelivery {
  readonly nonce: string
  readonly uid: number
  /** Milliseconds since 1970 by the host's clock, of an agent that serves managed keys. */
  readonly wallClock?: number | undefined
  /** A rule of the host opens its port to whoever pushes. */
  readonly opensPort?: true | undefined
}

export interface GrantRequest {
  readonly instance: Instance
  readonly osUser: string
  readonly key: SshPublicKey
  readonly principalArn: string
  readonly requestId: string
  /** Of whoever pushes. */
  readonly sourceAddress: string
}

/** Hands grants to agents, over the bus, and believes only what the agent signed. */
export interface Deliveries {
  /** Asks, changes nothing. Throws the refusal that the caller shall see. */
  prepare(instance: Instance, osUser: string): Promise<PreparedDelivery>
  /** Resolves once the key is usable on the host. Takes the durable intent, so that no grant exists without one. */
  deliver(request: GrantRequest, prepared: PreparedDelivery, intent: ChainLink): Promise<Grant>
}

export const agentSubject = (instanceId: string): string => `agent.${instanceId}`

export function createDeliveries(parts: {
  readonly bus: Bus
  readonly signer: GrantSigner
  readonly managed: Pick<ManagedSigner, 'sign'>
  readonly deployment: string
  /** DELIVERY_DEADLINE_MS unless a test is in a hurry. */
  readonly deadlineMs?: number | undefined
  readonly now: () => number
}): Deliveries {
  const { bus, signer, managed, deployment, deadlineMs = DELIVERY_DEADLINE_MS, now } = parts

  async function ask(instance: Instance, question: AgentQuestion | RevokeNotice) {
    const text = await bus.request(
      agentSubject(instance.instanceId),
      JSON.stringify(question),
      deadlineMs / 2,
    )
    return parseAgentMessage(text) as AgentAnswer | undefined
  }

  /** Whether it was installed is not known. Nobody waits for this: the grant ends by itself in a minute. */
  function takeBack(instance: Instance, { grantId }: Grant) {
    void ask(instance, { kind: 'revoke', grantId }).catch(() => {})
  }

  return {
    async prepare(instance, osUser) {
      const answer = await ask(instance, { kind: 'prepare', osUser }).catch((error: unknown) => {
        throw unreachable(instance, error, 'no key was pushed. Retry in a moment')
      })
      if (answer?.kind === 'refused') throw refusedByHost(instance, answer.refusal)
      if (answer?.kind !== 'prepared') throw noSense(instance)
      const { nonce, uid, wallClock, opensPort } = answer
      return { nonce, uid, wallClock, opensPort }
    },

    async deliver(request, prepared, intent) {
      const { instance, key } = request
      const grant: Grant = {
        deployment,
        grantId: grantIdOf(request.requestId),
        instanceId: instance.instanceId,
        agentKey: instance.agentKey,
        nonce: prepared.nonce,
        osUser: request.osUser,
        uid: prepared.uid,
        keyType: key.type,
        keyBlob: key.blob.toBase64(),
        optionProfile: 'login-with-forwarding',
        ttl: GRANT_TTL_SECONDS,
        issuedAt: now(),
        principalArn: request.principalArn,
        requestId: request.requestId,
        intentSeq: intent.seq,
        intentHash: intent.hash,
      }
      const address = prepared.opensPort && addressOf(request.sourceAddress)
      const signed = signer.sign(grant, address ? { ...grant, address } : undefined)
      const extra =
        prepared.wallClock === undefined
          ? {}
          : {
              managed: await signManagedKey(managed, { grant, key, wallClock: prepared.wallClock }),
            }
      const answer = await ask(instance, { kind: 'install', ...signed, ...extra }).catch(
        (error: unknown) => {
          takeBack(instance, grant)
          throw unreachable(
            instance,
            error,
            'the key may or may not be usable for a minute. Retry in a moment',
          )
        },
      )
      if (answer?.kind === 'refused') throw refusedByHost(instance, answer.refusal)
      const wanted = { instance, grant, statement: signed.grant.statement }
      if (answer?.kind !== 'installed' || !acknowledges(answer.acknowledgement, wanted)) {
        takeBack(instance, grant)
        throw noSense(instance)
      }
      return grant
    },
  }
}

/** In the one spelling that hosts take. Undefined for what is no address that a host could be reached from. */
function addressOf(sourceAddress: string): string | undefined {
  const range = parseCidr(sourceAddress)
  return range?.text.replace(/\/(32|128)$/, '')
}

/** The end is told by the host's clock, as the host package asks that one, and is that of a grant that was installed already. */
async function signManagedKey(
  managed: Pick<ManagedSigner, 'sign'>,
  { grant, key, wallClock }: { grant: Grant; key: SshPublicKey; wallClock: number },
): Promise<ManagedSignature> {
  if (!isManagedKeyType(key)) {
    throw invalidArgs(
      `This host takes keys through Amazon's host package, which knows ssh-ed25519 and ssh-rsa only: push such a key instead of ${key.type}.`,
    )
  }
  const expires = expiryTime(wallClock, grant.ttl)
  return { expires, signatures: await managed.sign(managedKeyText({ ...grant, key, expires })) }
}

/** Over the bus only; the node that holds the link passes it on and answers with nothing. */
export interface RevokeNotice {
  readonly kind: 'revoke'
  readonly grantId: string
}

function acknowledges(
  signed: Signed,
  wanted: { readonly instance: Instance; readonly grant: Grant; readonly statement: string },
): boolean {
  const acknowledgement = decodeStatement(acknowledgementStatement, signed.statement)
  return (
    acknowledgement !== undefined &&
    acknowledgement.instanceId === wanted.instance.instanceId &&
    acknowledgement.grantId === wanted.grant.grantId &&
    acknowledgement.grantHash === sha256Base64(wanted.statement) &&
    isSignedBy(publicKeyFrom(wanted.instance.agentKey), signed)
  )
}

export const instanceLabel = (instance: Instance): string => {
  const name = instanceName(instance)
  return name === undefined ? instance.instanceId : `${name} (${instance.instanceId})`
}

function unreachable(instance: Instance, error: unknown, consequence: string) {
  if (error instanceof NoResponders) {
    return instanceStateInvalid(
      `The agent on ${instanceLabel(instance)} is not connected, so no key was pushed. On the host, see "fleetkey agent status" and that it can reach this server.`,
    )
  }
  const cause =
    error instanceof RequestTimeout ? 'did not answer in time' : 'was lost while the key was pushed'
  return instanceUnavailable(`The agent on ${instanceLabel(instance)} ${cause}; ${consequence}.`)
}

function refusedByHost(instance: Instance, refusal: AgentRefusal) {
  const text = `${instanceLabel(instance)} refused: ${refusal.message}`
  switch (refusal.code) {
    case 'user-unknown':
    case 'user-not-allowed':
    case 'key-not-allowed':
      return invalidArgs(text)
    case 'grant-not-valid':
    case 'too-many-grants':
    case 'delivery-failed':
    // Of tunnels: an agent that answers a grant so makes no sense, and still it is a no.
    case 'target-not-allowed':
    case 'target-unreachable':
    case 'too-many-tunnels':
    case 'rules-not-applied':
      return instanceStateInvalid(text)
  }
}

function noSense(instance: Instance) {
  return instanceUnavailable(
    `The agent on ${instanceLabel(instance)} gave an answer that does not hold; no key can be counted on. Update the agent or enrol the host again.`,
  )
}
