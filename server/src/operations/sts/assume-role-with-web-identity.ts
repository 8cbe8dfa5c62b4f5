import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { validate } from '@fleetkey/wire/aws/validation'
import { claimedSourceIdentity, claimedTags } from '../../oidc/claim-tags.ts'
import type { WebIdentity } from '../../oidc/web-identity.ts'
import type { Caller } from '../caller.ts'
import { operation } from '../operation.ts'
import { identifyByToken, readToken, webIdentityOf } from './identify-by-token.ts'
import { roleResource, type RoleResource } from './role-arn.ts'
import {
  readRoleRequest,
  shownAnswer,
  shownRequest,
  startRoleSession,
  type RoleRequest,
  type RoleSessionAnswer,
} from './role-session.ts'
import { actionsFor, attributeContext, type Attributes } from './session-tags.ts'

interface Input extends RoleRequest {
  readonly token: string
}

type Answer = RoleSessionAnswer & {
  readonly SubjectFromWebIdentityToken: string
  readonly Provider: string
  readonly Audience: string
}

/**
 * A session of a role for whom an OIDC provider vouches; asked without a signature. It hangs on the provider: when that is deleted, it ends.
 * AWS STS API reference, "AssumeRoleWithWebIdentity".
 */
export const assumeRoleWithWebIdentity = operation<Input, RoleResource>({
  name: 'AssumeRoleWithWebIdentity',
  service: 'sts',
  action: 'sts:AssumeRoleWithWebIdentity',
  also: (_input, { caller }) => actionsFor(attributesOf(caller)),
  access: 'write',
  answersSecret: true,

  parse(fields) {
    const v = validate(fields)
    const input = { ...readRoleRequest(v), token: readToken(v) }
    const providerId = v.optionalString('ProviderId', { min: 4, max: 2048 })
    v.finish(validationFailure)
    if (providerId !== undefined) {
      throw validationFailure(
        'ProviderId is for OAuth 2.0 access tokens, which are no proof of who somebody is. Leave it out and pass an ID token.',
      )
    }
    return input
  },

  identify: ({ token }, world, origin) => identifyByToken({ token, service: 'sts' }, world, origin),

  resources: async ({ roleArn }, asker) => [await roleResource(roleArn, asker)],

  context: ({ sessionName }, { caller }) => ({
    ...claimedContext(caller),
    'sts:RoleSessionName': sessionName,
  }),

  trail: (input) => ({ requestParameters: shownRequest(input) }),

  trailAnswer: (answer: Answer) => ({
    ...shownAnswer(answer),
    subjectFromWebIdentityToken: answer.SubjectFromWebIdentityToken,
    provider: answer.Provider,
    audience: answer.Audience,
  }),

  // What was decided on is what is assumed.
  prepare: (_input, _call, [role]) => Promise.resolve(role as RoleResource),

  async run(input, call, role) {
    const identity = webIdentityOf(call.caller)
    const answer = await startRoleSession(call, role, {
      request: input,
      attributes: attributesOf(call.caller),
      of: { providerId: identity.provider.id },
      limits: { webIdentity: keptOf(identity) },
    })
    return {
      ...answer,
      SubjectFromWebIdentityToken: identity.subject,
      Provider: identity.provider.name,
      Audience: identity.audience,
    }
  },
})

/** Session tags and source identity come out of the token, never out of the request. */
export function attributesOf(caller: Caller): Attributes {
  const identity = webIdentityOf(caller)
  return { ...claimedTags(identity), sourceIdentity: claimedSourceIdentity(identity) }
}

/** Condition keys of what the token brings. */
export function claimedContext(caller: Caller) {
  const attributes = attributesOf(caller)
  return attributeContext(attributes, attributes)
}

/** What a session keeps of who it is of. */
export function keptOf({ provider, subject, audience, displayName }: WebIdentity) {
  return {
    provider: provider.name,
    subject,
    audience,
    ...(displayName === undefined ? {} : { displayName }),
  }
}
