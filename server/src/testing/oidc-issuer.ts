import { createHmac, randomUUID, sign, type KeyObject, generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** For tests: an OpenID Connect provider that signs whatever it is told, on loopback. */
export interface OidcIssuer {
  /** The issuer URL. */
  readonly url: string
  /** Without its scheme. */
  readonly name: string
  /** A token that is right in every way but for what is given. Claims of undefined are left out. */
  token(claims?: Claims, otherwise?: Otherwise): string
  /** Puts another key in the place of the one that signs. */
  rotate(): void
  /** The public keys as PEM, the one that signs first. */
  publicKeys(): readonly string[]
  /** How often each path was asked. */
  readonly asked: Map<string, number>
  /** Answers instead of the issuer; return false to let it answer. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean
  close(): Promise<void>
}

export type Claims = Readonly<Record<string, unknown>>

interface Otherwise {
  readonly header?: Readonly<Record<string, unknown>>
  /** `none`: without a signature. `hmac`: with the public key as secret. Default: with the issuer's key. */
  readonly signedBy?: 'none' | 'hmac' | KeyObject
  /** Default: `sha256`. */
  readonly digest?: string
}

interface Key {
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

export async function startOidcIssuer(
  parts: { readonly path?: string; readonly now?: () => number } = {},
): Promise<OidcIssuer> {
  const { path = '', now = Date.now } = parts
  let keys = [newKey()]
  const asked = new Map<string, number>()
  const issuer: { intercept: OidcIssuer['intercept'] } = { intercept: () => false }
  const server = createServer((request, response) => {
    const asking = request.url ?? ''
    asked.set(asking, (asked.get(asking) ?? 0) + 1)
    if (issuer.intercept(request, response)) return
    const answers: Readonly<Record<string, object>> = {
      [`${path}/.well-known/openid-configuration`]: { issuer: url, jwks_uri: `${url}/keys` },
      [`${path}/keys`]: {
        keys: keys.map(({ kid, publicKey }) => ({
          ...publicKey.export({ format: 'jwk' }),
          kid,
          use: 'sig',
          alg: 'ES256',
        })),
      },
    }
    const answer = answers[asking]
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer ?? {}))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}${path}`

  return Object.assign(issuer, {
    url,
    name: `127.0.0.1:${port}${path}`,
    asked,
    token(claims: Claims = {}, { header = {}, ...how }: Otherwise = {}) {
      const [key] = keys
      if (key === undefined) throw new Error('there is no key')
      const seconds = Math.floor(now() / 1000)
      const payload = {
        iss: url,
        sub: 'ann-1',
        aud: 'fleetkey',
        iat: seconds,
        exp: seconds + 300,
        jti: randomUUID(),
        ...claims,
      }
      const input = `${encode({ alg: 'ES256', typ: 'JWT', kid: key.kid, ...header })}.${encode(payload)}`
      return `${input}.${signature(input, key, how)}`
    },
    rotate: () => void (keys = [newKey()]),
    publicKeys: () => keys.map((key) => pem(key.publicKey)),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
}

function newKey(): Key {
  return { kid: randomUUID(), ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) }
}

const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString()

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')

function signature(input: string, key: Key, { signedBy, digest = 'sha256' }: Otherwise): string {
  if (signedBy === 'none') return ''
  if (signedBy === 'hmac') {
    return createHmac('sha256', pem(key.publicKey)).update(input).digest('base64url')
  }
  const privateKey = signedBy ?? key.privateKey
  return sign(digest, Buffer.from(input), {
    key: privateKey,
    dsaEncoding: 'ieee-p1363',
  }).toString('base64url')
}
