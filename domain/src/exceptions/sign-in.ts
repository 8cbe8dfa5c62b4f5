// Passwords and second factors at SignIn.

import { refuse } from './service-exception.ts'

/** One answer for an unknown user, a wrong password and a wrong code, so that none can be told apart. */
export const authenticationFailed = () =>
  refuse('AuthenticationFailedException', 400, 'The user name, password or code is wrong.')

/** The password is right; what is missing is the second factor. */
export const multiFactorAuthRequired = () =>
  refuse(
    'MultiFactorAuthRequiredException',
    400,
    'This user has a second factor. Send the six digits that it shows now, or a recovery code, as TokenCode.',
  )

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
