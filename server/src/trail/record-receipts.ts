import { randomUUID } from 'node:crypto'
import { requestIdOfGrant } from '@fleetkey/domain/grant'
import type { KeyReceipt, Receipt } from '@fleetkey/wire/agent/receipts'
import { isSessionReceipt } from '@fleetkey/wire/agent/session-receipts'
import { agentAct } from './agent-act.ts'
import type { SessionRecorder } from './record-sessions.ts'
import type { Trail } from './trail.ts'

/** Records what a host saw of grants and logins: durable before the agent may forget it. */
export interface ReceiptRecorder {
  record(instanceId: string, receipts: readonly Receipt[]): Promise<void>
}

const EVENT_NAMES: Readonly<Record<KeyReceipt['kind'], string>> = {
  offered: 'KeyOffered',
  'expired-unused': 'KeyExpiredUnused',
  refused: 'KeyRefused',
}

export function createReceiptRecorder(trail: Trail, sessions: SessionRecorder): ReceiptRecorder {
  return {
    async record(instanceId, receipts) {
      const ofKeys = receipts.filter((receipt) => !isSessionReceipt(receipt))
      await Promise.all([
        sessions.record(instanceId, receipts.filter(isSessionReceipt)),
        ...ofKeys.map((receipt) =>
          trail.complete(
            agentAct(instanceId, {
              // A key that no grant explains gets an id of its own.
              requestId: requestIdOfGrant(receipt.grantId) ?? randomUUID(),
              eventName: EVENT_NAMES[receipt.kind],
              facts: {
                instanceId,
                // Sent again after a lost answer, a receipt is recorded again: this tells.
                receiptId: receipt.receiptId,
                osUser: receipt.osUser,
                fingerprint: receipt.fingerprint,
                hostTime: new Date(receipt.at).toISOString(),
                ...factsOf(receipt),
              },
            }),
            {},
          ),
        ),
      ])
    },
  }
}

function factsOf(receipt: KeyReceipt): Readonly<Record<string, string>> {
  const requestId = requestIdOfGrant(receipt.grantId)
  const grant = requestId === undefined ? {} : { grantRequestId: requestId }
  if (receipt.kind !== 'refused') return grant
  const { cause, says, sourceAddress } = receipt
  return { ...grant, cause, says, ...(sourceAddress === undefined ? {} : { sourceAddress }) }
}
