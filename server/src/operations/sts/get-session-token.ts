import { accessDenied } from '@fleetkey/domain/exceptions/authorization'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import type { Principal } from '@fleetkey/domain/principal'
import { validate } from '@fleetkey/wire/aws/validation'
import { issueSession, shownCredentials } from '../../identities/issue-session.ts'
import type { SessionRow } from '../../store/credential-store.ts'
import { operation, type ShownSecondFactor } from '../operation.ts'
import { recordedCredentials, type Credentials } from './credentials.ts'
import { readSecondFactor } from './second-factor.ts'

interface Input {
  readonly seconds: number | undefined
  readonly secondFactor: ShownSecondFactor | undefined
}

const DEFAULT_SECONDS = 43_200
/** Default and most for root; more that is asked for is cut to it, as AWS does. */
const ROOT_SECONDS = 3600

/**
 * A session of the user, or of root, whose long-term key signs: the same rights for a while, with a second factor if one is shown. What such a session
 * cannot be used for stands in http/session-reach.ts. AWS STS API reference, "GetSessionToken".
 */
export const getSessionToken = operation<Input>({
  name: 'GetSessionToken',
  service: 'sts',
  action: 'sts:GetSessionToken',
  needsNoPermission: true,
  access: 'write',
  answersSecret: true,

  parse(fields) {
    const v = validate(fields)
    const seconds = v.optionalInteger('DurationSeconds', { min: 900, max: 129_600 })
    const secondFactor = readSecondFactor(v)
    v.finish(validationFailure)
    return { seconds, secondFactor }
  },

  secondFactor: ({ secondFactor }) => secondFactor,

  resources: () => [{ arn: '*' }],

  trail: ({ seconds, secondFactor }) => ({
    requestParameters: {
      ...(seconds === undefined ? {} : { durationSeconds: seconds }),
      ...(secondFactor === undefined ? {} : { serialNumber: secondFactor.serialNumber }),
    },
  }),

  trailAnswer: (answer: { readonly Credentials: Credentials }) => ({
    credentials: recordedCredentials(answer.Credentials),
  }),

  async run({ seconds }, call) {
    const { principal, accessKeyId, mfaAt } = call.caller
    const issued = await issueSession(call, {
      ...holderOf(principal),
      parentKeyId: accessKeyId,
      durationSeconds: durationOf(seconds, principal),
      limits: mfaAt === undefined ? {} : { mfaAt },
    })
    return { Credentials: shownCredentials(issued) }
  },
})

/** Root is nobody's id. Others have no long-term key and do not get this far; they must never pass for root. */
function holderOf(principal: Principal): Pick<SessionRow, 'entityId'> {
  switch (principal.kind) {
    case 'root':
      return {}
    case 'user':
      return { entityId: principal.userId }
    case 'assumedRole':
    case 'webIdentity':
      throw accessDenied('Cannot call GetSessionToken with session credentials', 'Ask as a user.')
  }
}

function durationOf(seconds: number | undefined, { kind }: Principal): number {
  if (kind === 'root') return Math.min(seconds ?? ROOT_SECONDS, ROOT_SECONDS)
  return seconds ?? DEFAULT_SECONDS
}
