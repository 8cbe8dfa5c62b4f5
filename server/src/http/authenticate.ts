import { randomBytes } from 'node:crypto'
import { invalidSignature, unrecognizedClient } from '@fleetkey/domain/exceptions'
import type { Principal } from '@fleetkey/domain/principal'
import { parsePolicyDocument } from '@fleetkey/iam/policy-document'
import type { NamedPolicy } from '@fleetkey/iam/policy-set'
import {
  deriveSigningKey,
  readSigV4,
  verifySigV4,
  type RawRequest,
  type SigV4Claim,
} from '@fleetkey/wire/aws/sigv4'
import { accessKeyContext } from '../secrets/access-keys.ts'
import { digests } from '../secrets/digests.ts'
import type { Envelope } from '../secrets/envelope.ts'
import type { AccessKeyRow, Credential } from '../store/identity-store.ts'
import type { Store } from '../store/store.ts'

/** Who asks, proven, with all that decides what they may do. */
export interface Caller {
  readonly principal: Principal
  readonly accessKeyId: string
  /** Service of the signature's scope. */
  readonly service: string
  /** The signature: names this very request. */
  readonly signature: string
  readonly policies: readonly NamedPolicy[]
}

/** Throws AWS's refusal for whatever is wrong with the signature (aws-facts: order and texts of the awsJson front end). */
export type Authenticate = (request: RawRequest) => Promise<Caller>

const WRONG_SIGNATURE =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'

/** An access key as this node holds it between requests. */
interface CachedCredential {
  readonly principal: Principal
  readonly policies: readonly NamedPolicy[]
  readonly active: boolean
  readonly secret: string
  /** By `date/region/service`: deriving costs five times what verifying does. */
  readonly signingKeys: Map<string, Uint8Array>
}

/** No signature matches it: nobody knows it, and a match would not count. */
const NOBODYS_KEY = randomBytes(32)

const MAX_CACHED_KEYS = 10_000
const MAX_SIGNING_KEYS = 16

export function createAuthenticate(parts: {
  readonly store: Pick<Store, 'identities' | 'securityVersion'>
  readonly envelope: Envelope
  readonly services: ReadonlySet<string>
  readonly region: string
  readonly now: () => number
}): Authenticate {
  const { store, envelope, services, region, now } = parts
  let cache = new Map<string, CachedCredential>()
  let cachedVersion = -1

  /** Nothing cached outlives a change of any right: withdrawing one and returning means that no later request has it. */
  async function credentialOf(accessKeyId: string): Promise<CachedCredential | undefined> {
    const version = await store.securityVersion()
    if (version !== cachedVersion || cache.size > MAX_CACHED_KEYS) {
      cache = new Map()
      cachedVersion = version
    }
    const cached = cache.get(accessKeyId)
    if (cached !== undefined) return cached
    const intoCache = cache
    const found = await store.identities.credential(accessKeyId)
    if (found === undefined || found.kind === 'session') return undefined
    const fresh = openCredential(found, envelope)
    // Into the generation that it was read for: if that was dropped meanwhile, so is this.
    intoCache.set(accessKeyId, fresh)
    return fresh
  }

  return async (request) => {
    const claim = readSigV4(request, now(), { services, region })
    const credential = await credentialOf(claim.accessKeyId)
    const usable = credential?.active === true && claim.sessionToken === undefined
    // An unknown key costs the same work as a known one.
    const signingKey = credential === undefined ? NOBODYS_KEY : signingKeyOf(credential, claim)
    const matches = verifySigV4(claim, signingKey, digests)
    if (!usable) throw unrecognizedClient()
    if (!matches) throw invalidSignature(WRONG_SIGNATURE)
    return {
      principal: credential.principal,
      accessKeyId: claim.accessKeyId,
      service: claim.service,
      signature: claim.signature,
      policies: credential.policies,
    }
  }
}

function openCredential(
  found: Exclude<Credential, { readonly kind: 'session' }>,
  envelope: Envelope,
): CachedCredential {
  const key = openKey(found.key, envelope)
  if (found.kind === 'root') return { ...key, principal: { kind: 'root' }, policies: [] }
  const { entity, policies } = found.rights
  return {
    ...key,
    principal: { kind: 'user', userId: entity.id, userName: entity.name },
    policies: policies.map(({ policyName, document }) => ({
      name: `inline policy ${policyName} of user ${entity.name}`,
      document: parsePolicyDocument(document),
    })),
  }
}

function openKey({ status, sealedSecret, accessKeyId }: AccessKeyRow, envelope: Envelope) {
  return {
    active: status === 'Active',
    secret: envelope.open(sealedSecret, accessKeyContext(accessKeyId)),
    signingKeys: new Map<string, Uint8Array>(),
  }
}

function signingKeyOf(credential: CachedCredential, claim: SigV4Claim): Uint8Array {
  const scope = `${claim.date}/${claim.region}/${claim.service}`
  const cached = credential.signingKeys.get(scope)
  if (cached !== undefined) return cached
  if (credential.signingKeys.size >= MAX_SIGNING_KEYS) credential.signingKeys.clear()
  const key = deriveSigningKey(credential.secret, claim, digests)
  credential.signingKeys.set(scope, key)
  return key
}
