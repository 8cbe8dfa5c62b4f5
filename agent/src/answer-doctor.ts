import {
  MAX_MESSAGE_LENGTH,
  type AgentMessage,
  type ServerMessage,
} from '@fleetkey/wire/agent/messages'
import type { Finding } from '@fleetkey/domain/finding'
import type { Identity } from './identity.ts'
import type { Log } from './log.ts'
import { checkMendOrder } from './mending/mend-order-checks.ts'
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
  readonly log: Log
}

/** Looks and changes nothing, so it needs no signature: whoever holds the link knows the facts of this host already. */
export async function answerExamine(
  { exchange, osUser, address, checks }: Extract<ServerMessage, { kind: 'examine' }>,
  { settings, paths }: DoctorContext,
): Promise<AgentMessage> {
  const { examine } = await import('./examination/examine.ts')
  const findings = await examine(
    {
      ...(osUser === undefined ? {} : { osUser }),
      ...(address === undefined ? {} : { address }),
    },
    { settings, paths, ...(checks === undefined ? {} : { only: checks }) },
  )
  return { kind: 'examined', exchange, wallClock: Date.now(), findings: fitting(findings) }
}

/** Throws a GrantRefusal when the order does not count here and now. */
export async function answerMend(
  { exchange, order: signed, signer }: Extract<ServerMessage, { kind: 'mend' }>,
  host: DoctorContext,
): Promise<AgentMessage> {
  const { enrolment, identity, trust, settings, paths, tunnels, log } = host
  const order = checkMendOrder(
    { order: signed, signer },
    {
      pins: enrolment,
      agentKey: identity.agentKey,
      trust: trust.current,
      raiseTrust: (seen) => trust.raise(seen),
      wallNow: Date.now(),
      consume: ({ linkNonce, mendId, issuedAt }) =>
        tunnels.consume({ linkNonce, tunnelId: mendId, issuedAt }),
      remoteMends: settings.remoteMends,
    },
  )
  const { fixes, osUser, dryRun, principalArn, requestId } = order
  log.info('mending', { fixes, osUser, dryRun, principalArn, requestId })
  const { mendOutside } = await import('./mending/mend-outside.ts')
  const findings = await mendOutside(fixes, {
    settings,
    paths,
    dryRun,
    ...(osUser === '' ? {} : { osUser }),
  })
  log.info('mended', {
    requestId,
    findings: findings.map(({ check, state }) => `${check} ${state}`),
  })
  return { kind: 'mended', exchange, findings: fitting(findings) }
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
