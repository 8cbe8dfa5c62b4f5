import { incompleteSignature } from '@fleetkey/domain/exceptions/authentication'
import { shownText } from './shown-text.ts'

/** `YYYYMMDDTHHMMSSZ`, the only form of a time in Signature Version 4. */
export function formatAmzDate(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/[-:]|\.\d{3}/g, '')
}

/** Milliseconds since the epoch. Throws `IncompleteSignatureException` for another form or a day that never was. */
export function parseAmzDate(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] =
    match?.slice(1).map(Number) ?? []
  const epochMs = Date.UTC(year, month - 1, day, hour, minute, second)
  // Date.UTC makes 2 March of 30 February and 1970s of small years: then it does not format back.
  if (match === null || formatAmzDate(epochMs) !== text) {
    throw incompleteSignature(
      `Date must be in ISO-8601 'basic format'. Got '${shownText(text)}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    )
  }
  return epochMs
}
