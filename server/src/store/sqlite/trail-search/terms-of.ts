import { networkAround, type Cidr } from '@fleetkey/domain/cidr'
import type { TrailAttribute, TrailCondition } from '@fleetkey/domain/trail-search'
import { termHash } from './term-hash.ts'

/** What nearly every record has, or every other: asked last, when there may be nothing left to ask for. */
const COMMON: ReadonlySet<TrailAttribute> = new Set([
  'outcome',
  'readOnly',
  'routine',
  'eventSource',
])

/** The terms that an entry must have to meet all of the conditions: one of each. Conditions that no term stands for are left out. */
export function termsOf(conditions: readonly TrailCondition[]): readonly (readonly number[])[] {
  const rare: number[][] = []
  const common: number[][] = []
  for (const condition of conditions) {
    const hashes = hashesOf(condition)
    if (hashes === undefined) continue
    const isCommon = condition.kind === 'is' && COMMON.has(condition.attribute)
    ;(isCommon ? common : rare).push(hashes)
  }
  return [...rare, ...common]
}

function hashesOf(condition: TrailCondition): number[] | undefined {
  switch (condition.kind) {
    case 'is':
      return condition.values.map((value) => termHash(condition.attribute, value))
    case 'from': {
      const hashes = condition.ranges.map(hashOfRange)
      // One that no term stands for may hold anything.
      return hashes.every((hash) => hash !== undefined) ? hashes : undefined
    }
    case 'is not':
    case 'says':
      return undefined
  }
}

function hashOfRange(range: Cidr): number | undefined {
  const [address = '', prefix] = range.text.split('/')
  if (prefix === (range.family === 4 ? '32' : '128')) return termHash('sourceAddress', address)
  const network = networkAround(range)
  return network === undefined ? undefined : termHash('network', network)
}
