import { usageFailure } from '../failure.ts'
import { parseSpan } from '@fleetkey/domain/span'

/** Seconds that a tunnel may last; at most a day, as the server takes it. Undefined when nothing was asked for. */
export function parseMaxDuration(text: string | undefined, seeHelp: string): number | undefined {
  if (text === undefined) return undefined
  const seconds = parseSpan(text)
  if (seconds !== undefined && seconds >= 1 && seconds <= 86_400) return seconds
  throw usageFailure(
    `"${text}" is no duration for a tunnel.`,
    `From 1s to 24h, like 8h. ${seeHelp}`,
  )
}
