import {
  chmodSync,
  closeSync,
  fstatSync,
  mkdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { isatty } from 'node:tty'
import { isOsUser } from '@fleetkey/domain/os-user'
import type { TunnelEnd } from '@fleetkey/wire/tunnel/tunnel-end'
import { optionalTextOf } from '../api/answer.ts'
import type { ApiClient } from '../api/api-client.ts'
import { SEND_SSH_PUBLIC_KEY } from '../api/operations.ts'
import { withApi } from '../api/with-api.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { Failure, usageFailure } from '../failure.ts'
import { findInstance } from '../instance/find-instance.ts'
import { printable } from '../output.ts'
import type { Screen } from '../screen.ts'
import { hostKeysUnknown, knownHosts } from '../ssh/known-hosts.ts'
import { placesOf } from '../ssh/login-target.ts'
import { makeOneTimeKey } from '../ssh/one-time-key.ts'
import { PrivateAgent } from '../ssh/private-agent.ts'
import { carry } from '../tunnels/carry.ts'
import { reach } from '../tunnels/reach.ts'
import { stdioEnd } from '../tunnels/stdio-end.ts'
import { connectionHash } from './connection-hash.ts'
import { socketFolder } from './folders.ts'
import { instanceMeant } from './instance-names.ts'
import { KeySocket } from './key-socket.ts'

/** What ssh says of the connection that it wants: `%n, %h, %p, %r,` (for the commas see config-text.ts), and the profile chosen at install. */
type Words = readonly string[]

/** A key is of no use any more when it is older (60 s) and ssh was slow. */
const KEY_SERVED_MS = 75_000
/** As much of what a host says first as can hold its signature: version, key exchange, a large RSA host key. */
const FIRST_BYTES = 32 * 1024
/** Less comes from the host between the signature and a denial. */
const SESSION_BYTES = 400

/**
 * The ProxyCommand of plain ssh: finds the instance, connects to it and pushes a key beside that. The key is served out of this
 * process's memory, and what ssh recognises the host by is written before the host's first byte is passed on.
 */
export async function connectForSsh(words: Words, screen: Screen): Promise<number> {
  const { meant, host, port, osUser, profile } = checkWords(words)
  const folder = openFolder(screen)
  const name = connectionHash({ localHost: hostname(), host, port, user: osUser })
  const done = new AbortController()
  let isCarried = false
  for (const signal of ['SIGHUP', 'SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => done.abort(new Failure('interrupted', 'ssh ended it.')))
  }
  return withApi(screen, profile === '' ? {} : { profile }, async (api, settings) => {
    const key = makeOneTimeKey()
    const push = Promise.withResolvers<void>()
    let isRefused = false
    let grantId: string | undefined
    push.promise.catch((error: unknown) => {
      isRefused = true
      done.abort(error)
    })
    const agent = new PrivateAgent(key, push.promise)
    const first = new FirstBytes()
    const socket = new KeySocket({ folder, name, agent, isOurs: (bytes) => first.include(bytes) })
    agent.used
      .then(() => {
        first.mark()
        return socket.leave()
      })
      .catch(() => {})
    const late = setTimeout(() => void socket.leave(), KEY_SERVED_MS)
    late.unref()
    try {
      const [instance] = await Promise.all([findInstance(api, meant), socket.open()])
      const { instanceId, facts } = instance
      // A pattern: ssh asks for this name and port only, and this file is only for this connection.
      const hosts = knownHosts('*', facts?.hostKeys ?? [])
      if (hosts === undefined) throw hostKeysUnknown(instanceId)
      writeHosts(join(folder, `${name}.hosts`), hosts)
      api
        .call(SEND_SSH_PUBLIC_KEY, {
          InstanceId: instanceId,
          InstanceOSUser: osUser,
          SSHPublicKey: key.line,
        })
        .then((answer) => {
          grantId = optionalTextOf(answer, 'RequestId')
          push.resolve()
        }, push.reject)
      // Once the host has spoken, ssh cannot be told any more why it is refused.
      if (isSilenced()) await push.promise
      const refused = push.promise.then(() => new Promise<never>(() => {}))
      const far = await Promise.race([
        refused,
        reach(
          {
            instanceId,
            places: placesOf(instance, { address: undefined, family: undefined }),
            // 22 is what ssh says when nobody named a port.
            port: port === '22' ? (facts?.sshPort ?? 22) : Number(port),
            network: () => Promise.resolve(instance),
          },
          { via: 'auto', maxSeconds: undefined },
          {
            api,
            settings,
            env: screen.env,
            verbose: false,
            now: () => screen.now(),
            say: (text) => screen.err(`${printable(text)}\n`),
            signal: done.signal,
          },
        ),
      ])
      isCarried = true
      // Without a pause: what happens to the connection before somebody listens is lost.
      await Promise.race([refused, carry(first.of(stdioEnd()), far, done.signal)])
      if (isRefused) await push.promise
      if (grantId !== undefined && isDenied(agent, first)) await sayWhy(grantId, api, screen)
      // ssh does not wait for us, but whoever reads its standard error does: Ansible, for one.
      closeSync(2)
      return EXIT_CODES.ok
    } finally {
      clearTimeout(late)
      await socket.leave()
    }
  }).catch(async (error: unknown) => {
    if (error instanceof Failure && !isCarried) await sayThroughSsh(error)
    throw error
  })
}

/**
 * Whether ssh ended without a session. A session begins with the host keys that the host says again, some hundred bytes; a denial after
 * the signature is less. What is taken for one wrongly costs a question, and its answer says nothing.
 */
function isDenied(agent: Pick<PrivateAgent, 'offered' | 'signed'>, first: FirstBytes): boolean {
  return agent.offered && (!agent.signed || first.sinceMark < SESSION_BYTES)
}

/** ssh is gone by now and has said that it was denied; whoever reads its standard error still reads ours. */
async function sayWhy(grantId: string, api: ApiClient, screen: Screen): Promise<void> {
  if (isSilenced()) return
  const { askWhy } = await import('../grants/ask-why.ts')
  const { reasonLines } = await import('../grants/step-text.ts')
  const grant = await askWhy(api, grantId)
  const lines = grant === undefined ? [] : reasonLines(grant)
  // The shell may have asked for the next command already, on this line.
  const start = isatty(2) ? '\n' : ''
  if (lines.length > 0) screen.err(`${start}${lines.map(printable).join('\n')}\n`)
}

/** Whether standard error leads nowhere, as with ControlPersist. */
function isSilenced(): boolean {
  const error = fstatSync(2)
  return error.isCharacterDevice() && error.rdev === statSync('/dev/null').rdev
}

/** Tells the person by way of ssh, when we cannot. */
async function sayThroughSsh({ message, why }: Failure): Promise<void> {
  if (!isSilenced()) return
  const { disconnectMessage } = await import('./disconnect-message.ts')
  const end = stdioEnd()
  const { promise, resolve } = Promise.withResolvers<void>()
  end.listen({ data() {}, ended: resolve, drained() {}, closed: () => resolve() })
  end.resume()
  end.write(disconnectMessage([message, ...why].map(printable).join(' - ')))
  // ssh must read it before it finds that nobody reads what it says.
  setTimeout(resolve, 2000).unref()
  await promise
}

function checkWords(words: Words) {
  const [name = '', host = '', port = '', osUser = ''] = words.slice(0, 4).map(withoutComma)
  const [, , , , profile = ''] = words
  const meant = instanceMeant(name)
  if (meant === undefined) {
    throw usageFailure(
      `"${name}" cannot be the name of an instance for ssh.`,
      'Use its id, or its Name tag with letters, digits, _ and - (with dots: NAME.fleetkey).',
    )
  }
  if (!isOsUser(osUser)) {
    throw usageFailure(
      `"${osUser}" cannot be an account on an instance.`,
      'Names have up to 32 letters, digits and . _ - @, and do not begin with - or a dot.',
    )
  }
  if (!/^[1-9]\d{0,4}$/.test(port)) throw usageFailure(`"${port}" is not a port.`, 'Use -p 22')
  return { meant, host, port, osUser, profile }
}

function withoutComma(word: string): string {
  return word.endsWith(',') ? word.slice(0, -1) : ''
}

function openFolder(screen: Screen): string {
  const folder = socketFolder(screen.env)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  // It may have been there before, wider.
  chmodSync(folder, 0o700)
  return folder
}

function writeHosts(path: string, text: string): void {
  const partial = `${path}.${process.pid}`
  writeFileSync(partial, text, { mode: 0o600 })
  renameSync(partial, path)
}

/** What was first written to an end. */
class FirstBytes {
  #bytes = Buffer.alloc(0)
  #count = 0
  #marked = 0

  /** Bytes that came after the mark. */
  get sinceMark(): number {
    return this.#count - this.#marked
  }

  mark(): void {
    this.#marked = this.#count
  }

  of(end: TunnelEnd): TunnelEnd {
    return {
      ...end,
      write: (bytes) => {
        this.#count += bytes.length
        if (this.#bytes.length < FIRST_BYTES) this.#bytes = Buffer.concat([this.#bytes, bytes])
        return end.write(bytes)
      },
    }
  }

  include(bytes: Uint8Array): boolean {
    return bytes.length > 0 && this.#bytes.includes(bytes)
  }
}
