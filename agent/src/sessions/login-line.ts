import { isOneOf, LOGIN_METHODS, type LoginMethod } from '@fleetkey/domain/ssh-session'
import { sha256 } from '../ed25519.ts'

/** What the session hook wrote of a login (session-hook.sh). */
export interface LoginLine {
  /** Hundredths of a second since boot. */
  readonly at: number
  /** Of sshd's process for the connection, and when that started, in the kernel's ticks since boot. */
  readonly pid: number
  readonly start: string
  /** Undefined for a name that is not of printable ASCII. */
  readonly osUser: string | undefined
  readonly address: string | undefined
  readonly port: number | undefined
  readonly method: LoginMethod
  readonly fingerprint: string | undefined
}

const LINE =
  /^1 (\d{1,15}) (\d{1,10}) (\d{1,20}) ([!-~]{1,256}) ([0-9A-Za-z.:%_-]{1,64}) (\d{1,5}|-) ([a-z,-]{1,96}) ([0-9A-Za-z.@-]{1,64}) ([0-9A-Za-z+/=]{1,3072}|-) \.$/

/** Undefined for what is no whole line of the hook's. */
export function parseLoginLine(line: string): LoginLine | undefined {
  const [, at = '', pid = '', start = '', user, address, port, methods = '', type = '', key = ''] =
    LINE.exec(line) ?? []
  if (user === undefined || Number(pid) < 1) return undefined
  const blob = key === '-' ? undefined : decodeKey(type, key)
  if (key !== '-' && blob === undefined) return undefined
  const isCertificate = type.includes('-cert-v0')
  return {
    at: Number(at),
    pid: Number(pid),
    start,
    osUser: user === '-' ? undefined : user,
    address: address === '-' || address === 'UNKNOWN' ? undefined : address,
    port: port === '-' || Number(port) < 1 || Number(port) > 65_535 ? undefined : Number(port),
    method: isCertificate ? 'certificate' : methodOf(methods.split(',')),
    fingerprint: blob === undefined || isCertificate ? undefined : fingerprintOf(blob),
  }
}

/** The key, where there was one: it is what leads to a grant, whatever else was asked for beside it. */
function methodOf(methods: readonly string[]): LoginMethod {
  if (methods.includes('publickey')) return 'publickey'
  const [first] = methods
  return isOneOf(LOGIN_METHODS, first) ? first : 'unknown'
}

/** A key names its type in its first string (RFC 4253 §6.6). */
function decodeKey(type: string, base64: string): Uint8Array | undefined {
  const blob = Buffer.from(base64, 'base64')
  if (blob.length < 4 || blob.toString('base64') !== base64) return undefined
  return blob.toString('latin1', 4, 4 + blob.readUInt32BE(0)) === type ? blob : undefined
}

const fingerprintOf = (blob: Uint8Array) =>
  `SHA256:${sha256(blob).toString('base64').replace(/=+$/, '')}`
