import { printable } from '@fleetkey/domain/printable'
import { acknowledgementStatement } from '@fleetkey/wire/agent/link-statements'
import type { ManagedSigners } from '@fleetkey/wire/agent/managed-signers-statement'
import type { AgentMessage, AgentRefusal } from '@fleetkey/wire/agent/agent-messages'
import type { ManagedSignature, ServerMessage } from '@fleetkey/wire/agent/server-messages'
import type { Signed } from '@fleetkey/wire/agent/signed'
import { isNews } from '@fleetkey/wire/agent/receipts'
import { encodeStatement } from '@fleetkey/wire/agent/statement'
import { isManagedKeyType, managedKeyText } from '@fleetkey/wire/aws/managed-key'
import { findAccount, refuseUnlessAllowed } from './account-checks.ts'
import type { Accounts } from './accounts.ts'
import { createDoctorAnswers } from './answer-doctor.ts'
import { atMost } from './at-most.ts'
import { sha256 } from './ed25519.ts'
import type { ManagedKeyOnHost } from './delivery.ts'
import { checkGrant, type SignedGrant, type VerifiedGrant } from './grant-checks.ts'
import { GrantRefusal } from './grant-refusal.ts'
import type { Identity } from './identity.ts'
import { checkOpening } from './ingress/rule-checks.ts'
import type { Ingress } from './ingress/ingress.ts'
import type { LiveKeys } from './live-keys.ts'
import { reason, type Log } from './log.ts'
import { checkManagedSigners } from './metadata/signers-checks.ts'
import type { Nonces } from './nonces.ts'
import type { Refusals } from './reasons/refusals.ts'
import type { Paths } from './paths.ts'
import type { Settings } from './settings.ts'
import type { Enrolment, TrustStore } from './state.ts'
import type { Tunnels } from './tunnels/tunnels.ts'

export interface AnswerContext {
  readonly enrolment: Pick<Enrolment, 'deployment' | 'instanceId' | 'issuerKeys'>
  readonly identity: Identity
  readonly trust: TrustStore
  readonly nonces: Nonces
  readonly accounts: Accounts
  readonly settings: Settings
  readonly liveKeys: LiveKeys
  /** Absent where no account is kept of sessions. */
  readonly endSession?: (sessionId: string) => Promise<SessionEndAnswer>
  /** Absent where the agent cannot change what the host lets in. */
  readonly ingress?: Pick<Ingress, 'take' | 'heard' | 'open' | 'close' | 'opensPort'>
  readonly tunnels: Pick<Tunnels, 'open' | 'consume'>
  readonly paths: Paths
  /** Tells the server what changed on this host; never rejects. */
  readonly refreshFacts: () => Promise<void>
  readonly log: Log
  /** Present where keys are delivered as managed keys. */
  readonly takeSigners?: (signers: ManagedSigners) => void
  /** Present where the agent says why a login is refused. */
  readonly refusals?: Pick<Refusals, 'explain' | 'next'>
  /** Those receipts are durable on the server. */
  readonly onStored: (receiptIds: readonly string[]) => void
}

/** What is under way at once; beyond it the answer is a refusal, so that a flood cannot start processes without end. */
const MAX_UNDER_WAY = 64
/** Each may have the host examined. Whoever has pushed a key may ask, so they have a limit of their own: it must not keep others from pushing. */
const MAX_EXPLANATIONS = 8

/** As the link keeps questions open. */
const MAX_WAIT_MS = 10_000

