import { accessDenied, validationFailure } from '@fleetkey/domain/exceptions'
import { validate } from '@fleetkey/wire/aws/validation'
import { issueSession, shownCredentials } from '../../identities/issue-session.ts'
import { operation, type ShownSecondFactor } from '../operation.ts'
import { recordedCredentials, type Credentials } from './credentials.ts'
import { readSecondFactor } from './second-factor.ts'

interface Input {
  readonly seconds: number
  readonly secondFactor: ShownSecondFactor | undefined
}

const DEFAULT_SECONDS = 43_200

/**
 * A session of the user whose long-term key signs: the same rights for a while, with a second factor if one is shown. What such a session
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
    return { seconds: seconds ?? DEFAULT_SECONDS, secondFactor }
  },

  secondFactor: ({ secondFactor }) => secondFactor,

  resources: () => [{ arn: '*' }],

  trail: ({ seconds, secondFactor }) => ({
    requestParameters: {
      durationSeconds: seconds,
      ...(secondFactor === undefined ? {} : { serialNumber: secondFactor.serialNumber }),
    },
  }),

  trailAnswer: (answer: { readonly Credentials: Credentials }) => ({
    credentials: recordedCredentials(answer.Credentials),
  }),

  async run({ seconds }, call) {
    const { principal, accessKeyId, mfaAt } = call.caller
    if (principal.kind !== 'user') {
      throw accessDenied(
        'Cannot call GetSessionToken with the credentials of the root user',
        "Root's key should not be in daily use, and has no sessions here. Ask with the key of a user.",
      )
    }
    const issued = await issueSession(call, {
      entityId: principal.userId,
      parentKeyId: accessKeyId,
      durationSeconds: seconds,
      limits: mfaAt === undefined ? {} : { mfaAt },
    })
    return { Credentials: shownCredentials(issued) }
  },
})
