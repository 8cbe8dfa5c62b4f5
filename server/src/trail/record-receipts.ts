import { randomUUID } from 'node:crypto'
import type { Receipt } from '@fleetkey/wire/agent/messages'
import type { Trail } from './trail.ts'

/** Records what a host saw of grants: durable before the agent may forget it. */
export interface ReceiptRecorder {
  record(instanceId: string, receipts: readonly Receipt[]): Promise<void>
}

const EVENT_NAMES: Readonly<Record<Receipt['kind'], string>> = {
  offered: 'KeyOffered',
  'expired-unused': 'KeyExpiredUnused',
}

export function createReceiptRecorder(trail: Trail): ReceiptRecorder {
  return {
    async record(instanceId, receipts) {
      await Promise.all(
        receipts.map((receipt) =>
          trail.complete(
            {
              requestId: requestIdOf(receipt.grantId),
              eventName: EVENT_NAMES[receipt.kind],
              eventSource: 'fleetkey.amazonaws.com',
              eventType: 'AwsServiceEvent',
              readOnly: true,
              identity: { type: 'AWSService', invokedBy: `agent/${instanceId}` },
              userName: '',
              sourceAddress: '',
              userAgent: '',
              resource: instanceId,
              resourceArns: [],
              requestParameters: null,
              facts: {
                instanceId,
                // Sent again after a lost answer, a receipt is recorded again: this tells.
                receiptId: receipt.receiptId,
                osUser: receipt.osUser,
                fingerprint: receipt.fingerprint,
                hostTime: new Date(receipt.at).toISOString(),
              },
            },
            {},
          ),
        ),
      )
    },
  }
}

/** A grant has its request's id without dashes; a key that no grant explains gets an id of its own. */
function requestIdOf(grantId: string | undefined): string {
  const [, ...parts] =
    /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(grantId ?? '') ?? []
  return parts.length === 0 ? randomUUID() : parts.join('-')
}
