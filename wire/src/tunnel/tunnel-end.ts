/** Why a tunnel ended. `text` is for people: what happened, never a secret. */
export interface TunnelEnding {
  /** A close code: 1000 when both directions came to their end. */
  readonly code: number
  readonly text: string
}

/**
 * One end of a tunnel: a stream of bytes in each direction, of which each ends for itself. What it hears goes to one listener, in order
 * and at once; nothing is heard before there is one.
 */
export interface TunnelEnd {
  /** Takes bytes. False when it has enough for now: `drained` will be heard. */
  write(bytes: Uint8Array): boolean
  /** No more bytes come; the peer hears of it after those that came before. */
  end(): void
  /** No more `data` than what is on its way already, until `resume`. */
  pause(): void
  resume(): void
  /** Ends both directions. Bytes that were written go out before. Later calls do nothing. */
  close(ending: TunnelEnding): void
  listen(listener: TunnelListener): void
}

export interface TunnelListener {
  data(bytes: Uint8Array): void
  /** The peer's direction has ended. Heard once. */
  ended(): void
  drained(): void
  /** It is gone, by itself or because of `close`. Heard once; the last of all. */
  closed(ending: TunnelEnding): void
}

/** Bytes that wait in an end before it says that it has enough, and those at which it takes more again. */
export const ENOUGH_BYTES = 128 * 1024
export const FEW_BYTES = 32 * 1024
