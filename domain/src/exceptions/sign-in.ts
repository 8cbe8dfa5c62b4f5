// Passwords and second factors at SignIn.

import { refuse, ServiceException, shown } from './service-exception.ts'

/** One answer for an unknown user, a wrong password and a wrong code, so that none can be told apart. */
export const authenticationFailed = () =>
  refuse('AuthenticationFailedException', 400, 'The user name, password or code is wrong.')

/** The signature is right, but it may be of a copy: on record it says so. */
export const passkeyMayBeCopied = (passkeyId: string, counter: number) =>
  new ServiceException({
    code: 'AuthenticationFailedException',
    status: 400,
    message: authenticationFailed().message,
    recorded: `Passkey ${passkeyId} has signed ${counter} times, as it says, which is not more than it said before: it may have been copied. Deactivate it, and ask its owner.`,
  })

/** A way to show a second factor. */
export type SecondFactorKind = 'TokenCode' | 'RecoveryCode' | 'Passkey'

/**
 * The password is right; what is missing is the second factor. `passkeyOptions`: what a browser is to ask an authenticator for, where the
 * user has passkeys for where they are (PublicKeyCredentialRequestOptionsJSON of WebAuthn).
 */
export const multiFactorAuthRequired = (
  kinds: readonly SecondFactorKind[],
  passkeyOptions?: object,
) =>
  new ServiceException({
    code: 'MultiFactorAuthRequiredException',
    status: 400,
    message: `This user has a second factor. ${kinds.map((kind) => SHOWN[kind]).join(' Or: ')}`,
    members: { Kinds: kinds, PasskeyOptions: passkeyOptions },
  })

const SHOWN: Readonly<Record<SecondFactorKind, string>> = {
  TokenCode: 'Send the six digits that it shows now as TokenCode.',
  RecoveryCode: 'Send a recovery code as TokenCode.',
  Passkey: 'Use the passkey, on the console, at the name that it was made for.',
}

/** All of it is right, but the password must be changed first. */
export const passwordResetRequired = () =>
  refuse(
    'PasswordResetRequiredException',
    400,
    'This password must be changed at the first sign-in. Send the new one as NewPassword.',
  )

/** Of a session of the console: what is asked for needs a proof of a few minutes ago. */
export const stepUpRequired = () =>
  refuse(
    'StepUpRequiredException',
    400,
    'This gives rights or tells a secret: prove once more who you are (ProveAgain), then ask again.',
  )

/** One answer for a token that was used, is too old, was replaced or never was. */
export const setUpRefused = () =>
  refuse(
    'SetUpRefusedException',
    400,
    'This set-up link is good no more: each is for a day and for once. Start the server again: while there is no user, it prints another.',
  )

/** Of a passkey that somebody wants to register: `why` is a sentence. */
export const passkeyRefused = (why: string) =>
  refuse(
    'PasskeyRefusedException',
    400,
    `This passkey is not taken: ${shown(why)} Ask for it again, from the page of the console.`,
  )

/** @param why a sentence, @param redirectUri what the provider must know */
export const providerSignInFailed = (why: string, redirectUri: string) =>
  new ServiceException({
    code: 'ProviderSignInFailedException',
    status: 400,
    message: why,
    members: { RedirectUri: redirectUri },
  })

/** Nothing came back to this browser, or it did too long ago, or it was used. */
export const providerSignInOver = () =>
  refuse(
    'ProviderSignInOverException',
    400,
    'This sign-in was not begun in this browser, took longer than five minutes, or is over; or the browser keeps no cookies, which it is to be allowed for this site. Begin again.',
  )
