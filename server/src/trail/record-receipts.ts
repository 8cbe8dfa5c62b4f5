import type { OwnEvent } from '@fleetkey/domain/own-event'
import type { KeyReceipt, Receipt } from '@fleetkey/wire/agent/receipts'
import { isSessionReceipt } from '@fleetkey/wire/agent/session-receipts'
import { spending } from './allowance.ts'
import type { HostBudgets } from './host-budgets.ts'
import type { HostTrail } from './host-trail.ts'
import type { PushesToHosts, PushToHost } from './pushes-to-hosts.ts'
import type { SessionRecorder } from './record-sessions.ts'

/** Records what a host saw of grants and logins, as much as one host may have recorded: durable before the agent may forget it. */
export interface ReceiptRecorder {
  record(instanceId: string, receipts: readonly Receipt[]): Promise<void>
}

const EVENT_NAMES: Readonly<Record<KeyReceipt['kind'], OwnEvent>> = {
  offered: 'KeyOffered',
  'expired-unused': 'KeyExpiredUnused',
  refused: 'KeyRefused',
}

export function createReceiptRecorder(parts: {
  readonly trail: Pick<HostTrail, 'once'>
  readonly pushes: PushesToHosts
  readonly budgets: Pick<HostBudgets, 'take'>
  readonly sessions: SessionRecorder
}): ReceiptRecorder {
  const { trail, pushes, budgets, sessions } = parts
  /** Of batches that are told again because not all of it could be recorded: what was left out is counted once. */
  const leftOut = new WeakSet<KeyReceipt>()

  async function ofKey(instanceId: string, receipt: KeyReceipt): Promise<void> {
    if (leftOut.has(receipt)) return
    const eventName = EVENT_NAMES[receipt.kind]
    const push = await pushes.find(instanceId, receipt.grantId)
    const budget = push === undefined ? 'offers' : 'pushes'
    const spent = push?.take() ?? budgets.take(instanceId, budget, eventName)
    if (spent === undefined) return void leftOut.add(receipt)
    const told = {
      // A key that no push explains gets an id of its own.
      ...(push === undefined ? {} : { requestId: push.requestId }),
      eventName,
      facts: {
        receiptId: receipt.receiptId,
        osUser: receipt.osUser,
        fingerprint: receipt.fingerprint,
        hostTime: new Date(receipt.at).toISOString(),
        ...factsOf(receipt, push),
      },
    }
    await spending(spent, () => trail.once(instanceId, receipt.receiptId, told))
  }

  return {
    async record(instanceId, receipts) {
      const ofKeys = receipts.filter((receipt) => !isSessionReceipt(receipt))
      await Promise.all([
        sessions.record(instanceId, receipts.filter(isSessionReceipt)),
        ...ofKeys.map((receipt) => ofKey(instanceId, receipt)),
      ])
    },
  }
}

function factsOf(
  receipt: KeyReceipt,
  push: PushToHost | undefined,
): Readonly<Record<string, string>> {
  const grant = push === undefined ? {} : { grantRequestId: push.requestId }
  if (receipt.kind !== 'refused') return grant
  const { cause, says, sourceAddress } = receipt
  return { ...grant, cause, says, ...(sourceAddress === undefined ? {} : { sourceAddress }) }
}
