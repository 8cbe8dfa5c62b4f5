import type { Logger } from 'pino'
import type { StoreTrouble } from './store/sqlite/sqlite-threads.ts'

/** For whoever reads the log: what it means for those who push, and that nothing needs to be started anew. */
export function tellTrouble(log: Logger, file: string, trouble: StoreTrouble): void {
  switch (trouble.kind) {
    case 'lost':
    case 'not yet':
      return log.error(
        { file, reason: trouble.reason },
        'the database cannot be used: nothing is let through until it can, which is tried again and again',
      )
    case 'stalled':
      return log.error({ file }, 'the disk of the database does not answer: nothing is let through')
    case 'back':
      return log.warn({ file }, 'the database is back')
  }
}
