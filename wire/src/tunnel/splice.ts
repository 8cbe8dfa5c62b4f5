import { TUNNEL_CLOSE } from './protocol.ts'
import type { TunnelEnd, TunnelEnding, TunnelListener } from './tunnel-end.ts'

export interface Splice {
  /** Bytes that `near` has sent, and those that went to it. */
  readonly fromNear: number
  readonly toNear: number
  /** Ends it from outside. */
  close(ending: TunnelEnding): void
}

/**
 * Joins two ends until both directions are over or one end is gone. Neither is read faster than the other takes, so that what is kept is
 * bounded whatever their speeds; a direction that ends is ended on the other side, while the other direction goes on.
 */
export function splice(
  near: TunnelEnd,
  far: TunnelEnd,
  heard: {
    readonly ended: (ending: TunnelEnding) => void
    /** How many bytes went on just now. */
    readonly moved?: (bytes: number) => void
  },
): Splice {
  const from = { near: 0, far: 0 }
  const over = { near: false, far: false }
  let ending: TunnelEnding | undefined

  function finish(reason: TunnelEnding) {
    if (ending !== undefined) return
    ending = reason
    near.close(reason)
    far.close(reason)
    heard.ended(reason)
  }

  function listener(side: 'near' | 'far', own: TunnelEnd, other: TunnelEnd): TunnelListener {
    return {
      data(bytes) {
        if (ending !== undefined) return
        from[side] += bytes.length
        if (!other.write(bytes)) own.pause()
        heard.moved?.(bytes.length)
      },
      ended() {
        if (ending !== undefined) return
        over[side] = true
        other.end()
        if (over.near && over.far) finish({ code: TUNNEL_CLOSE.done, text: '' })
      },
      drained: () => other.resume(),
      closed: finish,
    }
  }

  near.listen(listener('near', near, far))
  far.listen(listener('far', far, near))
  near.resume()
  far.resume()
  return {
    get fromNear() {
      return from.near
    },
    get toNear() {
      return from.far
    },
    close: finish,
  }
}
