import { useMemo } from 'react'
import { tagKeysOf } from './instance-fields.ts'
import type { ListedInstance } from './listed-instance.ts'

/** The same array for as long as the keys are the same: what hangs on it is made once, and not at each change of any instance. */
export function useTagKeys(instances: readonly ListedInstance[]): readonly string[] {
  const text = useMemo(() => JSON.stringify(tagKeysOf(instances)), [instances])
  return useMemo(() => JSON.parse(text) as readonly string[], [text])
}
