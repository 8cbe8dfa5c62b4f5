import type { IngressObservation } from '@fleetkey/wire/agent/ingress-observation'
import type { Store } from '../store/store.ts'
import { spending } from './allowance.ts'
import type { HostBudgets } from './host-budgets.ts'
import type { HostTrail } from './host-trail.ts'

/** Records whose connections to a host no rule lets in: durable before the agent may forget it. */
export interface IngressRecorder {
  record(instanceId: string, receiptId: string, seen: readonly IngressObservation[]): Promise<void>
}

const EVENT_NAME = 'IngressObserved'

/** One record for each report, not for each address: a scan from everywhere is a few records an hour. */
export function createIngressRecorder(parts: {
  readonly trail: Pick<HostTrail, 'once'>
  readonly store: Pick<Store, 'securityGroups'>
  readonly budgets: Pick<HostBudgets, 'take'>
  readonly now: () => number
}): IngressRecorder {
  const { trail, store, budgets, now } = parts
  return {
    async record(instanceId, receiptId, seen) {
      const spent = budgets.take(instanceId, 'reports', EVENT_NAME)
      if (spent === undefined) return
      const told = { eventName: EVENT_NAME, facts: { receiptId, observations: seen } } as const
      await spending(spent, () => trail.once(instanceId, receiptId, told))
      const at = now()
      const rows = seen.map((one) => ({ ...one, firstAt: at, lastAt: at }))
      await store.securityGroups.observe(instanceId, rows, receiptId)
    },
  }
}
