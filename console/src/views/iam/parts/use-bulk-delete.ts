import { useState } from 'react'
import { actOnEach } from '../../../api/act-on-each.ts'
import { asRefusal, type ApiRefusal } from '../../../api/api-refusal.ts'
import { iam } from '../api/iam.ts'
import type { BulkItem } from './bulk-delete.tsx'

/** What became of one. */
export type BulkOutcome =
  | { readonly kind: 'running' }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'refused'; readonly refusal: ApiRefusal }

/** Deletes each with what hangs on it, some at a time, and tells of each by its name. */
export function useBulkDelete() {
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, BulkOutcome>>(new Map())
  const [isRunning, setRunning] = useState(false)
  const tell = (name: string, outcome: BulkOutcome) =>
    setOutcomes((known) => new Map(known).set(name, outcome))
  return {
    outcomes,
    isRunning,
    run: async (items: readonly BulkItem[]): Promise<void> => {
      setRunning(true)
      await actOnEach(items, async ({ name, call: { operation, input } }) => {
        tell(name, { kind: 'running' })
        try {
          await iam(operation, { ...input, Force: true })
          tell(name, { kind: 'deleted' })
        } catch (error) {
          tell(name, { kind: 'refused', refusal: asRefusal(error) })
        }
      })
      setRunning(false)
    },
  }
}
