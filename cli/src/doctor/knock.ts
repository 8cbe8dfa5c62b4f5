import { connect } from 'node:net'

/** What came of connecting to a port from here. */
export type Knock =
  | { readonly kind: 'sshd'; readonly banner: string }
  /** sshd drops the connection; until 9.7 it says why, since then `unsaid`: MaxStartups or PerSourcePenalties. */
  | { readonly kind: 'dropped'; readonly because: 'startups' | 'unsaid' }
  | { readonly kind: 'other' | 'refused' | 'filtered' | 'reset' | 'unreachable' }

const WITHIN_MS = 3000

/** Connects, reads the line that sshd begins with (RFC 4253 §4.2), and is gone. */
export function knock(address: string, port: number, withinMs = WITHIN_MS): Promise<Knock> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port })
    let isConnected = false
    let text = ''
    const end = (what: Knock) => {
      clearTimeout(late)
      socket.destroy()
      resolve(what)
    }
    const late = setTimeout(() => end({ kind: isConnected ? 'other' : 'filtered' }), withinMs)
    socket.setEncoding('latin1')
    socket.once('connect', () => (isConnected = true))
    socket.on('data', (data: string) => {
      text += data
      const line = /^([^\r\n]*)\r?\n/.exec(text)?.[1]
      if (line?.startsWith('SSH-')) end({ kind: 'sshd', banner: line })
      else if (line === 'Exceeded MaxStartups') end({ kind: 'dropped', because: 'startups' })
      else if (line === 'Not allowed at this time') end({ kind: 'dropped', because: 'unsaid' })
      else if (line !== undefined || text.length > 1024) end({ kind: 'other' })
    })
    socket.once('end', () => end({ kind: 'reset' }))
    socket.once('error', ({ code = '' }: NodeJS.ErrnoException) =>
      end({ kind: isConnected ? 'reset' : (FAILURES[code] ?? 'unreachable') }),
    )
  })
}

const FAILURES: Readonly<Record<string, 'refused' | 'reset' | 'filtered'>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  ETIMEDOUT: 'filtered',
}
