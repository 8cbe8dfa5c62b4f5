import type {
  LogTampered,
  LoginUnexplained,
  SessionEnded,
  SessionReceipt,
  SessionStarted,
} from '@fleetkey/wire/agent/session-receipts'
import type { OwnEvent } from '@fleetkey/domain/own-event'
import { UNEXPLAINED_CAUSES } from '@fleetkey/domain/ssh-session'
import type { GrantOfSession, SshSessionRow } from '../store/ssh-session-store.ts'
import type { Store } from '../store/store.ts'
import { spending, type Spent } from './allowance.ts'
import { findGrant } from './find-grant.ts'
import type { HostBudgets } from './host-budgets.ts'
import type { HostTrail } from './host-trail.ts'
import type { PushesToHosts } from './pushes-to-hosts.ts'

/** What follows from what is recorded already, once. */
const FREE: Spent = { giveBack: () => undefined }

/** Records what a host saw of logins: in the trail first, then where open sessions are found. Durable when it resolves. */
export interface SessionRecorder {
  record(instanceId: string, receipts: readonly SessionReceipt[]): Promise<void>
}

export interface SessionLog {
  info(facts: object, text: string): void
  warn(facts: object, text: string): void
}

export function createSessionRecorder(parts: {
  readonly trail: Pick<HostTrail, 'once'>
  readonly store: Pick<Store, 'trail' | 'identities' | 'sshSessions'>
  readonly pushes: PushesToHosts
  readonly budgets: Pick<HostBudgets, 'take' | 'notListed'>
  readonly log: SessionLog
}): SessionRecorder {
  const { trail, store, pushes, budgets, log } = parts

  async function started(instanceId: string, receipt: SessionStarted) {
    // Told again after an answer was lost: it is on record.
    if ((await own(instanceId, receipt.sessionId)) !== undefined) return
    const push = await pushes.find(instanceId, receipt.grantId)
    const grant = push && (await findGrant(store, { ...receipt, instanceId }))
    const ofPush = grant === undefined ? undefined : push?.take()
    const budget = grant === undefined ? 'logins' : 'pushes'
    const spent = ofPush ?? budgets.take(instanceId, budget, 'SessionStarted')
    const about = { instanceId, receipt, eventName: 'SessionStarted', grant } as const
    if (spent !== undefined) await complete({ ...about, spent }, loginFacts(receipt))
    // What is not recorded any more is there all the same: whoever may not be there any more must be found.
    const row = rowOf(instanceId, receipt, grant)
    const listed = await store.sshSessions.start(
      spent === undefined ? { ...row, isUnrecorded: true } : row,
    )
    if (listed === 'no room') budgets.notListed(instanceId)
  }

  async function ended(instanceId: string, receipt: SessionEnded) {
    const known = await own(instanceId, receipt.sessionId)
    if (known?.end !== undefined) return
    // Of one that is on record there is one end.
    const spent = isRecorded(known) ? FREE : budgets.take(instanceId, 'pushes', 'SessionEnded')
    const { sessionId, ending, notBefore } = receipt
    const facts = {
      sessionId,
      osUser: known?.osUser ?? receipt.osUser,
      ending,
      ...(notBefore === undefined ? {} : { notBefore: new Date(notBefore).toISOString() }),
      ...(known === undefined ? {} : { startedAt: new Date(known.startedAt).toISOString() }),
    }
    const about = { instanceId, receipt, eventName: 'SessionEnded', grant: known?.grant } as const
    if (spent !== undefined) await complete({ ...about, spent }, facts)
    const end = { kind: ending, at: receipt.at, ...(notBefore === undefined ? {} : { notBefore }) }
    await store.sshSessions.end({ sessionId, instanceId }, end)
  }

  async function unexplained(instanceId: string, receipt: LoginUnexplained) {
    const { sessionId, cause, alarm } = receipt
    const known = await own(instanceId, sessionId)
    if (known?.unexplained !== undefined) return
    // Once of one that is on record, unless a push explains it: what the host says then changes nothing on the list.
    const isOfRecorded = isRecorded(known) && known.grant === undefined
    const spent = isOfRecorded ? FREE : budgets.take(instanceId, 'logins', 'LoginUnexplained')
    const facts = { ...loginFacts(receipt), cause, says: UNEXPLAINED_CAUSES[cause], alarm }
    const about = { instanceId, receipt, eventName: 'LoginUnexplained' } as const
    if (spent !== undefined) await complete({ ...about, spent }, facts)
    await store.sshSessions.markUnexplained({ sessionId, instanceId }, cause)
    if (spent === undefined) return
    log[alarm ? 'warn' : 'info']({ instanceId, ...facts }, 'a login that no grant explains')
  }

  async function tampered(instanceId: string, receipt: LogTampered) {
    const spent = budgets.take(instanceId, 'reports', 'LogTampered')
    if (spent === undefined) return
    const { lines, uid, program } = receipt
    const facts = { lines, uid, program }
    await complete({ instanceId, receipt, eventName: 'LogTampered', spent }, facts)
    log.warn({ instanceId, ...facts }, "somebody on the host wrote log lines in sshd's name")
  }

  /** By its id on this host: what another calls the same is another session. */
  const own = (instanceId: string, sessionId: string) =>
    store.sshSessions.get({ instanceId, sessionId })

  async function complete(
    about: {
      readonly instanceId: string
      readonly receipt: SessionReceipt
      readonly eventName: OwnEvent
      readonly grant?: GrantOfSession | undefined
      readonly spent: Spent
    },
    facts: Readonly<Record<string, unknown>>,
  ) {
    const { instanceId, receipt, eventName, grant, spent } = about
    const told = {
      ...(grant === undefined ? {} : { requestId: grant.requestId }),
      eventName,
      sourceAddress: 'address' in receipt ? (receipt.address ?? '') : '',
      facts: {
        receiptId: receipt.receiptId,
        hostTime: new Date(receipt.at).toISOString(),
        ...facts,
        ...(grant === undefined
          ? {}
          : { grantRequestId: grant.requestId, principalArn: grant.principalArn }),
      },
    }
    await spending(spent, () => trail.once(instanceId, receipt.receiptId, told))
  }

  async function recordOne(instanceId: string, receipt: SessionReceipt) {
    switch (receipt.kind) {
      case 'session-started':
        return started(instanceId, receipt)
      case 'session-ended':
        return ended(instanceId, receipt)
      case 'login-unexplained':
        return unexplained(instanceId, receipt)
      case 'log-tampered':
        return tampered(instanceId, receipt)
    }
  }

  async function recordAll(instanceId: string, receipts: readonly SessionReceipt[]) {
    // Those of one session in their order, sessions beside each other.
    const bySession = Map.groupBy(receipts, (receipt) =>
      'sessionId' in receipt ? receipt.sessionId : receipt.receiptId,
    )
    await Promise.all(
      [...bySession.values()].map(async (ofOne) => {
        // oxlint-disable-next-line no-await-in-loop -- an end is nothing before its start
        for (const receipt of ofOne) await recordOne(instanceId, receipt)
      }),
    )
  }

  const turns = new Map<string, Promise<void>>()

  return {
    // One batch of an instance after the other: told again on a new link while the first is being written, a login is still one. Where one
    // fails, those behind it do, too: an end is nothing before its start.
    async record(instanceId, receipts) {
      if (receipts.length === 0) return
      const before = turns.get(instanceId) ?? Promise.resolve()
      const done = before.then(() => recordAll(instanceId, receipts))
      turns.set(instanceId, done)
      await done.finally(() => {
        if (turns.get(instanceId) === done) turns.delete(instanceId)
      })
    },
  }
}

/** That it began is in the trail, so that whatever is told of it once follows from that. */
const isRecorded = (session: SshSessionRow | undefined): session is SshSessionRow =>
  session !== undefined && session.isUnrecorded === undefined

function loginFacts(login: SessionStarted | LoginUnexplained) {
  const { sessionId, osUser, uid, method, fingerprint, address, port, pid, seenBy } = login
  return {
    sessionId,
    osUser,
    ...(uid === undefined ? {} : { uid }),
    method,
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(address === undefined ? {} : { sourceAddress: address }),
    ...(port === undefined ? {} : { sourcePort: port }),
    pid,
    seenBy,
  }
}

function rowOf(
  instanceId: string,
  receipt: SessionStarted,
  grant: GrantOfSession | undefined,
): SshSessionRow {
  const { receiptId: _, kind: __, at, grantId: ___, ...login } = receipt
  return { ...login, instanceId, startedAt: at, ...(grant === undefined ? {} : { grant }) }
}
