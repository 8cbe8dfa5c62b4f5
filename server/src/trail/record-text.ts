import type { TrailEvent } from '@fleetkey/domain/trail-event'

/** CloudTrail's caps, in bytes of UTF-8 (CloudTrail User Guide, "CloudTrail record contents"). */
const MAX_BYTES = {
  errorMessage: 1024,
  userAgent: 1024,
  requestParameters: 100 * 1024,
  responseElements: 100 * 1024,
  additionalEventData: 28 * 1024,
}

/** A record that is no longer breaks no cap: three bytes a character, and no part is longer than all of it. */
const SURELY_WITHIN = Math.floor(MAX_BYTES.additionalEventData / 3)

/** How long texts within a part may still be, tried one after the other until it fits. */
const LENGTHS = [4096, 1024, 256, 64]
const MAX_ITEMS = 100

/**
 * The text of the record, every part within CloudTrail's caps and whole as JSON: where one is too large its longest texts and lists are cut, and
 * what even then is too large is left out with a word about its size.
 */
export function recordText(event: TrailEvent): string {
  const { errorMessage, userAgent } = event
  const cut: TrailEvent = {
    ...event,
    userAgent: cutText(userAgent, MAX_BYTES.userAgent),
    ...(errorMessage === undefined
      ? {}
      : { errorMessage: cutText(errorMessage, MAX_BYTES.errorMessage) }),
  }
  const text = JSON.stringify(cut)
  if (text.length <= SURELY_WITHIN) return text
  const { phase, ...facts } = cut.additionalEventData
  return JSON.stringify({
    ...cut,
    requestParameters: fit(cut.requestParameters, MAX_BYTES.requestParameters),
    responseElements: fit(cut.responseElements, MAX_BYTES.responseElements),
    // The phase decides what the record is.
    additionalEventData: { phase, ...fit(facts, MAX_BYTES.additionalEventData - 64) },
  })
}

function cutText(text: string, max: number): string {
  if (text.length <= max / 3 || Buffer.byteLength(text) <= max) return text
  const bytes = Buffer.from(text)
  let end = max
  // Not within a character: its later bytes begin with 10.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return bytes.subarray(0, end).toString()
}

function fit<T extends Readonly<Record<string, unknown>> | null>(part: T, max: number): T {
  const originalSize = sizeOf(part)
  if (originalSize <= max) return part
  for (const length of LENGTHS) {
    const shorter = shortened(part, length) as T
    if (sizeOf(shorter) <= max) return shorter
  }
  return {
    omitted: true,
    originalSize,
    reason: 'it is larger than CloudTrail records may be',
  } as unknown as T
}

const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))

function shortened(value: unknown, length: number): unknown {
  if (typeof value === 'string') {
    return value.length <= length ? value : `${value.slice(0, length).toWellFormed()}…`
  }
  if (Array.isArray(value)) {
    const kept = value.slice(0, MAX_ITEMS).map((item) => shortened(item, length))
    return value.length <= MAX_ITEMS ? kept : [...kept, `… ${value.length - MAX_ITEMS} more`]
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name.slice(0, length), shortened(inner, length)]),
  )
}
