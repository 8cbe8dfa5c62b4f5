import type { TerminalSize } from '@fleetkey/wire/terminal/frame-parts'

/** A screen at a moment: what brings an empty one of that size there. */
export interface ScreenSnapshot extends TerminalSize {
  readonly text: string
}

/** What a recording is shown on. */
export interface PlayedScreen {
  /** Settles when it was parsed. In the order of the calls. */
  show(text: string): Promise<void>
  resize(size: TerminalSize): void
  /** Of all that was shown before. */
  snapshot(): ScreenSnapshot
  /** Forgets all that was shown, and shows that. */
  restore(snapshot: ScreenSnapshot): Promise<void>
}
