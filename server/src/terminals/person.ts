import type { TerminalRefusal } from '@fleetkey/wire/terminal/server-frame'
import type { UserIdentity } from '@fleetkey/domain/trail-event'
import type { TerminalActor } from '../trail/record-terminals.ts'
import type { ReadyTunnel } from '../tunnels/tunnels.ts'

/** What the gateway asks for a person. It has no right of its own: each of these goes through the pipeline as them, and is on record. */
export type AskedAs = 'SendSSHPublicKey' | 'OpenTunnel' | 'GetGrant'

export interface AskedAnswer {
  readonly requestId: string
  readonly output: Readonly<Record<string, unknown>>
}

/** The person refused what they may not do, or nobody may. */
export class AskRefused extends Error {
  readonly refusal: TerminalRefusal

  constructor(refusal: TerminalRefusal) {
    super(refusal.message)
    this.refusal = refusal
  }
}

/** Somebody who is signed in, as a request of theirs showed it. */
export interface Person {
  /** Whose what they open is (domain/src/owner.ts). */
  readonly owner: string
  readonly principalArn: string
  readonly userName: string
  readonly identity: UserIdentity
  readonly sourceAddress: string
  readonly proxyAddress?: string | undefined
  readonly userAgent: string
  readonly tls: Readonly<Record<string, string>> | undefined
  /** Throws AskRefused. */
  ask(
    operation: AskedAs,
    input: Readonly<Record<string, unknown>>,
    /** Of OpenTunnel: where the tunnel is put down, and who waits for it. */
    doorstep?: { readonly gone: AbortSignal; putDown(ready: ReadyTunnel): void },
  ): Promise<AskedAnswer>
}

/** Who it was, for the trail. */
export const actorOf = ({
  identity,
  userName,
  sourceAddress,
  proxyAddress,
  userAgent,
  tls,
}: Omit<Person, 'owner' | 'principalArn' | 'ask'>): TerminalActor => ({
  identity,
  userName,
  sourceAddress,
  proxyAddress,
  userAgent,
  ...(tls !== undefined && { tls }),
})
