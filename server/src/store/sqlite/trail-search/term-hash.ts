import type { TrailAttribute } from '@fleetkey/domain/trail-search'

/**
 * What the index calls an attribute with its value: FNV-1a over the code units, then mixed so that all bits depend on all of them
 * (slices go by the first bits). It stands in the database: another hash is another migration.
 */
export function termHash(attribute: TrailAttribute, value: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < attribute.length; at++) {
    hash = Math.imul(hash ^ attribute.charCodeAt(at), 0x01000193)
  }
  hash = Math.imul(hash ^ 0x3d, 0x01000193)
  for (let at = 0; at < value.length; at++) {
    hash = Math.imul(hash ^ value.charCodeAt(at), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
