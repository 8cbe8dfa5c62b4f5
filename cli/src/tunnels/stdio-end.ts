import { closeSync, fstatSync } from 'node:fs'
import { Socket } from 'node:net'
import { TUNNEL_CLOSE } from '@fleetkey/wire/tunnel/protocol'
import type { TunnelEnd, TunnelEnding, TunnelListener } from '@fleetkey/wire/tunnel/tunnel-end'

/**
 * Standard input and output as the end of a tunnel. Descriptors are opened here and not before: a ProxyCommand that fails has touched
 * nothing.
 */
export function stdioEnd(): TunnelEnd {
  const input = process.stdin
  const output = openOutput()
  let ending: TunnelEnding | undefined
  let listener: TunnelListener | undefined
  const closed = (reason: TunnelEnding) => {
    if (ending === undefined) ending = reason
    const heard = listener
    listener = undefined
    heard?.closed(ending)
  }
  return {
    write: (bytes) => ending !== undefined || output.write(bytes),
    end: () => void output.end(),
    pause: () => void input.pause(),
    resume: () => void (ending === undefined && input.resume()),
    close(reason) {
      if (ending !== undefined) return
      ending = reason
      input.destroy()
      output.end(() => closed(reason))
    },
    listen(given) {
      listener = given
      input.on('data', (bytes: Buffer) => given.data(bytes))
      input.on('end', () => given.ended())
      output.on('drain', () => given.drained())
      // Whoever read it has gone: ssh was ended.
      const gone = () => closed({ code: TUNNEL_CLOSE.done, text: '' })
      input.on('error', gone)
      output.on('error', gone)
    },
  }
}

/**
 * ssh waits for the end of our output, so a pipe is closed at its end: `process.stdout` never is, and libuv closes no descriptor below 3
 * (uv__stream_close).
 */
function openOutput(): Socket | NodeJS.WriteStream {
  const kind = fstatSync(1)
  if (!kind.isFIFO() && !kind.isSocket()) return process.stdout
  const output = new Socket({ fd: 1, readable: false, writable: true })
  output.once('close', () => closeSync(1))
  return output
}
