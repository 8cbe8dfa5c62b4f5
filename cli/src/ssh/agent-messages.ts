/**
 * The few messages of the SSH agent protocol (draft-ietf-sshm-ssh-agent) that a private agent with one key speaks: it tells
 * which key it has and signs with it, and may be told for which connection it is asked. Everything else is answered with a failure.
 */
export type AgentRequest =
  | { readonly kind: 'identities' }
  | { readonly kind: 'sign'; readonly keyBlob: Buffer; readonly data: Buffer }
  /** OpenSSH ≥ 8.9 says first for which connection it asks (PROTOCOL.agent §1): the host's signature over the key exchange tells it apart. */
  | { readonly kind: 'bind'; readonly signature: Buffer }
  | { readonly kind: 'other' }

// §5.1, message numbers
const FAILURE = 5
const SUCCESS = 6
const REQUEST_IDENTITIES = 11
const IDENTITIES_ANSWER = 12
const SIGN_REQUEST = 13
const SIGN_RESPONSE = 14
const EXTENSION = 27
const SESSION_BIND = 'session-bind@openssh.com'

/** A request longer than this ends the connection; ssh's are a few hundred bytes. */
export const MAX_REQUEST_BYTES = 64 * 1024

/** One message's payload: what stood after its length. A sign request that does not parse to its last byte is `other`. */
export function decodeAgentRequest(payload: Buffer): AgentRequest {
  switch (payload[0] ?? 0) {
    case REQUEST_IDENTITIES:
      return payload.length === 1 ? { kind: 'identities' } : { kind: 'other' }
    case SIGN_REQUEST:
      return decodeSign(payload)
    case EXTENSION:
      return decodeExtension(payload)
    default:
      return { kind: 'other' }
  }
}

export function identitiesAnswer(keyBlob: Uint8Array, comment: string): Buffer {
  const body = [number(1), lengthPrefixed(keyBlob), lengthPrefixed(Buffer.from(comment))]
  return message(IDENTITIES_ANSWER, ...body)
}

/** `signature` is already in SSH's form: the algorithm's name, then its bytes. */
export function signResponse(signature: Uint8Array): Buffer {
  return message(SIGN_RESPONSE, lengthPrefixed(signature))
}

export function successAnswer(): Buffer {
  return message(SUCCESS)
}

/** One agent of ours asks another for which connection it is; key and session do not matter to us. */
export function sessionBindRequest(signature: Uint8Array): Buffer {
  const nothing = lengthPrefixed(new Uint8Array())
  const name = lengthPrefixed(Buffer.from(SESSION_BIND))
  return message(EXTENSION, name, nothing, nothing, lengthPrefixed(signature), new Uint8Array(1))
}

/** Whether an answer, whole, says yes. */
export const SUCCESS_ANSWER: Buffer = successAnswer()

export function failureAnswer(): Buffer {
  return message(FAILURE)
}

/** SSH's `string` (RFC 4251 §5). */
export function lengthPrefixed(bytes: Uint8Array): Buffer {
  return Buffer.concat([number(bytes.length), bytes])
}

function decodeSign(payload: Buffer): AgentRequest {
  const keyBlob = stringAt(payload, 1)
  const data = keyBlob && stringAt(payload, 1 + 4 + keyBlob.length)
  // Then flags, which only mean something to RSA keys.
  if (!data || payload.length !== 1 + 4 + keyBlob.length + 4 + data.length + 4) {
    return { kind: 'other' }
  }
  return { kind: 'sign', keyBlob, data }
}

function decodeExtension(payload: Buffer): AgentRequest {
  const strings: Buffer[] = []
  let at = 1
  // Its name, the host's key, the session's id, the signature; then whether it is about forwarding.
  while (strings.length < 4) {
    const string = stringAt(payload, at)
    if (!string) return { kind: 'other' }
    strings.push(string)
    at += 4 + string.length
  }
  const [name, , , signature] = strings
  if (name?.toString('latin1') !== SESSION_BIND || !signature || payload.length !== at + 1) {
    return { kind: 'other' }
  }
  return { kind: 'bind', signature }
}

function stringAt(payload: Buffer, offset: number): Buffer | undefined {
  if (offset + 4 > payload.length) return undefined
  const start = offset + 4
  const end = start + payload.readUInt32BE(offset)
  return end <= payload.length ? payload.subarray(start, end) : undefined
}

function message(type: number, ...parts: readonly Uint8Array[]): Buffer {
  return lengthPrefixed(Buffer.concat([Buffer.from([type]), ...parts]))
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
