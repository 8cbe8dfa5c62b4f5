import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client'
import { isCertificateProblem } from '../api/connection-failure.ts'
import { Failure } from '../failure.ts'

/** The provider said no. Its code (RFC 6749 §5.2, RFC 8628 §3.5) stays readable for those who know what to do then. */
export class ProviderRefusal extends Failure {
  /** e.g. `access_denied`, `invalid_grant` */
  readonly code: string

  constructor(issuer: string, { error: code, error_description: description }: OAuthError) {
    const isDenial = code === 'access_denied'
    super(
      isDenial ? 'cancelled' : 'credentials',
      isDenial ? 'The sign-in was denied; nobody is logged in.' : `${issuer} does not sign you in.`,
      { why: [`it says: ${description ?? code}`, ...(isDenial ? [] : hintsFor(code))] },
    )
    this.code = code
  }
}

interface OAuthError {
  readonly error: string
  readonly error_description?: string | undefined
}

/** Asks the provider; whatever goes wrong becomes a {@link Failure} with its cause. */
export async function askProvider<T>(issuer: string, question: () => Promise<T>): Promise<T> {
  try {
    return await question()
  } catch (error) {
    throw providerFailure(issuer, error)
  }
}

function providerFailure(issuer: string, error: unknown): Failure {
  if (error instanceof Failure) return error
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
    return new ProviderRefusal(issuer, error)
  }
  const cause = error instanceof Error ? error.cause : undefined
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (error instanceof ClientError && error.code === 'OAUTH_TIMEOUT') {
    return new Failure('cannotConnect', `${issuer} did not answer in time.`)
  }
  if (isCertificateProblem(code)) {
    return new Failure('certificate', `The certificate of ${issuer} is not trusted.`, {
      why: [messageOf(cause)],
      todo: [
        "Install its authority on this machine, or name it as the server's: fleetkey login --ca-file FILE",
      ],
    })
  }
  // What fetch says when there is no answer at all.
  if (error instanceof TypeError) {
    return new Failure('cannotConnect', `${issuer} cannot be reached.`, {
      why: [cause === undefined ? error.message : messageOf(cause)],
      todo: ['Check your network or VPN.'],
    })
  }
  return new Failure('badAnswer', `${issuer} answered what does not belong to this sign-in.`, {
    why: [messageOf(error), ...(cause instanceof Error ? [cause.message] : [])],
    todo: ['Nobody is logged in. Try again; if it stays, show this to an administrator.'],
  })
}

function hintsFor(code: string): readonly string[] {
  switch (code) {
    case 'invalid_client':
    case 'unauthorized_client':
      return ['this command must be registered there as a public (native) client']
    case 'expired_token':
      return ['the code was not confirmed in time']
    default:
      return []
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error)
}
