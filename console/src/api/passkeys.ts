import {
  startAuthentication,
  startRegistration,
  WebAuthnError,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser'
import { call } from './call.ts'
import { whyNone } from './passkey-places.ts'

/** What the control plane says that an authenticator is to sign. */
export type PasskeyOptions = PublicKeyCredentialRequestOptionsJSON

/** What it takes as the answer. */
export type PasskeyAnswer = Readonly<Record<string, unknown>>

/** Why this browser has no passkeys for this page, for the person; undefined when it has. */
export const whyNoPasskeys = (): string | undefined =>
  whyNone(location, typeof PublicKeyCredential === 'function')

/** Lets the person choose a passkey, and has it sign. Throws an error whose message is for them. */
export async function signWithPasskey(options: PasskeyOptions): Promise<PasskeyAnswer> {
  const { id, response } = await forPerson(startAuthentication({ optionsJSON: options }))
  const { clientDataJSON, authenticatorData, signature, userHandle } = response
  return {
    CredentialId: id,
    ClientDataJSON: clientDataJSON,
    AuthenticatorData: authenticatorData,
    Signature: signature,
    ...(userHandle !== undefined && { UserHandle: userHandle }),
  }
}

/** Makes one with whatever the person chooses, and keeps it as theirs. */
export async function registerPasskey(name: string): Promise<void> {
  const { Options } = await call<{ Options: PublicKeyCredentialCreationOptionsJSON }>(
    'fleetkey',
    'BeginPasskeyRegistration',
  )
  const { id, response } = await forPerson(startRegistration({ optionsJSON: Options }))
  await call('fleetkey', 'RegisterPasskey', {
    Name: name,
    CredentialId: id,
    ClientDataJSON: response.clientDataJSON,
    AttestationObject: response.attestationObject,
    Transports: response.transports ?? [],
  })
}

/** Browsers say little of what went wrong, so that pages cannot find out who has what. */
async function forPerson<Answer>(asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked
  } catch (cause) {
    if (cause instanceof WebAuthnError && cause.code === SAME_AUTHENTICATOR) {
      throw new Error('This authenticator holds a passkey of yours already. Choose another.', {
        cause,
      })
    }
    throw new Error(
      'No passkey was used: it was cancelled, took too long, or there is none for this address here. Try again, or go on without it.',
      { cause },
    )
  }
}

const SAME_AUTHENTICATOR = 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED'
