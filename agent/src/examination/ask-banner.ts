import { connect } from 'node:net'

/** What a port of this host answers to a connection. */
export type Banner =
  /** RFC 4253 §4.2: what the server sends first, without its end of line. */
  | { readonly kind: 'says'; readonly text: string }
  | { readonly kind: 'refused' }
  /** Nobody answered at all: something drops what comes, also from this host itself. */
  | { readonly kind: 'no-answer' }
  /** It took the connection, and said nothing or was gone. */
  | { readonly kind: 'silent' }

const MAX_BANNER = 255

/** Where this host itself reaches whoever listens on that address. */
export const knockAt = (address: string): string =>
  address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address

/** Connects, reads one line, and is gone. sshd notes such a visit, from 9.8 on with a small penalty for the address. */
export function askBanner(
  target: { readonly address: string; readonly port: number },
  limitMs: number,
): Promise<Banner> {
  return new Promise((resolve) => {
    const socket = connect({ host: target.address, port: target.port, timeout: limitMs })
    let text = ''
    let isConnected = false
    socket.once('connect', () => (isConnected = true))
    const end = (banner: Banner) => {
      socket.destroy()
      resolve(banner)
    }
    socket.setEncoding('latin1')
    socket.on('data', (data: string) => {
      text += data
      const line = /^([^\r\n]*)\r?\n/.exec(text)?.[1]
      if (line !== undefined) end({ kind: 'says', text: line })
      else if (text.length > MAX_BANNER) end({ kind: 'silent' })
    })
    socket.once('timeout', () => end({ kind: isConnected ? 'silent' : 'no-answer' }))
    socket.once('end', () => end({ kind: 'silent' }))
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end({ kind: error.code === 'ECONNREFUSED' ? 'refused' : 'silent' }),
    )
  })
}
