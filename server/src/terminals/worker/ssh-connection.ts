import { createRequire } from 'node:module'
import type { Duplex } from 'node:stream'
import type { TerminalSize } from '@fleetkey/wire/terminal/frame-parts'
import ssh2, { type Client, type ClientChannel, type SFTPWrapper } from 'ssh2'
import { SHELL_WINDOW } from '../flow.ts'
import { presentedKey } from './presented-key.ts'
import { SshFailed, sshFailed } from './ssh-failed.ts'

/** A login, from the first byte of sshd's on; a shell or SFTP to open, as well. sshd itself gives two minutes. */
const READY_WITHIN_MS = 20_000
const OPEN_WITHIN_MS = 15_000
const KEEPALIVE_MS = 15_000
const KEEPALIVES_MISSED = 3
/**
 * What the screen is, told as ssh tells its own (sshd takes it where `AcceptEnv` has it, as in Debian's and Red Hat's): a host without a locale of its
 * own takes letters beyond ASCII apart. Of the locale no more than that; the host's language stays.
 */
const ENVIRONMENT = { LC_CTYPE: 'C.UTF-8', COLORTERM: 'truecolor' }
/** Up to a login, in bytes: keys, algorithms, a banner. Each message may have us sign something. */
const MAX_BEFORE_LOGIN = 64 * 1024
/** What a host may send beside what the shell and files show: packets of the protocol itself, in bytes and as a part of those. */
const OVERHEAD = { bytes: 1024 * 1024, part: 0.5 }
/** Hosts agree on new keys after a gigabyte or an hour (RFC 4253 §9), and each time costs milliseconds of a processor. */
const MAX_EXCHANGES_A_MINUTE = 60

/** Input that the host does not read counts as taken up to this, in bytes. A window says nothing: the host opens it as wide as it likes. */
const MAX_UNREAD = 1024 * 1024

/** The native addon of ssh2 does not build for every Node, so what is measured is the same everywhere: AES-GCM by node:crypto, no compression. */
const ALGORITHMS = {
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com'],
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group14-sha256',
  ],
  compress: ['none'],
} as const

/** By type of key, as ssh2 calls its algorithms; the best first. SHA-1 is none. */
const HOST_KEY_ALGORITHMS: readonly (readonly [string, readonly string[]])[] = [
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256']],
]

/** What is used of ssh2 that it does not show: of the very version that package.json names. */
interface Inside {
  readonly _protocol: {
    /** While keys are agreed on all else waits in memory. */
    readonly _kexinit: unknown
    session(channel: number, window: number, packet: number): void
    channelWindowAdjust(channel: number, bytes: number): void
  }
}
interface ChannelInside {
  readonly incoming: { window: number }
  readonly outgoing: { readonly id: number }
}

/** Whether ssh2 could load its addon, which says nothing when it cannot: one that was built for another Node is left alone. */
export function hasNativeCrypto(): boolean {
  const crypto = createRequire(import.meta.url)('ssh2/lib/protocol/crypto.js') as unknown
  return (crypto as { readonly bindingAvailable: boolean }).bindingAvailable
}

/** What becomes of a shell. */
export interface ShellListener {
  /** The bytes are a part of memory that ssh2 uses again. */
  output(bytes: Uint8Array): void
  ended(how: { readonly code: number | undefined; readonly signal: string | undefined }): void
}

export interface Shell {
  /** `taken` is called when it has gone on to the host. */
  write(bytes: Uint8Array, taken: () => void): void
  resize(size: TerminalSize): void
  /** The host may send so many bytes more. */
  grant(bytes: number): void
}

/**
 * One SSH connection: the one place where ssh2 connects. The host's key is one of those that its agent reported, or there is no connection,
 * and nothing but the public key was shown.
 */
export class SshConnection {
  readonly #client: Client & Inside
  readonly #socket: Duplex
  #received = 0
  #shown = 0
  #isReady = false
  #exchanges = { minute: 0, count: 0 }
  #end: SshFailed | undefined
  /** Of input that the host may not have read. */
  readonly #untaken: (() => void)[] = []

  private constructor(client: Client, socket: Duplex) {
    this.#client = client as Client & Inside
    this.#socket = socket
  }