/** What the server may ask of a welcome agent: answers, never throws. Undefined where the protocol has no answer. */
export function createAnswers(
  host: AnswerContext,
): (message: ServerMessage) => Promise<AgentMessage | undefined> {
  const underWay = atMost(MAX_UNDER_WAY, busy)
  const explaining = atMost(MAX_EXPLANATIONS, askedByOthers)
  const doctor = createDoctorAnswers(host)

  /** The answer, or the refusal that its making ended in. */
  const refusalOr = async (
    exchange: string,
    answer: () => Promise<AgentMessage>,
  ): Promise<AgentMessage> => {
    try {
      return await answer()
    } catch (failure) {
      const refusal = refusalFor(failure, { exchange, log: host.log })
      return { kind: 'refused', exchange, refusal }
    }
  }

  const answerOrRefuse = (exchange: string, answer: () => Promise<AgentMessage>) =>
    refusalOr(exchange, () => underWay(answer))

  return async (message) => {
    switch (message.kind) {
      case 'prepare':
        return answerOrRefuse(message.exchange, () => prepare(message, host))
      case 'install':
        return answerOrRefuse(message.exchange, async () => ({
          kind: 'installed',
          exchange: message.exchange,
          acknowledgement: await installGrant(message, host),
        }))
      case 'tunnel':
        // Tunnels have limits of their own.
        return refusalOr(message.exchange, async () => {
          await host.tunnels.open(message)
          return { kind: 'tunnelled', exchange: message.exchange }
        })
      case 'end-session': {
        const { exchange, sessionId } = message
        const ended = await host.endSession?.(sessionId)
        return { kind: 'session-ending', exchange, ...(ended ?? NO_ACCOUNT) }
      }
      case 'examine':
        return answerOrRefuse(message.exchange, () => doctor.examine(message))
      case 'mend':
        return answerOrRefuse(message.exchange, () => doctor.mend(message))
      case 'revoke':
        await host.liveKeys.revoke(message.grantId)
        await host.ingress?.close(message.grantId)
        host.log.info('grant-revoked', { grantId: message.grantId })
        return undefined
      case 'stored':
        host.onStored(message.receiptIds)
        return undefined
      case 'signers':
        takeSigners(message, host)
        return undefined
      case 'explain':
        return refusalOr(message.exchange, () => explain(message, host.refusals, explaining))
      case 'rules':
        return refusalOr(message.exchange, async () => {
          if (host.ingress === undefined) throw noFirewall()
          const ruled = await host.ingress.take(message)
          return { kind: 'ruled', exchange: message.exchange, ...ruled }
        })
      case 'rules-heard':
        host.ingress?.heard(message.revision)
        return undefined
      case 'challenge':
      case 'welcome':
        return undefined
    }
  }
}

/** Whether nothing of it runs any more, and a sentence for the person who asked. */
export interface SessionEndAnswer {
  readonly ended: boolean
  readonly says: string
}

const NO_ACCOUNT: SessionEndAnswer = {
  ended: false,
  says: 'The agent keeps no account of sessions on this host.',
}

async function prepare(
  { exchange, osUser }: { exchange: string; osUser: string },
  { accounts, settings, nonces, ingress, takeSigners: servesManagedKeys }: AnswerContext,
): Promise<AgentMessage> {
  const account = await findAccount(osUser, accounts)
  refuseUnlessAllowed(account, settings)
  const answer = {
    exchange,
    nonce: nonces.issue(osUser),
    uid: account.uid,
    ...(ingress?.opensPort && { opensPort: true as const }),
  }
  if (servesManagedKeys === undefined) return { kind: 'prepared', ...answer }
  return { kind: 'prepared', ...answer, wallClock: Date.now() }
}

/** To look is work, of which there is so much at once; to wait is none. */
async function explain(
  { exchange, waitMs = 0, ...asked }: Extract<ServerMessage, { readonly kind: 'explain' }>,
  refusals: AnswerContext['refusals'],
  work: ReturnType<typeof atMost>,
): Promise<AgentMessage> {
  if (refusals === undefined) {
    const says = 'This agent does not find out why logins are refused.'
    return { kind: 'explained', exchange, says }
  }
  const deadline = performance.now() + Math.min(waitMs, MAX_WAIT_MS)
  const now = await work(() => refusals.explain(asked))
  const later = isNews(now, asked)
    ? undefined
    : await refusals.next(asked.grantId, asked, deadline - performance.now())
  return { kind: 'explained', exchange, ...(later ?? now) }
}

