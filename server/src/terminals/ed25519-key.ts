import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { writeWireStrings } from '@fleetkey/wire/ssh/wire-strings'

const TYPE = Buffer.from('ssh-ed25519')
/** As `ssh-keygen` writes it: "PROTOCOL.key" of OpenSSH. */
const MAGIC = Buffer.from('openssh-key-v1\0')
const NONE = Buffer.from('none')
const NOTHING = Buffer.alloc(0)
/** Of the cipher `none`. */
const BLOCK = 8

/** A key of its own, in memory. */
export interface Ed25519Key {
  /** As OpenSSH writes it, without a passphrase. */
  readonly privateKey: string
  /** `ssh-ed25519 base64` */
  readonly publicKey: string
}

/** What ssh2 makes itself is malformed for one key in 256 or so: it takes a leading zero away from either half. */
export function newEd25519Key(): Ed25519Key {
  const { privateKey } = generateKeyPairSync('ed25519')
  const { d = '', x = '' } = privateKey.export({ format: 'jwk' })
  const [seed, point] = [Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')]
  const blob = writeWireStrings([TYPE, point])
  return {
    privateKey: privateText(blob, { seed, point }),
    publicKey: `${TYPE.toString()} ${Buffer.from(blob).toString('base64')}`,
  }
}

function privateText(
  blob: Uint8Array,
  { seed, point }: { readonly seed: Buffer; readonly point: Buffer },
): string {
  const check = randomBytes(4)
  const secret = writeWireStrings([TYPE, point, Buffer.concat([seed, point]), NOTHING])
  const length = 2 * check.length + secret.length
  const padding = Uint8Array.from({ length: (BLOCK - (length % BLOCK)) % BLOCK }, (_, at) => at + 1)
  const one = Buffer.from([0, 0, 0, 1])
  const bytes = Buffer.concat([
    MAGIC,
    writeWireStrings([NONE, NONE, NOTHING]),
    one,
    writeWireStrings([blob, Buffer.concat([check, check, secret, padding])]),
  ])
  const lines = bytes.toString('base64').match(/.{1,70}/g) ?? []
  return [
    '-----BEGIN OPENSSH PRIVATE KEY-----',
    ...lines,
    '-----END OPENSSH PRIVATE KEY-----',
    '',
  ].join('\n')
}
