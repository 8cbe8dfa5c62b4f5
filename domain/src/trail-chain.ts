/**
 * The hash chain over the trail. Each record's hash covers its place, the hash before it and its exact text, so a record that is
 * altered, removed, added or moved breaks the chain at the first bad place.
 */
export interface ChainLink {
  /** 1, 2, 3 … without gaps within a shard. */
  readonly seq: number
  /** Hexadecimal SHA-256. */
  readonly hash: string
}

/** What the first record of a shard follows. */
export const CHAIN_START: ChainLink = { seq: 0, hash: '0'.repeat(64) }

type Sha256Hex = (text: string) => string

export function nextLink(previous: ChainLink, record: string, sha256Hex: Sha256Hex): ChainLink {
  const seq = previous.seq + 1
  return { seq, hash: sha256Hex(`fleetkey-trail-v1\n${seq}\n${previous.hash}\n${record}`) }
}

export type ChainProblem =
  | { readonly kind: 'missing'; readonly seq: number }
  | { readonly kind: 'altered'; readonly seq: number }
  | { readonly kind: 'out of order'; readonly seq: number; readonly found: number }

/** The first thing wrong with `next`, said to follow `previous`; undefined when it does. */
export function checkLink(
  previous: ChainLink,
  next: ChainLink & { readonly record: string },
  sha256Hex: Sha256Hex,
): ChainProblem | undefined {
  const wanted = previous.seq + 1
  if (next.seq > wanted) return { kind: 'missing', seq: wanted }
  if (next.seq < wanted) return { kind: 'out of order', seq: wanted, found: next.seq }
  if (nextLink(previous, next.record, sha256Hex).hash !== next.hash) {
    return { kind: 'altered', seq: wanted }
  }
  return undefined
}
