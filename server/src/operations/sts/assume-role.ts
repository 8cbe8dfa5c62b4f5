import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { validate } from '@fleetkey/wire/aws/validation'
import { shownTags } from '../iam/tags.ts'
import { operation, type ShownSecondFactor } from '../operation.ts'
import { roleResource, type RoleResource } from './role-arn.ts'
import {
  readRoleRequest,
  shownAnswer,
  shownRequest,
  startRoleSession,
  type RoleRequest,
} from './role-session.ts'
import { readSecondFactor } from './second-factor.ts'
import {
  actionsFor,
  attributeContext,
  inherit,
  readAttributes,
  type Attributes,
} from './session-tags.ts'

interface Input extends RoleRequest {
  readonly own: Attributes
  readonly externalId: string | undefined
  readonly secondFactor: ShownSecondFactor | undefined
}

/**
 * A session of a role, for whom its trust policy allows it. It hangs on the key that asked: when that ends, so does the session. AWS STS API
 * reference, "AssumeRole".
 */
export const assumeRole = operation<Input, RoleResource>({
  name: 'AssumeRole',
  service: 'sts',
  action: 'sts:AssumeRole',
  also: ({ own }, { caller }) => actionsFor(inherit(own, caller.session)),
  access: 'write',
  answersSecret: true,

  parse(fields) {
    const v = validate(fields)
    const input = {
      ...readRoleRequest(v),
      own: readAttributes(v),
      externalId: v.optionalString('ExternalId', {
        min: 2,
        max: 1224,
        pattern: /^[A-Za-z0-9_+=,.@:/-]*$/,
      }),
      secondFactor: readSecondFactor(v),
    }
    v.finish(validationFailure)
    return input
  },

  secondFactor: ({ secondFactor }) => secondFactor,

  resources: async ({ roleArn }, asker) => [await roleResource(roleArn, asker)],

  context: ({ own, sessionName, externalId }, { caller }) => ({
    ...attributeContext(own, inherit(own, caller.session)),
    'sts:RoleSessionName': sessionName,
    ...(externalId === undefined ? {} : { 'sts:ExternalId': externalId }),
  }),

  trail: (input) => ({
    requestParameters: {
      ...shownRequest(input),
      ...(input.externalId === undefined ? {} : { externalId: input.externalId }),
      ...(Object.keys(input.own.tags).length === 0 ? {} : { tags: shownTags(input.own.tags) }),
      ...(input.own.transitiveTagKeys.length === 0
        ? {}
        : { transitiveTagKeys: input.own.transitiveTagKeys }),
      ...(input.own.sourceIdentity === undefined
        ? {}
        : { sourceIdentity: input.own.sourceIdentity }),
      ...(input.secondFactor === undefined
        ? {}
        : { serialNumber: input.secondFactor.serialNumber }),
    },
  }),

  trailAnswer: shownAnswer,

  // What was decided on is what is assumed.
  prepare: (_input, _call, [role]) => Promise.resolve(role as RoleResource),

  run(input, call, role) {
    const { caller } = call
    const mfaAt = caller.mfaAt ?? caller.session?.mfaAt
    return startRoleSession(call, role, {
      request: input,
      attributes: inherit(input.own, caller.session),
      of: { parentKeyId: caller.accessKeyId },
      limits: mfaAt === undefined ? {} : { mfaAt },
    })
  },
})
