import {
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  verify,
  type KeyObject,
} from 'node:crypto'
import { readWireString, writeWireStrings } from '@fleetkey/wire/ssh/wire-strings'

/**
 * As much of SSH's first key exchange (RFC 4253 §7 and §8, RFC 8731) as shows which host key a server has, and that it has it: nothing is
 * ever encrypted, nobody logs in.
 */
export const CLIENT_VERSION = 'SSH-2.0-fleetkey_probe'

const KEXINIT = 20
const KEX_ECDH_INIT = 30
const KEX_ECDH_REPLY = 31
/** RFC 4253 §4.2: greater ones are no packets that come before encryption. */
const MAX_PACKET = 35_000

export interface KeyExchange {
  /** To be sent first. */
  readonly kexInit: Uint8Array
  /** To be sent after it. */
  readonly ecdhInit: Uint8Array
  readonly kexInitPayload: Uint8Array
  readonly privateKey: KeyObject
  readonly publicKey: Uint8Array
}

/** @param keyTypes of host keys, as key blobs name them: `ssh-ed25519`, `ssh-rsa` */
export function beginKeyExchange(keyTypes: readonly string[], cookie: Uint8Array): KeyExchange {
  const { publicKey, privateKey } = generateKeyPairSync('x25519')
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
  const kexInitPayload = Buffer.concat([
    Uint8Array.of(KEXINIT),
    cookie,
    writeWireStrings([
      text('curve25519-sha256,curve25519-sha256@libssh.org'),
      text(keyTypes.flatMap(signatureAlgorithms).join(',')),
      text(CIPHERS),
      text(CIPHERS),
      text(MACS),
      text(MACS),
      text('none'),
      text('none'),
      text(''),
      text(''),
    ]),
    new Uint8Array(5), // no guess follows; reserved
  ])
  return {
    kexInit: packet(kexInitPayload),
    ecdhInit: packet(Buffer.concat([Uint8Array.of(KEX_ECDH_INIT), writeWireStrings([raw])])),
    kexInitPayload,
    privateKey,
    publicKey: raw,
  }
}

/** Never used; a server wants to hear of one that it has. */
const CIPHERS =
  'aes128-ctr,aes192-ctr,aes256-ctr,aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com'
const MACS =
  'hmac-sha2-256,hmac-sha2-512,hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha1'

const signatureAlgorithms = (keyType: string): readonly string[] =>
  keyType === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [keyType]

/** RFC 4253 §6, before there are keys: multiples of eight, at least four bytes of padding. */
function packet(payload: Uint8Array): Uint8Array {
  const padding = 8 - ((payload.length + 5) % 8) + (8 - ((payload.length + 5) % 8) < 4 ? 8 : 0)
  const bytes = Buffer.alloc(5 + payload.length + padding)
  bytes.writeUInt32BE(1 + payload.length + padding)
  bytes[4] = padding
  bytes.set(payload, 5)
  return bytes
}

/** The payloads of all whole packets. Throws when they are none. */
export function readPackets(bytes: Uint8Array): readonly Uint8Array[] {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const payloads: Uint8Array[] = []
  for (let at = 0; at + 5 <= view.length;) {
    const length = view.readUInt32BE(at)
    const padding = view[at + 4] ?? 0
    if (length < padding + 2 || length > MAX_PACKET) throw new Error('not a packet of SSH')
    if (at + 4 + length > view.length) break
    payloads.push(view.subarray(at + 5, at + 4 + length - padding))
    at += 4 + length
  }
  return payloads
}

