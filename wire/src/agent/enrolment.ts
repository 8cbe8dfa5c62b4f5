import { parseHostFacts, type HostFacts } from '@fleetkey/domain/host-facts'
import type { Signed } from './signed.ts'

/**
 * A join token as people carry it: `fkjoin_SECRET.PIN`. SECRET is 256 random bits; PIN is the SHA-256 of the server's CA certificate
 * (DER), so that a host which has never met the server knows whom it talks to; it is empty for a server on plain loopback HTTP.
 * Both base64url without padding. Only SHA-256(SECRET) is ever stored.
 */
export interface JoinToken {
  /** 43 characters of base64url. */
  readonly secret: string
  /** 43 characters, or empty. */
  readonly caPin: string
}

const SHAPE = /^fkjoin_([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})?$/

export function parseJoinToken(text: string): JoinToken | undefined {
  const [, secret, caPin] = SHAPE.exec(text.trim()) ?? []
  return secret === undefined ? undefined : { secret, caPin: caPin ?? '' }
}

export function formatJoinToken(token: JoinToken): string {
  return `fkjoin_${token.secret}.${token.caPin}`
}

/** Body of `POST /agent/enrol`. */
export interface EnrolmentRequest {
  readonly secret: string
  /** Ed25519 public key, base64. */
  readonly agentKey: string
  readonly proof: Signed
  readonly facts: HostFacts
}

/** What an enrolled agent keeps: its id and whom it believes from now on. */
export interface EnrolmentAnswer {
  readonly instanceId: string
  readonly deployment: string
  /** Issuer keys (Ed25519, base64) whose signer certificates the agent accepts. */
  readonly issuerKeys: readonly string[]
  /** Oldest signer epoch to accept. */
  readonly minimumEpoch: number
  /** PEM of the CA to trust for the link, empty on plain HTTP. */
  readonly caCertificate: string
}

export function parseEnrolmentRequest(value: unknown): EnrolmentRequest | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { secret, agentKey, proof, facts } = value as Record<string, unknown>
  const parsedFacts = parseHostFacts(facts)
  if (typeof secret !== 'string' || !/^[A-Za-z0-9_-]{43}$/.test(secret)) return undefined
  if (typeof agentKey !== 'string' || !/^[A-Za-z0-9+/]{43}=$/.test(agentKey)) return undefined
  if (typeof proof !== 'object' || proof === null || parsedFacts === undefined) return undefined
  const { statement, signature } = proof as Record<string, unknown>
  if (typeof statement !== 'string' || typeof signature !== 'string') return undefined
  return { secret, agentKey, proof: { statement, signature }, facts: parsedFacts }
}

export function parseEnrolmentAnswer(value: unknown): EnrolmentAnswer | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { instanceId, deployment, issuerKeys, minimumEpoch, caCertificate } = value as Record<
    string,
    unknown
  >
  if (typeof instanceId !== 'string' || !/^i-[a-f0-9]{17}$/.test(instanceId)) return undefined
  if (typeof deployment !== 'string' || typeof caCertificate !== 'string') return undefined
  if (!Array.isArray(issuerKeys) || issuerKeys.length === 0) return undefined
  if (!issuerKeys.every((key) => typeof key === 'string')) return undefined
  if (typeof minimumEpoch !== 'number' || !Number.isSafeInteger(minimumEpoch)) return undefined
  return { instanceId, deployment, issuerKeys, minimumEpoch, caCertificate }
}
