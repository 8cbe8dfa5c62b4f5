import { createHash } from 'node:crypto'
import { invalidTrailToken } from '@fleetkey/domain/exceptions/trail'
import type { TrailSearch } from '../store/store.ts'

/**
 * Where a page of the trail ended, for whoever asks the same question again: opaque, and of no use with another one. Nothing in it is
 * secret and it gives no right: whoever shows it is asked for theirs anew.
 */
export function trailToken(search: TrailSearch, lookedTo: number): string {
  return Buffer.from(`${digestOf(search)} ${lookedTo}`).toString('base64url')
}

/** Longer than any is. */
const MAX_TOKEN = 128

/** Throws InvalidNextTokenException for what this question did not get. */
export function placeInToken(search: TrailSearch, token: string): number {
  if (token.length <= MAX_TOKEN) {
    const [digest, place = ''] = Buffer.from(token, 'base64url').toString().split(' ')
    const lookedTo = Number(place)
    const isOurs = digest === digestOf(search) && Number.isSafeInteger(lookedTo)
    // What is spelt in another way was not given by us.
    if (isOurs && trailToken(search, lookedTo) === token) return lookedTo
  }
  throw invalidTrailToken()
}

/** How many are wanted at once may change between pages. */
function digestOf({ after: _after, limit: _limit, ...question }: TrailSearch): string {
  return createHash('sha256').update(JSON.stringify(question)).digest('base64url').slice(0, 22)
}
