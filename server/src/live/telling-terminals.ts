import type { TerminalRecords } from '../trail/record-terminals.ts'
import type { FleetNews } from './fleet-news.ts'

/** The same records of terminals, that tell which ones began, are on another device or ended: nothing of that happens without being recorded. */
export function tellingTerminalRecords(
  records: TerminalRecords,
  news: Pick<FleetNews, 'changed'>,
): TerminalRecords {
  return {
    ...records,
    async opened(actor, terminal, facts) {
      await records.opened(actor, terminal, facts)
      news.changed('terminals', terminal.terminalId)
    },
    async attached(actor, terminal) {
      await records.attached(actor, terminal)
      news.changed('terminals', terminal.terminalId)
    },
    async ended(actor, terminal, account) {
      // It is over, whether that can be recorded now or not.
      news.changed('terminals', terminal.terminalId)
      await records.ended(actor, terminal, account)
    },
  }
}
