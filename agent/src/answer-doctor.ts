import { MAX_MESSAGE_LENGTH } from '@fleetkey/wire/agent/agent-link'
import type { AgentMessage } from '@fleetkey/wire/agent/agent-messages'
import type { ServerMessage } from '@fleetkey/wire/agent/server-messages'
import type { Finding } from '@fleetkey/domain/finding'
import type { Identity } from './identity.ts'
import type { Log } from './log.ts'
import { checkMendOrder, type MendContext } from './mending/mend-order-checks.ts'
import { GrantRefusal } from './grant-refusal.ts'
import type { Paths } from './paths.ts'
import type { Settings } from './settings.ts'
import type { Enrolment, TrustStore } from './state.ts'
import type { Tunnels } from './tunnels/tunnels.ts'

/** What this host answers a doctor with. Both parts are loaded when they are first needed: most agents are never asked. */
export interface DoctorContext {
  readonly enrolment: Pick<Enrolment, 'deployment' | 'instanceId' | 'issuerKeys'>
  readonly identity: Identity
  readonly trust: TrustStore
  readonly settings: Settings
  readonly paths: Paths
  readonly tunnels: Pick<Tunnels, 'consume'>
  /** Tells the server what changed on this host; never rejects. */
  readonly refreshFacts: () => Promise<void>
  readonly log: Log
}

export interface DoctorAnswers {
  /** Looks and changes nothing, so it needs no signature: whoever holds the link knows the facts of this host already. */
  examine(message: Extract<ServerMessage, { kind: 'examine' }>): Promise<AgentMessage>
  /** Throws a GrantRefusal when the order does not count here and now. */
  mend(message: Extract<ServerMessage, { kind: 'mend' }>): Promise<AgentMessage>
}

/** Each starts a dozen programs; whoever comes when so many are under way is told so. One diagnosis may ask for five. */
const MAX_EXAMINATIONS = 10

export function createDoctorAnswers(host: DoctorContext): DoctorAnswers {
  const { settings, paths, log } = host
  let examinations = 0
  let mending: Promise<unknown> = Promise.resolve()

  return {
    async examine({ exchange, osUser, address, checks }) {
      if (examinations >= MAX_EXAMINATIONS) {
        throw new GrantRefusal('delivery-failed', 'The host is being examined by others already.')
      }
      examinations++
      try {
        const { examine } = await import('./examination/examine.ts')
        const findings = await examine(
          {
            ...(osUser === undefined ? {} : { osUser }),
            ...(address === undefined ? {} : { address }),
          },
          { settings, paths, ...(checks === undefined ? {} : { only: checks }) },
        )
        return { kind: 'examined', exchange, wallClock: Date.now(), findings: fitting(findings) }
      } finally {
        examinations--
      }
    },

    async mend({ exchange, order: signed, signer }) {
      const order = checkMendOrder({ order: signed, signer }, contextOf(host))
      const { fixes, osUser, dryRun, principalArn, requestId } = order
      log.info('mending', { fixes, osUser, dryRun, principalArn, requestId })
      const { mendOutside } = await import('./mending/mend-outside.ts')
      // One after the other: two that write sshd's configuration at once would undo each other.
      const done = mending.then(async () =>
        mendOutside(fixes, { settings, paths, dryRun, ...(osUser === '' ? {} : { osUser }) }),
      )
      mending = done.catch(() => undefined)
      const findings = await done
      const said = findings.map(({ check, state }) => `${check} ${state}`)
      log.info('mended', { requestId, findings: said })
      // A port or a host key that sshd has only now: whoever logs in next is sent by what the server knows.
      if (!dryRun) await host.refreshFacts()
      return { kind: 'mended', exchange, findings: fitting(findings) }
    },
  }
}

function contextOf({ enrolment, identity, trust, settings, tunnels }: DoctorContext): MendContext {
  return {
    pins: enrolment,
    agentKey: identity.agentKey,
    trust: trust.current,
    raiseTrust: (seen) => trust.raise(seen),
    wallNow: Date.now(),
    consume: ({ linkNonce, mendId, issuedAt }) =>
      tunnels.consume({ linkNonce, tunnelId: mendId, issuedAt }),
    remoteMends: settings.remoteMends,
  }
}

/** Room for what stands around the findings in a message. */
const AROUND = 512

/** As many as go into one message of the link; findings that say that all is well are the first to be left out. */
function fitting(findings: readonly Finding[]): readonly Finding[] {
  const fits = (some: readonly Finding[]) =>
    JSON.stringify(some).length <= MAX_MESSAGE_LENGTH - AROUND
  let kept = findings
  for (const state of ['good', 'note', 'unknown', 'bad'] as const) {
    while (!fits(kept)) {
      const at = kept.findLastIndex((one) => one.state === state)
      if (at < 0) break
      kept = kept.toSpliced(at, 1)
    }
  }
  return kept
}