/** `type base64` of the server's host key, or undefined while its answer is not there. Throws when it does not prove that it has it. */
export function provenHostKey(
  exchange: KeyExchange,
  server: { readonly version: string; readonly packets: readonly Uint8Array[] },
): string | undefined {
  const kexInit = server.packets.find((payload) => payload[0] === KEXINIT)
  const reply = server.packets.find((payload) => payload[0] === KEX_ECDH_REPLY)
  if (kexInit === undefined || reply === undefined) return undefined
  const hostKey = readWireString(reply, 1)
  const ephemeral = readWireString(reply, hostKey.next)
  const signature = readWireString(reply, ephemeral.next)
  const shared = diffieHellman({
    privateKey: exchange.privateKey,
    publicKey: createPublicKey({
      key: { kty: 'OKP', crv: 'X25519', x: Buffer.from(ephemeral.value).toString('base64url') },
      format: 'jwk',
    }),
  })
  const hash = createHash('sha256')
    .update(
      writeWireStrings([
        text(CLIENT_VERSION),
        text(server.version),
        exchange.kexInitPayload,
        kexInit,
        hostKey.value,
        exchange.publicKey,
        ephemeral.value,
        mpint(shared),
      ]),
    )
    .digest()
  if (!isSignedWith(hostKey.value, { hash, signature: signature.value })) {
    throw new Error('the server shows a host key that it does not have')
  }
  const type = Buffer.from(readWireString(hostKey.value, 0).value).toString('latin1')
  return `${type} ${Buffer.from(hostKey.value).toString('base64')}`
}

function isSignedWith(
  blob: Uint8Array,
  { hash, signature }: { readonly hash: Uint8Array; readonly signature: Uint8Array },
): boolean {
  const algorithm = readWireString(signature, 0)
  const value = readWireString(signature, algorithm.next).value
  const name = Buffer.from(algorithm.value).toString('latin1')
  const parts = stringsOf(blob)
  const b64 = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('base64url')
  const type = Buffer.from(parts[0] ?? []).toString('latin1')
  if (type === 'ssh-ed25519' && name === type) {
    const key = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: b64(parts[1]) },
      format: 'jwk',
    })
    return verify(null, hash, key, value)
  }
  if (type === 'ssh-rsa' && (name === 'rsa-sha2-512' || name === 'rsa-sha2-256')) {
    const key = createPublicKey({
      key: { kty: 'RSA', e: b64(parts[1]), n: b64(parts[2]) },
      format: 'jwk',
    })
    return verify(name === 'rsa-sha2-512' ? 'sha512' : 'sha256', hash, key, value)
  }
  const curve = ECDSA[type]
  const point = parts[2]
  if (curve === undefined || point === undefined || name !== type) return false
  const size = (point.length - 1) / 2
  const key = createPublicKey({
    key: {
      kty: 'EC',
      crv: curve.name,
      x: b64(point.subarray(1, 1 + size)),
      y: b64(point.subarray(1 + size)),
    },
    format: 'jwk',
  })
  const [r = new Uint8Array(), s = new Uint8Array()] = stringsOf(value)
  const fixed = Buffer.concat([r, s].map((part) => fixedSize(part, size)))
  return verify(curve.hash, hash, { key, dsaEncoding: 'ieee-p1363' }, fixed)
}

/** RFC 5656 §6.2.1 */
const ECDSA: Readonly<Record<string, { readonly name: string; readonly hash: string }>> = {
  'ecdsa-sha2-nistp256': { name: 'P-256', hash: 'sha256' },
  'ecdsa-sha2-nistp384': { name: 'P-384', hash: 'sha384' },
  'ecdsa-sha2-nistp521': { name: 'P-521', hash: 'sha512' },
}

function stringsOf(blob: Uint8Array): readonly Uint8Array[] {
  const found: Uint8Array[] = []
  for (let at = 0; at < blob.length;) {
    const { value, next } = readWireString(blob, at)
    found.push(value)
    at = next
  }
  return found
}

/** An mpint may have a zero before it or leave zeros out. */
function fixedSize(mpintBytes: Uint8Array, size: number): Uint8Array {
  const bytes = mpintBytes.subarray(Math.max(0, mpintBytes.length - size))
  return Buffer.concat([new Uint8Array(size - bytes.length), bytes])
}

/** RFC 4251 §5: without zeros before it, and with one where its first bit would make it negative. */
function mpint(bytes: Uint8Array): Uint8Array {
  let at = 0
  while (at < bytes.length && bytes[at] === 0) at++
  const rest = bytes.subarray(at)
  return (rest[0] ?? 0) >= 0x80 ? Buffer.concat([Uint8Array.of(0), rest]) : rest
}

const text = (value: string) => Buffer.from(value, 'latin1')