  /** @throws SshFailed */
  static async open(
    socket: Duplex,
    login: {
      readonly osUser: string
      /** As OpenSSH writes it. */
      readonly privateKey: string
      readonly hostKeys: readonly string[]
      /** Called once, when the connection is no more, unless it was never open. */
      readonly lost: (why: SshFailed) => void
    },
  ): Promise<SshConnection> {
    const { osUser, privateKey, hostKeys, lost } = login
    const client = new ssh2.Client()
    const connection = new SshConnection(client, socket)
    // Before ssh2 hears of them.
    socket.on('data', (bytes: Buffer) => connection.#count(bytes.length))
    const ready = Promise.withResolvers<void>()
    let wrongKey: string | undefined
    const end = (error: SshFailed) => {
      if (connection.#end !== undefined) return
      connection.#end = error
      client.destroy()
      socket.destroy()
      if (connection.#isReady) lost(error)
      else ready.reject(error)
    }
    client.on('error', (error) => {
      end(
        wrongKey === undefined
          ? sshFailed(connection.#end ?? error, { wasReady: connection.#isReady })
          : new SshFailed('host-key', wrongKey),
      )
    })
    client.on('close', () => end(new SshFailed('lost', 'the connection was closed')))
    client.on('handshake', () => {
      connection.#countExchange()
      connection.#tellTaken()
    })
    socket.on('drain', () => connection.#tellTaken())
    client.on('ready', () => {
      connection.#isReady = true
      ready.resolve()
    })
    connection.#broken = end
    client.connect({
      sock: socket,
      username: osUser,
      authHandler: [{ type: 'publickey', username: osUser, key: privateKey }] as never,
      hostVerifier: (blob: Buffer) => {
        const key = presentedKey(blob)
        const isKnown = hostKeys.some((one) => one.split(' ', 2).join(' ') === key.text)
        if (!isKnown) wrongKey = key.fingerprint
        return isKnown
      },
      algorithms: {
        ...ALGORITHMS,
        serverHostKey: algorithmsOf(hostKeys),
      } as never,
      readyTimeout: READY_WITHIN_MS,
      keepaliveInterval: KEEPALIVE_MS,
      keepaliveCountMax: KEEPALIVES_MISSED,
    })
    await ready.promise
    return connection
  }

  /** @throws SshFailed */
  async shell(size: TerminalSize, listener: ShellListener): Promise<Shell> {
    const { promise, resolve, reject } = Promise.withResolvers<ClientChannel>()
    const protocol = this.#client._protocol
    const session = protocol.session.bind(protocol)
    // ssh2 knows one size of window. It goes on to believe in its own, never comes near the end of it, and so never opens it by itself:
    // the host sends what was granted and no more.
    protocol.session = (channel, _window, packet) => session(channel, SHELL_WINDOW, packet)
    try {
      const pty = { term: 'xterm-256color', ...size, width: 0, height: 0 }
      this.#client.shell(pty, { env: ENVIRONMENT }, (error, channel) => {
        if (error) reject(new SshFailed('no-shell', sshFailed(error, { wasReady: true }).message))
        else resolve(channel)
      })
    } finally {
      protocol.session = session
    }
    const channel = await within(OPEN_WITHIN_MS, promise)
    return this.#shell(channel, listener)
  }

  #shell(channel: ClientChannel, listener: ShellListener): Shell {
    const inside = channel as unknown as ChannelInside
    let granted = SHELL_WINDOW
    let sent = 0
    let code: number | undefined
    let signal: string | undefined
    const heard = (bytes: Uint8Array) => {
      this.#shown += bytes.length
      sent += bytes.length
      if (sent > granted) return this.#broken(misbehaved('it sent more than it was let'))
      listener.output(bytes)
    }
    channel.on('data', heard)
    channel.stderr.on('data', heard)
    channel.on('exit', (status: number | null, name?: string) => {
      if (status !== null) code = status
      else signal = name
    })
    channel.on('close', () => listener.ended({ code, signal }))
    channel.on('error', () => {})
    return {
      write: (bytes, taken) =>
        void channel.write(bytes, () => {
          this.#untaken.push(taken)
          this.#tellTaken()
        }),
      resize: ({ cols, rows }) => channel.setWindow(rows, cols, 0, 0),
      grant: (bytes) => {
        granted += bytes
        inside.incoming.window += bytes
        if (channel.writable) {
          this.#client._protocol.channelWindowAdjust(inside.outgoing.id, bytes)
        }
      },
    }
  }

  /** @throws SshFailed */
  async sftp(): Promise<SFTPWrapper> {
    const { promise, resolve, reject } = Promise.withResolvers<SFTPWrapper>()
    this.#client.sftp((error, sftp) => {
      if (error) reject(new SshFailed('no-shell', sshFailed(error, { wasReady: true }).message))
      else resolve(sftp)
    })
    const sftp = await within(OPEN_WITHIN_MS, promise).catch((error: unknown) => {
      // Nobody waits for it any more.
      promise.then((late) => late.end()).catch(() => {})
      throw error
    })
    const inside = sftp as unknown as { push(bytes: Uint8Array | null): void }
    const push = inside.push.bind(sftp)
    inside.push = (bytes) => {
      this.#shown += bytes?.length ?? 0
      push(bytes)
    }
    return sftp
  }

  /** Says goodbye. `lost` is not called any more. */
  end(): void {
    this.#end ??= new SshFailed('lost', 'ended')
    this.#client.end()
    setTimeout(() => this.#socket.destroy(), 2000).unref()
  }

  #broken: (why: SshFailed) => void = () => {}

  #count(bytes: number): void {
    this.#received += bytes
    if (!this.#isReady && this.#received > MAX_BEFORE_LOGIN) {
      return this.#broken(misbehaved('it sent more than a login takes'))
    }
    const overhead = this.#received - this.#shown
    if (overhead > OVERHEAD.bytes + OVERHEAD.part * this.#shown + SHELL_WINDOW) {
      this.#broken(misbehaved('it sent packets without end that show nothing'))
    }
  }

  #tellTaken(): void {
    if (this.#socket.writableLength > MAX_UNREAD) return
    if (this.#client._protocol._kexinit !== undefined) return
    for (const taken of this.#untaken.splice(0)) taken()
  }

  #countExchange(): void {
    const minute = Math.floor(performance.now() / 60_000)
    if (this.#exchanges.minute !== minute) this.#exchanges = { minute, count: 0 }
    if (++this.#exchanges.count > MAX_EXCHANGES_A_MINUTE) {
      this.#broken(misbehaved('it agreed on new keys without end'))
    }
  }
}

const misbehaved = (what: string) => new SshFailed('misbehaved', what)

function algorithmsOf(hostKeys: readonly string[]): string[] {
  const types = new Set(hostKeys.map((key) => key.split(' ', 1)[0]))
  return HOST_KEY_ALGORITHMS.filter(([type]) => types.has(type)).flatMap(([, names]) => names)
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new SshFailed('late', `nothing came of it within ${ms / 1000} seconds`)),
    ms,
  )
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
