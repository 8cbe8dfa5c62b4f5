import { printable } from '@fleetkey/domain/printable'
import type { SshFailure } from './messages.ts'

/** The longest text of a host that is passed on, in characters. */
const MAX_SAID = 200

/** Why there is no connection, or none any more. */
export class SshFailed extends Error {
  readonly failure: SshFailure

  constructor(kind: SshFailure['kind'], says: string) {
    super(says)
    this.failure = { kind, says }
  }
}

/** What ssh2 adds to an error. */
interface Ssh2Error extends Error {
  readonly level?: string
  /** Of sshd's disconnect: RFC 4253 §11.1. */
  readonly code?: unknown
}

/** ssh2's error as ours. Its text may come from the host. */
export function sshFailed(
  error: Ssh2Error,
  { wasReady }: { readonly wasReady: boolean },
): SshFailed {
  if (error instanceof SshFailed) return error
  const says = printable(error.message, MAX_SAID)
  if (wasReady) {
    const isOfHost = error.level === 'protocol' || error.level === 'handshake'
    return new SshFailed(isOfHost ? 'misbehaved' : 'lost', says)
  }
  return new SshFailed(kindOf(error), says)
}

function kindOf({ level, code, message }: Ssh2Error): SshFailure['kind'] {
  if (level === 'client-authentication' || typeof code === 'number') return 'denied'
  if (level === 'client-timeout') return 'late'
  if (level === 'client-socket' || /lost before handshake/.test(message)) return 'lost'
  return /no matching/.test(message) ? 'no-agreement' : 'misbehaved'
}
