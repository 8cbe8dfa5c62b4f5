import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { collectYoung } from '@fleetkey/wire/tunnel/collect-young'
import { splice } from '@fleetkey/wire/tunnel/splice'
import { TUNNEL_CLOSE } from '@fleetkey/wire/tunnel/protocol'
import type { TunnelEnd, TunnelEnding } from '@fleetkey/wire/tunnel/tunnel-end'
import { Failure } from '../failure.ts'

const noteMoved = collectYoung({ setFlagsFromString, runInNewContext })

/** What went through, in bytes. */
export interface Carried {
  readonly there: number
  readonly back: number
}

/**
 * Joins a program's end and the host's until both directions are over.
 * @throws Failure `tunnelEnded` when it ended before its time
 */
export async function carry(
  near: TunnelEnd,
  far: TunnelEnd,
  signal?: AbortSignal,
): Promise<Carried> {
  const { promise, resolve } = Promise.withResolvers<TunnelEnding>()
  const joined = splice(near, far, { ended: resolve, moved: noteMoved })
  const stop = () => joined.close({ code: TUNNEL_CLOSE.done, text: '' })
  signal?.addEventListener('abort', stop, { once: true })
  far.resume()
  const { code, text } = await promise
  signal?.removeEventListener('abort', stop)
  if (code !== TUNNEL_CLOSE.done) throw ended(text)
  return { there: joined.fromNear, back: joined.toNear }
}

function ended(reason: string): Failure {
  // It may have been a direct one.
  return new Failure('tunnelEnded', `The connection was ended: ${reason}`, {
    todo: ['Connect again. Who ended a tunnel and why is in: fleetkey events'],
  })
}
