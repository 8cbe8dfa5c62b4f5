import type { TerminalEnd } from '@fleetkey/domain/terminal-end'

/** Whoever comes back is told why it ended. */
export class TerminalOver extends Error {
  readonly end: TerminalEnd

  constructor(end: TerminalEnd) {
    super(end.says)
    this.end = end
  }
}
