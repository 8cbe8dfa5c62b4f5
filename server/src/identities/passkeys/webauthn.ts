/**
 * The library for WebAuthn, from when the first passkey is used: with what it needs for certificates, which nobody is asked for, it is
 * a third of the files that a server would read at its start.
 */
export const webauthn = () => import('@simplewebauthn/server')

export const webauthnHelpers = () => import('@simplewebauthn/server/helpers')
