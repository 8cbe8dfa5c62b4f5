import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'

/** For tests: a browser and what it asks, each step in the open (WebAuthn §6.1, §6.3). */
export interface SoftwarePasskey {
  readonly credentialId: string
  readonly userHandle: string
  /** How often it has signed; set it to be a copy of what it was. */
  counter: number
  /** The members of RegisterPasskey. */
  registration(options: CeremonyOptions, otherwise?: Otherwise): Readonly<Record<string, unknown>>
  /** The members of SignInWithPasskey, and of `Passkey` elsewhere. */
  assertion(options: CeremonyOptions, otherwise?: Otherwise): Readonly<Record<string, unknown>>
}

/** Of what the server says, as far as it goes in. */
export interface CeremonyOptions {
  readonly challenge: string
  readonly rp?: { readonly id: string }
  readonly rpId?: string
  readonly user?: { readonly id: string }
}

/** What to do otherwise than browsers and authenticators do. */
export interface Otherwise {
  readonly origin?: string
  readonly rpId?: string
  readonly type?: string
  readonly userHandle?: string
  /** UV: its owner has unlocked it. */
  readonly isVerified?: boolean
  readonly crossOrigin?: boolean
  /** Another credential's name beside this one's signature. */
  readonly credentialId?: string
  /** Of a statement about its make. */
  readonly fmt?: string
}

const FLAGS = { present: 0x01, verified: 0x04, attested: 0x40 }

/** @param origin where its page is */
export function softwarePasskey(origin: string, { counts = true } = {}): SoftwarePasskey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(16)
  let userHandle = ''
  const passkey: SoftwarePasskey = {
    credentialId: id.toString('base64url'),
    get userHandle() {
      return userHandle
    },
    counter: 0,
    registration(options, otherwise = {}) {
      userHandle = options.user?.id ?? ''
      const authenticatorData = Buffer.concat([
        header(options.rp?.id ?? '', FLAGS.attested, otherwise),
        Buffer.alloc(16),
        uint16(id.length),
        id,
        coseKey(publicKey),
      ])
      return {
        CredentialId: otherwise.credentialId ?? passkey.credentialId,
        ClientDataJSON: clientData('webauthn.create', options, otherwise).toString('base64url'),
        AttestationObject: cborMap([
          [cborText('fmt'), cborText(otherwise.fmt ?? 'none')],
          [cborText('attStmt'), cborMap([])],
          [cborText('authData'), cborBytes(authenticatorData)],
        ]).toString('base64url'),
        Transports: ['internal'],
      }
    },
    assertion(options, otherwise = {}) {
      if (counts) passkey.counter++
      const authenticatorData = header(options.rpId ?? '', 0, otherwise)
      const data = clientData('webauthn.get', options, otherwise)
      const signed = Buffer.concat([authenticatorData, createHash('sha256').update(data).digest()])
      return {
        CredentialId: otherwise.credentialId ?? passkey.credentialId,
        ClientDataJSON: data.toString('base64url'),
        AuthenticatorData: authenticatorData.toString('base64url'),
        Signature: sign('sha256', signed, privateKey).toString('base64url'),
        UserHandle: otherwise.userHandle ?? userHandle,
      }
    },
  }

  function header(rpId: string, flags: number, { isVerified = true, ...otherwise }: Otherwise) {
    const hash = createHash('sha256')
      .update(otherwise.rpId ?? rpId)
      .digest()
    const all = flags | FLAGS.present | (isVerified ? FLAGS.verified : 0)
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(passkey.counter)
    return Buffer.concat([hash, Buffer.from([all]), counter])
  }

  function clientData(type: string, { challenge }: CeremonyOptions, otherwise: Otherwise): Buffer {
    return Buffer.from(
      JSON.stringify({
        type: otherwise.type ?? type,
        challenge,
        origin: otherwise.origin ?? origin,
        crossOrigin: otherwise.crossOrigin ?? false,
      }),
    )
  }
  return passkey
}

/** COSE (RFC 9053 §7.1.1): EC2, ES256, P-256. */
function coseKey(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  return cborMap([
    [cborInteger(1), cborInteger(2)],
    [cborInteger(3), cborInteger(-7)],
    [cborInteger(-1), cborInteger(1)],
    [cborInteger(-2), cborBytes(Buffer.from(x, 'base64url'))],
    [cborInteger(-3), cborBytes(Buffer.from(y, 'base64url'))],
  ])
}

// As much of CBOR (RFC 8949 §3.1) as that takes.

const cborInteger = (value: number): Buffer => (value < 0 ? head(1, -1 - value) : head(0, value))
const cborBytes = (bytes: Buffer): Buffer => Buffer.concat([head(2, bytes.length), bytes])
const cborText = (text: string): Buffer => Buffer.concat([head(3, text.length), Buffer.from(text)])
const cborMap = (entries: readonly (readonly [Buffer, Buffer])[]): Buffer =>
  Buffer.concat([head(5, entries.length), ...entries.flat()])

function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value])
  if (value < 256) return Buffer.from([(major << 5) | 24, value])
  return Buffer.concat([Buffer.from([(major << 5) | 25]), uint16(value)])
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}
