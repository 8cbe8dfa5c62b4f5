import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { beginKeyExchange, CLIENT_VERSION, provenHostKey, readPackets } from './key-exchange.ts'

/** What came of knocking at a port. */
export type Knock =
  /** It answers as sshd does. `hostKey` is `type base64`, proven; undefined when none of the types asked for is served. */
  | {
      readonly kind: 'sshd'
      readonly banner: string
      readonly hostKey: string | undefined
      readonly from: string
    }
  /** It took the connection and is no sshd. What it says is nobody's business. */
  | { readonly kind: 'other'; readonly from: string }
  /** sshd dropped the connection and says so itself: too many at once or, where it does not say which, an address that failed before. */
  | { readonly kind: 'dropped'; readonly because: 'startups' | 'unsaid'; readonly from: string }
  /** Nothing listens there, or a firewall says so (RST, or ICMP port unreachable). */
  | { readonly kind: 'refused' }
  /** No answer in time: something drops packets. */
  | { readonly kind: 'filtered' }
  /** The connection was taken and cut. */
  | { readonly kind: 'reset' }
  /** No route, or a router says no (ICMP host or net unreachable, administratively prohibited). */
  | { readonly kind: 'unreachable' }

export type ProbeSsh = (
  target: { readonly address: string; readonly port: number },
  options: { readonly keyTypes: readonly string[]; readonly withinMs: number },
) => Promise<Knock>

const MAX_BYTES = 64 * 1024

/** Connects, lets sshd prove its host key, and is gone before anybody would log in. */
export const probeSsh: ProbeSsh = ({ address, port }, { keyTypes, withinMs }) =>
  new Promise((resolve) => {
    const exchange = beginKeyExchange(keyTypes, randomBytes(16))
    const socket = connect({ host: address, port, noDelay: true })
    let from: string | undefined
    let received = Buffer.alloc(0)
    let version: string | undefined
    let ended = false

    const end = (knock: Knock) => {
      if (ended) return
      ended = true
      clearTimeout(late)
      socket.destroy()
      resolve(knock)
    }
    /** What it was when nothing more comes. */
    const soFar = (): Knock => {
      if (from === undefined) return { kind: 'filtered' }
      return version === undefined
        ? { kind: 'other', from }
        : { kind: 'sshd', banner: version, hostKey: undefined, from }
    }
    const late = setTimeout(() => end(soFar()), withinMs)

    socket.once('connect', () => {
      from = socket.localAddress ?? ''
      socket.write(`${CLIENT_VERSION}\r\n`)
    })
    socket.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes])
      if (received.length > MAX_BYTES) return end(soFar())
      if (version === undefined) {
        const line = firstLine(received)
        if (line === undefined) return
        const dropped = droppedBecause(line.text)
        if (dropped !== undefined)
          return end({ kind: 'dropped', because: dropped, from: from ?? '' })
        if (!line.text.startsWith('SSH-')) return end({ kind: 'other', from: from ?? '' })
        version = line.text
        received = received.subarray(line.next)
        if (keyTypes.length === 0) return end(soFar())
        socket.write(exchange.kexInit)
        socket.write(exchange.ecdhInit)
      }
      try {
        const hostKey = provenHostKey(exchange, { version, packets: readPackets(received) })
        if (hostKey !== undefined) end({ kind: 'sshd', banner: version, hostKey, from: from ?? '' })
      } catch {
        end({ kind: 'other', from: from ?? '' })
      }
    })
    socket.once('end', () => end(version === undefined ? { kind: 'reset' } : soFar()))
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (version !== undefined) return end(soFar())
      end(from === undefined ? failed(error.code) : { kind: 'reset' })
    })
  })

function failed(code = ''): Knock {
  // EHOSTUNREACH, ENETUNREACH, EACCES, EADDRNOTAVAIL …
  return { kind: FAILURES[code] ?? 'unreachable' }
}

const FAILURES: Readonly<Record<string, 'refused' | 'reset' | 'filtered'>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'filtered',
}

/** RFC 4253 §4.2: a line ends with CR LF, and old servers send LF alone. */
function firstLine(bytes: Buffer): { readonly text: string; readonly next: number } | undefined {
  const at = bytes.indexOf(0x0a)
  if (at < 0) return undefined
  return { text: bytes.toString('latin1', 0, at).replace(/\r$/, ''), next: at + 1 }
}

/** drop_connection() in sshd.c: what it says instead of its version; from 9.8 on the same for MaxStartups and PerSourcePenalties. */
function droppedBecause(line: string): 'startups' | 'unsaid' | undefined {
  if (line.startsWith('Exceeded MaxStartups')) return 'startups'
  return line.startsWith('Not allowed at this time') ? 'unsaid' : undefined
}
