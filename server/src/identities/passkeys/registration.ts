import { passkeyRefused } from '@fleetkey/domain/exceptions/sign-in'
import type { VerifiedRegistrationResponse } from '@simplewebauthn/server'
import type { Members } from '@fleetkey/wire/aws/validation'
import type { PasskeyRow } from '../../store/passkey-store.ts'
import type { EntityRow } from '../../store/identity-store.ts'
import type { Store } from '../../store/store.ts'
import { CHALLENGE_LASTS_MS, newChallenge, takeChallenge } from './challenge.ts'
import type { RelyingParty } from './relying-party.ts'
import { webauthn, webauthnHelpers } from './webauthn.ts'

/** What an authenticator answered when it was asked for a new credential (WebAuthn §5.2.1), base64url. */
export interface Registration {
  readonly credentialId: string
  readonly clientData: string
  readonly attestationObject: string
  readonly transports: readonly string[]
}

interface Parts {
  readonly store: Pick<Store, 'identities'>
  readonly now: () => number
}

/** EdDSA, ES256 and RS256 (RFC 9053; RFC 8812): what authenticators have. */
const ALGORITHMS = [-8, -7, -257]

export function readRegistration(v: Members): Registration {
  const text = (max: number) => ({ min: 1, max, pattern: /^[\w-]+$/, secret: true }) as const
  return {
    credentialId: v.requiredString('CredentialId', text(1364)),
    clientData: v.requiredString('ClientDataJSON', text(4096)),
    attestationObject: v.requiredString('AttestationObject', text(16_384)),
    transports: v.stringList('Transports', {
      max: 8,
      each: { min: 1, max: 32, pattern: /^[a-z-]+$/ },
    }),
  }
}

/** What a browser asks an authenticator for. Those that hold one of the user's already do not make another. */
export async function registrationOptions(
  parts: Parts,
  { user, party }: { readonly user: EntityRow; readonly party: RelyingParty },
): Promise<object> {
  const own = await parts.store.identities.passkeys.list(user.id)
  const challenge = await newChallenge(parts, { purpose: 'register', party, userId: user.id })
  const { generateRegistrationOptions } = await webauthn()
  return await generateRegistrationOptions({
    rpName: 'Fleetkey',
    rpID: party.id,
    // Random, and told to nobody but the authenticator: it names no person.
    userID: new Uint8Array(Buffer.from(user.id)),
    userName: user.name,
    userDisplayName: user.name,
    challenge: Buffer.from(challenge, 'base64url'),
    timeout: CHALLENGE_LASTS_MS,
    // Of which make it is says nothing about who holds it, and would tell where else they use it.
    attestationType: 'none',
    supportedAlgorithmIDs: ALGORITHMS,
    // A security key without a place for it, or without a PIN, is a second factor all the same.
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
    excludeCredentials: own
      .filter(({ rpId }) => rpId === party.id)
      .map(({ credentialId: id, transports }) => ({ id, transports: [...transports] })),
  })
}

/** What there is to keep of a credential that was made for our challenge just now. Throws PasskeyRefused. */
export async function verifyRegistration(
  parts: Parts,
  registration: Registration,
  { userId, party }: { readonly userId: string; readonly party: RelyingParty },
): Promise<Pick<PasskeyRow, 'credentialId' | 'publicKey' | 'counter' | 'isSynced' | 'transports'>> {
  const { credentialId, clientData, attestationObject, transports } = registration
  const bound = { purpose: 'register', rpId: party.id, userId } as const
  const challenge = await takeChallenge(parts, clientData, bound)
  if (challenge === undefined) {
    throw passkeyRefused('It was asked for more than two minutes ago, or answered already.')
  }
  if (await tellsItsMake(attestationObject)) {
    throw passkeyRefused('It brings an attestation that nobody asked for.')
  }
  const { verifyRegistrationResponse } = await webauthn()
  const info = await verified()
  const { credential, credentialBackedUp } = info
  if (credential.id !== credentialId) throw passkeyRefused('It goes by two names.')
  return {
    credentialId: credential.id,
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    counter: credential.counter,
    isSynced: credentialBackedUp,
    transports,
  }

  async function verified(): Promise<
    NonNullable<VerifiedRegistrationResponse['registrationInfo']>
  > {
    try {
      const { registrationInfo } = await verifyRegistrationResponse({
        response: {
          id: credentialId,
          rawId: credentialId,
          type: 'public-key',
          clientExtensionResults: {},
          response: { clientDataJSON: clientData, attestationObject },
        },
        expectedChallenge: challenge ?? '',
        expectedOrigin: party.origin,
        expectedRPID: party.id,
        requireUserVerification: false,
        supportedAlgorithmIDs: ALGORITHMS,
      })
      if (registrationInfo !== undefined) return registrationInfo
    } catch (cause) {
      // Of what the person's own browser sent: nothing in it is a secret of ours.
      throw passkeyRefused(cause instanceof Error ? cause.message : String(cause))
    }
    throw passkeyRefused('Its signature is not right.')
  }
}

/** Certificates would be looked into, and asked about on the network: nobody wants to know them (WebAuthn §5.4.7, `none`). */
async function tellsItsMake(attestationObject: string): Promise<boolean> {
  const { decodeAttestationObject } = await webauthnHelpers()
  try {
    const decoded = decodeAttestationObject(
      new Uint8Array(Buffer.from(attestationObject, 'base64url')),
    )
    const fmt = decoded.get('fmt')
    const isSelfMade = fmt === 'packed' && decoded.get('attStmt').get('x5c') === undefined
    return fmt !== 'none' && !isSelfMade
  } catch {
    return true
  }
}
