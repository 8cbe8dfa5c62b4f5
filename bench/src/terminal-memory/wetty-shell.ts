import type { Shell } from '../terminal-gateway/shell.ts'

/** Of the output, in characters. */
const KEPT = 4096
/** Of Engine.IO 4 and Socket.IO 5, as text: open, ping and pong; connected, an event. */
const [OPEN, PING, PONG, CONNECT, EVENT] = ['0', '2', '3', '40', '42']

/** A shell as wetty's page has it, which says of all output that it has drawn it. */
export function openWettyShell(url: string): Shell {
  const at = new URL('/socket.io/?EIO=4&transport=websocket', url)
  at.protocol = 'ws:'
  const socket = new WebSocket(at)
  let output = ''
  let bytes = 0
  let wake = () => {}
  const emit = (...event: readonly unknown[]) => socket.send(EVENT + JSON.stringify(event))
  const hear = (text: string) => {
    if (text === PING) return socket.send(PONG)
    if (text.startsWith(OPEN)) return socket.send(CONNECT)
    if (text.startsWith(CONNECT)) return emit('resize', { cols: 80, rows: 24 })
    if (!text.startsWith(EVENT)) return
    const [name, data] = JSON.parse(text.slice(EVENT.length)) as readonly [string, string?]
    if (name !== 'data' || data === undefined) return
    bytes += data.length
    output = (output + data.slice(-KEPT)).slice(-KEPT)
    emit('commit', data.length)
    wake()
  }
  socket.addEventListener('message', ({ data }) => hear(String(data)))
  return {
    type: (text) => emit('input', text),
    get bytes() {
      return bytes
    },
    get output() {
      return output
    },
    async until(what, isSo, timeoutMs = 60_000) {
      const late = AbortSignal.timeout(timeoutMs)
      while (!isSo()) {
        if (late.aborted) throw new Error(`wetty: ${what}: not so\n${output}`)
        const { promise, resolve } = Promise.withResolvers<void>()
        wake = resolve
        late.addEventListener('abort', () => resolve(), { once: true })
        // oxlint-disable-next-line no-await-in-loop -- the next news
        await promise
      }
    },
    close: () => socket.close(),
  }
}
