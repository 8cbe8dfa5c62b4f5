import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientEnvironment } from '../fleetkey.ts'
import { generateKey, ssh } from '../ssh.ts'
import type { PushClient } from './push-client.ts'
import { newPush, type Push, type PushHistory } from './push-history.ts'
import type { Random } from './random.ts'
import { inventPublicKey } from './signed-push.ts'
import type { TargetHost } from './target-host.ts'
import type { Tally } from './tally.ts'
import type { Violations } from './violations.ts'

/** How long a client waits at most before its next push, in milliseconds. */
const PAUSE_MS = 20
/**
 * Of all pushes: sent twice at once; sent again later, when they succeeded and when nobody knows; logged in with; tried though no agent
 * is linked.
 */
const SHARE = {
  twice: 0.1,
  againAfterSuccess: 0.1,
  againAfterCut: 0.5,
  login: 0.01,
  toNobody: 0.05,
}
/** Of all turns of a client, while there is something to send again. */
const REPEAT_SHARE = 0.2

export interface LoadParts {
  readonly clients: number
  readonly users: readonly string[]
  readonly hosts: readonly TargetHost[]
  readonly client: PushClient
  readonly credentials: ClientEnvironment
  readonly history: PushHistory
  readonly tally: Tally
  readonly violations: Violations
  readonly random: Random
  /** For private keys. */
  readonly dir: string
}

/** Several clients that push all the time while the gate is open. */
export class Load {
  readonly #parts: LoadParts
  readonly #clients: Promise<void>[]
  readonly #again: Push[] = []
  #gate = Promise.withResolvers<void>()
  #isOpen = false
  #isEnding = false
  #names = 0

  constructor(parts: LoadParts) {
    this.#parts = parts
    this.#clients = Array.from({ length: parts.clients }, () => this.#run(parts.random.fork()))
  }

  open(): void {
    this.#isOpen = true
    this.#gate.resolve()
  }

  /** Begins nothing new; what is on its way goes on. */
  shut(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#gate = Promise.withResolvers()
  }

  /** Every request has its answer, or its end without one. */
  async drained(): Promise<void> {
    while (this.#parts.history.inFlight().length > 0) await sleep(1)
  }

  async end(): Promise<void> {
    this.#isEnding = true
    this.open()
    await Promise.all(this.#clients)
  }

  async #run(random: Random): Promise<void> {
    for (;;) {
      await this.#gate.promise
      await sleep(random.below(PAUSE_MS))
      if (this.#isEnding) return
      if (!this.#isOpen) continue
      const again = random.isLucky(REPEAT_SHARE) ? this.#again.shift() : undefined
      if (again === undefined) await this.#pushNew(random)
      else await this.#parts.client.send(again)
    }
  }

  async #pushNew(random: Random): Promise<void> {
    const { hosts, users } = this.#parts
    const linked = hosts.filter(({ recorder }) => recorder.isLinkUp)
    if (linked.length === 0 && !random.isLucky(SHARE.toNobody)) return
    const host = random.pick(linked.length > 0 ? linked : hosts)
    const osUser = random.pick(users)
    if (!random.isLucky(SHARE.login)) {
      await this.#push(host, { osUser, publicKey: inventPublicKey(), random })
      return
    }
    const key = await generateKey(this.#parts.dir, 'ed25519', `login-${++this.#names}`)
    const { starts } = host
    if (await this.#push(host, { osUser, publicKey: key.publicKey, random })) {
      await this.#logIn(host, { osUser, identityFile: key.identityFile, starts })
    }
    await rm(key.identityFile)
    await rm(`${key.identityFile}.pub`)
  }

  /** True when it was told Success. */
  async #push(
    host: TargetHost,
    parts: { readonly osUser: string; readonly publicKey: string; readonly random: Random },
  ): Promise<boolean> {
    if (!this.#isOpen) return false
    const { osUser, publicKey, random } = parts
    const { client, credentials, violations } = this.#parts
    const { instanceId } = host.enrolled
    const push = newPush(credentials, { instanceId, osUser, publicKey })
    const { starts } = host
    const twin = random.isLucky(SHARE.twice) ? client.send(push) : undefined
    const answer = await client.send(push)
    if (answer.kind === 'success' && host.starts === starts && !host.recorder.holds(push)) {
      const { fingerprint } = push
      violations.add('I4', 'a Success without a key', { instanceId, osUser, fingerprint, answer })
    }
    await twin
    const { againAfterSuccess, againAfterCut } = SHARE
    if (answer.kind === 'success' && random.isLucky(againAfterSuccess)) this.#again.push(push)
    if (answer.kind === 'cut off' && random.isLucky(againAfterCut)) this.#again.push(push)
    return answer.kind === 'success'
  }

  /** Right after Success. The next start of the agent may take the key away: that is no violation. */
  async #logIn(
    host: TargetHost,
    parts: { readonly osUser: string; readonly identityFile: string; readonly starts: number },
  ): Promise<void> {
    const { tally, violations } = this.#parts
    const { osUser, identityFile, starts } = parts
    const options = { user: osUser, identityFile, command: 'hostname' }
    const login = await ssh(host.enrolled.host, options)
    if (login.code === 0 && login.stdout.trim() === host.name) tally.logins++
    else if (host.starts !== starts) tally.excusedLogins++
    else {
      const { instanceId } = host.enrolled
      violations.add('I4', 'a login refused after Success', { instanceId, osUser, ...login })
    }
  }
}
