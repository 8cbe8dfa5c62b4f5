import { authenticationFailed, passkeyMayBeCopied } from '@fleetkey/domain/exceptions/sign-in'
import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import type { Members } from '@fleetkey/wire/aws/validation'
import type { PasskeyPurpose, PasskeyRow } from '../../store/passkey-store.ts'
import type { Store } from '../../store/store.ts'
import { CHALLENGE_LASTS_MS, newChallenge, takeChallenge } from './challenge.ts'
import type { RelyingParty } from './relying-party.ts'
import { webauthn, webauthnHelpers } from './webauthn.ts'

/** What an authenticator answered when it was asked to sign (WebAuthn §5.2.2). All of it is base64url. */
export interface Assertion {
  readonly credentialId: string
  readonly clientData: string
  readonly authenticatorData: string
  readonly signature: string
  /** Who it says that it is of: the id of a user of ours. Authenticators that find the credential by its id leave it out. */
  readonly userHandle: string | undefined
}

/** What of it must be so. */
export interface WantedAssertion {
  readonly purpose: PasskeyPurpose
  readonly party: RelyingParty
  /** Whose it must be; undefined where that is found out. */
  readonly userId?: string
}

interface Parts {
  readonly store: Pick<Store, 'identities'>
  readonly now: () => number
}

const BASE64URL = /^[\w-]+$/
const text = (max: number) => ({ min: 1, max, pattern: BASE64URL, secret: true }) as const

/** Credential ids have 1,023 bytes at most (WebAuthn §5.1). */
const CREDENTIAL_ID = text(1364)

/** The member `Passkey` of a request, when there is one. */
export function readAssertion(v: Members): Assertion | undefined {
  const members = v.structure('Passkey')
  return members && assertionIn(members)
}

export function assertionIn(v: Members): Assertion {
  return {
    credentialId: v.requiredString('CredentialId', CREDENTIAL_ID),
    clientData: v.requiredString('ClientDataJSON', text(4096)),
    authenticatorData: v.requiredString('AuthenticatorData', text(4096)),
    signature: v.requiredString('Signature', text(2048)),
    userHandle: v.optionalString('UserHandle', text(88)),
  }
}

/**
 * What a browser asks for: any credential of the place where no user is given, else one of theirs that is for here. Undefined when they have
 * none. Beside a password having it is enough; instead of one, its owner must have unlocked it (user verification).
 */
export async function assertionOptions(
  parts: Parts,
  { purpose, party, userId }: WantedAssertion,
): Promise<object | undefined> {
  const all = userId === undefined ? [] : await parts.store.identities.passkeys.list(userId)
  const usable = all.filter(({ rpId }) => rpId === party.id)
  if (userId !== undefined && usable.length === 0) return undefined
  const bound = { purpose, party, ...(userId !== undefined && { userId }) }
  const challenge = await newChallenge(parts, bound)
  const { generateAuthenticationOptions } = await webauthn()
  return await generateAuthenticationOptions({
    rpID: party.id,
    challenge: Buffer.from(challenge, 'base64url'),
    timeout: CHALLENGE_LASTS_MS,
    userVerification: isAlone(purpose) ? 'required' : 'preferred',
    allowCredentials: usable.map(({ credentialId: id, transports }) => ({
      id,
      transports: [...transports],
    })),
  })
}

const isAlone = (purpose: PasskeyPurpose): boolean => purpose !== 'second factor'

/**
 * The passkey that has signed our challenge just now. The caller takes a try out of the budgets first. Throws AuthenticationFailed for
 * whatever is not right, without telling what; a count that does not grow is on record as such.
 */
export async function verifyAssertion(
  parts: Parts,
  assertion: Assertion,
  wanted: WantedAssertion,
): Promise<PasskeyRow> {
  const { store, now } = parts
  const { purpose, party, userId } = wanted
  const challenge = await takeChallenge(parts, assertion.clientData, {
    purpose,
    rpId: party.id,
    ...(userId !== undefined && { userId }),
  })
  const passkey = await store.identities.passkeys.byCredential(assertion.credentialId)
  if (challenge === undefined || passkey === undefined) throw authenticationFailed()
  if (passkey.rpId !== party.id || passkey.userId !== (userId ?? passkey.userId)) {
    throw authenticationFailed()
  }
  // Who signs in with it alone is who it says; beside a password it may keep silent.
  const says = assertion.userHandle && Buffer.from(assertion.userHandle, 'base64url').toString()
  if (says === undefined ? userId === undefined : says !== passkey.userId) {
    throw authenticationFailed()
  }
  const counter = await verified(assertion, { passkey, challenge, wanted })
  if (!(await store.identities.passkeys.noteUse(passkey.passkeyId, { counter, at: now() }))) {
    throw passkeyMayBeCopied(passkey.passkeyId, counter)
  }
  return passkey
}

/** Resolves to the count that was signed. */
async function verified(
  assertion: Assertion,
  {
    passkey,
    challenge,
    wanted,
  }: {
    readonly passkey: PasskeyRow
    readonly challenge: string
    readonly wanted: WantedAssertion
  },
): Promise<number> {
  const { party, purpose } = wanted
  const { verifyAuthenticationResponse } = await webauthn()
  const { parseAuthenticatorData } = await webauthnHelpers()
  try {
    const { verified: isRight } = await verifyAuthenticationResponse({
      response: responseOf(assertion),
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: isAlone(purpose),
      credential: {
        id: passkey.credentialId,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
        // Compared where it is kept, in one statement: of two answers at once one is in.
        counter: 0,
      },
    })
    if (!isRight) throw authenticationFailed()
    return parseAuthenticatorData(
      new Uint8Array(Buffer.from(assertion.authenticatorData, 'base64url')),
    ).counter
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'ServiceException') throw cause
    // The library throws for whatever it does not like; none of it is for who sent it.
    throw authenticationFailed()
  }
}

function responseOf(assertion: Assertion): AuthenticationResponseJSON {
  const { credentialId, clientData, authenticatorData, signature, userHandle } = assertion
  return {
    id: credentialId,
    rawId: credentialId,
    type: 'public-key',
    clientExtensionResults: {},
    response: {
      clientDataJSON: clientData,
      authenticatorData,
      signature,
      ...(userHandle !== undefined && { userHandle }),
    },
  }
}
