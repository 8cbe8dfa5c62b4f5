import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { collectYoung } from '@fleetkey/wire/tunnel/collect-young'
import {
  encodeNotice,
  TUNNEL_CLOSE,
  type EndingBecause,
  type TunnelNotice,
  type TunnelRoute,
} from '@fleetkey/wire/tunnel/protocol'
import { socketEnd } from '@fleetkey/wire/tunnel/socket-end'
import { splice, type Splice } from '@fleetkey/wire/tunnel/splice'
import type { TunnelEnd, TunnelEnding } from '@fleetkey/wire/tunnel/tunnel-end'
import { webSocketEnd } from '@fleetkey/wire/tunnel/web-socket-end'
import type { WebSocket } from 'ws'
import { createLiveness, type Liveness } from './liveness.ts'
import type { Reached } from './routes.ts'

/** What is left to be written when a tunnel ends must be taken within this time. */
const FLUSH_WITHIN_MS = 5000
/** An ending is announced so long before, or a tenth of the whole time if that is less. */
const ANNOUNCED_MS = 60_000

const noteMoved = collectYoung({ setFlagsFromString, runInNewContext })

/** Milliseconds. */
export interface TunnelTimes {
  /** Of its whole life. */
  readonly durationMs: number
  /** Without a byte in either direction. */
  readonly idleMs: number
}

/** What there is to say of a tunnel that has ended. */
export interface TunnelAccount {
  readonly route: TunnelRoute
  /** Bytes that the client sent, and those that it was sent. */
  readonly fromClient: number
  readonly toClient: number
  readonly seconds: number
  readonly ending: TunnelEnding
}

/** Whom a tunnel is for: who came to the door, or somebody in this process. */
export type TunnelClient =
  | { readonly kind: 'socket'; readonly socket: WebSocket }
  | { readonly kind: 'inside'; readonly end: TunnelEnd }

/** One open tunnel: its client and what leads to the target. */
export class Tunnel {
  readonly #client: TunnelClient
  readonly #reached: Reached
  readonly #times: TunnelTimes
  readonly #openedAt: number
  readonly #splice: Splice
  readonly #watched: readonly Liveness[]
  readonly #announced = new Set<EndingBecause>()
  #movedAt: number
  #moved = 0

  /** @param options.ended called once, whatever ended it */
  constructor(
    client: TunnelClient,
    reached: Reached,
    options: {
      readonly times: TunnelTimes
      readonly now: () => number
      readonly ended: (account: TunnelAccount) => void
    },
  ) {
    const { times, now, ended } = options
    const openedAt = now()
    this.#client = client
    this.#reached = reached
    this.#times = times
    this.#openedAt = openedAt
    this.#movedAt = openedAt
    this.#notify({
      kind: 'open',
      route: reached.route,
      endsInSeconds: Math.round(times.durationMs / 1000),
    })
    this.#splice = splice(this.#clientEnd(), endOf(reached), {
      moved: noteMoved,
      ended: (ending) => {
        this.#clearAway()
        ended(this.#account(ending, now()))
      },
    })
    this.#watched = [
      ...(client.kind === 'socket'
        ? [createLiveness(client.socket, () => this.#splice.toNear, openedAt)]
        : []),
      ...(reached.route === 'agent'
        ? [createLiveness(reached.socket, () => this.#splice.fromNear, openedAt)]
        : []),
    ]
  }

  close(ending: TunnelEnding): void {
    this.#splice.close(ending)
  }

  announce(because: EndingBecause, inSeconds: number): void {
    this.#announced.add(because)
    this.#notify({ kind: 'ending', because, inSeconds })
  }

  /** Looks after it: to be called every second or so. */
  look(now: number): void {
    const moved = this.#splice.fromNear + this.#splice.toNear
    if (moved !== this.#moved) {
      this.#moved = moved
      this.#movedAt = now
      this.#announced.delete('idle')
    }
    const { durationMs, idleMs } = this.#times
    const lives = this.#openedAt + durationMs - now
    const idles = this.#movedAt + idleMs - now
    if (lives <= 0) {
      const text = `the tunnel's time is over: ${Math.round(durationMs / 1000)} seconds`
      return this.close({ code: TUNNEL_CLOSE.duration, text })
    }
    if (idles <= 0) {
      const text = `nothing moved for ${Math.round(idleMs / 1000)} seconds`
      return this.close({ code: TUNNEL_CLOSE.idle, text })
    }
    this.#announceIfNear('duration', lives, durationMs)
    this.#announceIfNear('idle', idles, idleMs)
    if (!this.#watched.every((one) => one.look(now))) {
      this.close({ code: TUNNEL_CLOSE.lost, text: 'a connection of the tunnel is dead' })
    }
  }

  #announceIfNear(because: 'duration' | 'idle', restMs: number, wholeMs: number): void {
    if (restMs > Math.min(ANNOUNCED_MS, wholeMs / 10) || this.#announced.has(because)) return
    this.announce(because, Math.ceil(restMs / 1000))
  }

  /** AWS's client takes no text, and cannot be told that the target's direction has ended but by the end of all. */
  #clientEnd(): TunnelEnd {
    if (this.#client.kind === 'inside') return this.#client.end
    const common = { peer: 'the client' }
    return webSocketEnd(
      this.#client.socket,
      this.#takesNotices ? common : { ...common, endsWhole: true as const },
    )
  }

  get #takesNotices(): boolean {
    return this.#client.kind === 'socket' && this.#client.socket.protocol !== ''
  }

  #notify(notice: TunnelNotice): void {
    if (this.#client.kind === 'inside' || !this.#takesNotices) return
    const { socket } = this.#client
    if (socket.readyState === socket.OPEN) socket.send(encodeNotice(notice))
  }

  #account(ending: TunnelEnding, now: number): TunnelAccount {
    return {
      route: this.#reached.route,
      fromClient: this.#splice.fromNear,
      toClient: this.#splice.toNear,
      seconds: Math.round((now - this.#openedAt) / 1000),
      ending,
    }
  }

  #clearAway(): void {
    setTimeout(() => {
      if (this.#client.kind === 'socket') this.#client.socket.terminate()
      cutOff(this.#reached)
    }, FLUSH_WITHIN_MS).unref()
  }
}

/** Ends it at once. */
export function cutOff(reached: Reached): void {
  if (reached.route === 'agent') reached.socket.terminate()
  else reached.socket.destroy()
}

function endOf(reached: Reached): TunnelEnd {
  return reached.route === 'agent'
    ? webSocketEnd(reached.socket, { peer: 'the agent of the host' })
    : socketEnd(reached.socket, { peer: 'the target' })
}
