import { readExplanation } from '../access/explanation.ts'
import type { Cause } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import type { ApiOperation } from './operations.ts'

/** A refusal by the server: its code stays readable for the callers that know what to add. */
export class Refusal extends Failure {
  /** e.g. `AccessDeniedException` */
  readonly code: string

  constructor(
    cause: Cause,
    code: string,
    message: string,
    more: ConstructorParameters<typeof Failure>[2],
  ) {
    super(cause, message, more)
    this.code = code
  }
}

/** How far clocks may be apart before we say that this is the matter; the server takes 5 minutes either way. */
const SKEW_WORTH_SAYING_MS = 4 * 60_000

/** The failure for an answer with a status of 400 or more. `skewMs` is our clock minus the server's, in milliseconds. */
export function refusal(
  status: number,
  body: unknown,
  context: {
    readonly operation: ApiOperation
    readonly skewMs: number
    /** The request was signed with the credentials of a login. */
    readonly isSession: boolean
  },
): Failure {
  const { code, message, explanation } = readRefusal(body)
  const { name, cause, todo } = context.isSession
    ? kindForSession(code, status)
    : kindOf(code, status)
  if (name === 'signature' && Math.abs(context.skewMs) > SKEW_WORTH_SAYING_MS) {
    return clockFailure(code, context.skewMs)
  }
  const { why, mend } = readExplanation(explanation ?? '')
  if (message === undefined) {
    return new Failure('badAnswer', `The server answered with status ${status} and no reason.`, {
      why: [`asked for ${context.operation.target}`],
      todo: ['Check that the endpoint is a Fleetkey server and no proxy stands in between.'],
    })
  }
  return new Refusal(cause, code, message, { why, todo: [...mend, ...todo] })
}

function readRefusal(body: unknown) {
  const answer: Record<string, unknown> =
    typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  const text = (...fields: string[]) =>
    fields.map((field) => answer[field]).find((value) => typeof value === 'string')
  // `com.amazonaws.x#Code`, as some AWS services write it.
  const code = (text('__type') ?? '').replace(/^.*#/, '')
  return {
    code,
    message: text('Message', 'message') ?? (code === '' ? undefined : code),
    explanation: text('Explanation'),
  }
}

interface Kind {
  readonly name?: 'signature'
  readonly cause: Cause
  readonly todo: readonly string[]
}

const SET_FROM_OUTSIDE =
  'If AWS_SESSION_TOKEN is in the environment, it goes before: unset it, or get a new one.'

/** Who logged in has no access key to check. */
function kindForSession(code: string, status: number): Kind {
  switch (code) {
    case 'UnrecognizedClientException':
    case 'InvalidClientTokenId':
      return {
        cause: 'credentials',
        todo: [
          'Your login has been ended, or belongs to another server: fleetkey login',
          SET_FROM_OUTSIDE,
        ],
      }
    default:
      return kindOf(code, status)
  }
}

function kindOf(code: string, status: number): Kind {
  switch (code) {
    case 'AccessDenied':
    case 'AccessDeniedException':
    case 'AuthException':
      return { cause: 'accessDenied', todo: ['Ask an administrator for this right.'] }
    case 'UnrecognizedClientException':
    case 'MissingAuthenticationTokenException':
    case 'InvalidClientTokenId':
    case 'IncompleteSignatureException':
      return {
        cause: 'credentials',
        todo: [
          'Check the access key with: fleetkey configure (or AWS_ACCESS_KEY_ID in the environment)',
          'It may have been deleted, or belong to another server: check the endpoint.',
        ],
      }
    case 'InvalidSignatureException':
    case 'SignatureDoesNotMatch':
      return {
        name: 'signature',
        cause: 'credentials',
        todo: [
          'Check the secret key and the region with: fleetkey configure',
          'A proxy that rewrites the Host header also breaks signatures.',
        ],
      }
    case 'ExpiredTokenException':
    case 'ExpiredToken':
      return { cause: 'credentials', todo: ['fleetkey login', SET_FROM_OUTSIDE] }
    case 'AuthenticationFailedException':
    case 'MultiFactorAuthRequiredException':
    case 'PasswordResetRequiredException':
    case 'InvalidIdentityToken':
    case 'InvalidIdentityTokenException':
    case 'IDPRejectedClaim':
    case 'IDPRejectedClaimException':
      return { cause: 'credentials', todo: [] }
    case 'EC2InstanceNotFoundException':
    case 'SSHSessionNotFoundException':
    case 'RecordingNotFoundException':
    case 'InvalidInstanceType':
    case 'NoSuchEntity':
      return { cause: 'notFound', todo: [] }
    case 'RecordingDamagedException':
      return { cause: 'trailBroken', todo: [] }
    case 'RecordingUnavailableException':
      return { cause: 'tryAgain', todo: [] }
    case 'EC2InstanceUnavailableException':
    case 'EC2InstanceStateInvalidException':
    case 'EC2InstanceTypeInvalidException':
      return {
        cause: 'instanceUnavailable',
        todo: ['See the state of its agent: "fleetkey instances show" and its name'],
      }
    case 'ThrottlingException':
    case 'ServiceException':
    case 'IDPCommunicationError':
    case 'IDPCommunicationErrorException':
      return { cause: 'tryAgain', todo: [] }
    case 'InvalidArgsException':
    case 'ValidationException':
    case 'InvalidParameterValue':
    case 'InvalidParameterCombination':
    case 'InvalidID':
    case 'MissingParameter':
    case 'TagLimitExceeded':
    case 'SerializationException':
      return { cause: 'usage', todo: [] }
    case 'UnknownOperationException':
      return { cause: 'badAnswer', todo: ['The server may be older than this fleetkey.'] }
    default:
      // EC2's, of whatever kind of thing: InvalidInstanceID.NotFound.
      if (code.endsWith('.NotFound')) return { cause: 'notFound', todo: [] }
      if (code.endsWith('.Malformed')) return { cause: 'usage', todo: [] }
      return { cause: status >= 500 ? 'tryAgain' : 'refused', todo: [] }
  }
}

function clockFailure(code: string, skewMs: number): Failure {
  const minutes = Math.round(Math.abs(skewMs) / 60_000)
  const side = skewMs > 0 ? 'ahead of' : 'behind'
  return new Refusal(
    'credentials',
    code,
    `Your clock is ${minutes} minutes ${side} the server's.`,
    {
      why: ['signed requests are only taken within 5 minutes, so that none can be replayed later'],
      todo: [
        'Set the clock of this machine (or of the server), e.g. with timedatectl set-ntp true',
      ],
    },
  )
}
