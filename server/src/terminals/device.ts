import type { ServerFrame } from '@fleetkey/wire/terminal/server-frame'

/** What somebody sees a terminal on: a page's WebSocket, or in tests something simpler. */
export interface Device {
  readonly sourceAddress: string
  readonly userAgent: string
  say(frame: ServerFrame): void
  /** Output. The bytes are not changed afterwards. */
  show(bytes: Uint8Array): void
  /** @param code TERMINAL_CLOSE */
  close(code: number): void
}