function takeSigners(told: Parameters<typeof checkManagedSigners>[0], host: AnswerContext): void {
  try {
    const { enrolment, trust, log } = host
    const signers = checkManagedSigners(told, {
      pins: enrolment,
      trust: trust.current,
      wallNow: Date.now(),
    })
    host.takeSigners?.(signers)
    log.debug('signers-told', { chains: signers.chains.length })
  } catch (failure) {
    host.log.error('signers-refused', { reason: reason(failure) })
  }
}

/** Checks, installs, and signs that it did. Every other outcome is a throw with nothing left on the host. */
async function installGrant(
  signed: SignedGrant & { readonly managed?: ManagedSignature; readonly opening?: Signed },
  host: AnswerContext,
) {
  const { enrolment, identity, trust, nonces, accounts, settings, liveKeys, log } = host
  const verified = await checkGrant(signed, {
    pins: enrolment,
    agentKey: identity.agentKey,
    trust: trust.current,
    raiseTrust: (seen) => trust.raise(seen),
    wallNow: Date.now(),
    consumeNonce: (nonce, osUser) => nonces.consume(nonce, osUser),
    accounts,
    settings,
  })
  await openPort(signed, verified, host)
  const { grantId, osUser, deadline, bootId, fingerprint } = await liveKeys
    .install({
      ...verified,
      ...(signed.managed === undefined ? {} : { managed: onHost(verified, signed.managed) }),
    })
    .catch(async (failure: unknown) => {
      await host.ingress?.close(verified.grant.grantId)
      throw failure
    })
  const { principalArn, requestId } = verified.grant
  log.info('grant-installed', { grantId, osUser, fingerprint, principalArn, requestId })
  return identity.sign(
    encodeStatement(acknowledgementStatement, {
      instanceId: enrolment.instanceId,
      grantId,
      grantHash: sha256(signed.grant.statement).toString('base64'),
      deadline,
      bootId,
    }),
  )
}

/** Before the key is there: so the port closes no later than the key ends. */
async function openPort(
  { opening, signer }: SignedGrant & { readonly opening?: Signed },
  { grant }: VerifiedGrant,
  { ingress, enrolment }: AnswerContext,
): Promise<void> {
  if (opening === undefined || ingress === undefined) return
  const { deployment, instanceId } = enrolment
  const address = checkOpening(opening, { grantId: grant.grantId, deployment, instanceId, signer })
  await ingress.open(grant.grantId, address, grant.ttl)
}

/** Of what the grant says and nothing else: no text from outside comes before the host package. */
function onHost({ grant, key }: VerifiedGrant, signed: ManagedSignature): ManagedKeyOnHost {
  if (!isManagedKeyType(key)) {
    throw new GrantRefusal('key-not-allowed', `The host package takes no ${key.type} keys.`)
  }
  const { expires, signatures } = signed
  return { expires, signatures, text: managedKeyText({ ...grant, key, expires }) }
}

const noFirewall = () =>
  new GrantRefusal(
    'rules-not-applied',
    'The agent on this host does not run as root, so it cannot change what the host lets in.',
  )

const askedByOthers = () =>
  new GrantRefusal(
    'delivery-failed',
    'The host is being asked by others already. Ask again in a moment.',
  )

const busy = () =>
  new GrantRefusal('delivery-failed', 'The host has too much under way. Push again in a moment.')

/** A cause that nobody foresaw stays in this host's log. */
function refusalFor(
  failure: unknown,
  { exchange, log }: { exchange: string; log: Log },
): AgentRefusal {
  if (failure instanceof GrantRefusal) {
    const { code, message, cause } = failure
    log.warn('grant-refused', {
      exchange,
      code,
      reason: message,
      ...(cause === undefined ? {} : { cause: reason(cause) }),
    })
    // The protocol takes printable text only; a delivery's message may quote what a program on the host said.
    return { code, message: printable(message, 500) }
  }
  log.error('grant-failed', { exchange, reason: reason(failure) })
  return { code: 'delivery-failed', message: 'The agent failed: see its log on the host.' }
}
