import type { OwnEvent } from './own-event.ts'

/** What a host may have told that nobody should find out by chance, by the names of its records. */
const ALARMING: readonly OwnEvent[] = ['LoginUnexplained', 'LogTampered']

/**
 * Whether a record is an alarm: a login that no grant explains, where that is not normal; log lines that somebody forged; that some of these
 * were not recorded any more, and that more sessions are open on a host than are listed.
 */
export function isAlarm(eventName: string, facts: Readonly<Record<string, unknown>>): boolean {
  switch (eventName) {
    case 'LogTampered':
      return true
    case 'LoginUnexplained':
      return facts['alarm'] !== false
    case 'ReceiptsLeftOut':
      return facts['notListed'] !== undefined || hasAlarms(facts['leftOut'])
    default:
      return false
  }
}

const hasAlarms = (leftOut: unknown): boolean =>
  typeof leftOut === 'object' &&
  leftOut !== null &&
  ALARMING.some((name) => Object.hasOwn(leftOut, name))
