import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { validate } from '@fleetkey/wire/aws/validation'
import { operation, type Call } from '../operation.ts'
import {
  assumeRoleWithWebIdentity,
  attributesOf,
  claimedContext,
} from './assume-role-with-web-identity.ts'
import { identifyByToken, readToken, webIdentityOf } from './identify-by-token.ts'
import { roleAsResource } from './role-arn.ts'
import { readOptionalSessionName } from './role-session.ts'
import { actionsFor } from './session-tags.ts'

interface Input {
  readonly token: string
  readonly sessionName: string | undefined
}

/**
 * The roles that the holder of a token may assume with AssumeRoleWithWebIdentity, so that a person who signs in can choose. Asked without a
 * signature. `RoleSessionName` is for trust policies that ask for it.
 */
export const listWebIdentityRoles = operation<Input>({
  name: 'ListWebIdentityRoles',
  service: 'fleetkey',
  action: 'fleetkey:ListWebIdentityRoles',
  // Each role is one question to its trust policy.
  needsNoPermission: true,
  access: 'read',

  parse(fields) {
    const v = validate(fields)
    const input = { token: readToken(v), sessionName: readOptionalSessionName(v) }
    v.finish(validationFailure)
    return input
  },

  identify: ({ token }, world, origin) =>
    identifyByToken({ token, service: 'fleetkey' }, world, origin),

  resources: () => [{ arn: '*' }],

  trail: ({ sessionName }) => ({
    requestParameters: sessionName === undefined ? {} : { roleSessionName: sessionName },
  }),

  run: ({ sessionName }, call) => rolesFor(sessionName, call),
})

/** What whoever came with a token may assume under that name. */
export async function rolesFor(sessionName: string | undefined, call: Call) {
  const { caller, store } = call
  const { subject, provider, displayName } = webIdentityOf(caller)
  const actions = [assumeRoleWithWebIdentity.action, ...actionsFor(attributesOf(caller))]
  const context = {
    ...claimedContext(caller),
    ...(sessionName === undefined ? {} : { 'sts:RoleSessionName': sessionName }),
  }
  const roles = (await store.identities.roles.list())
    .map((role) => roleAsResource(role, call))
    .filter((resource) => call.isAllowed(actions, resource, context))
  return {
    Roles: roles.map(({ arn, role }) => ({
      RoleName: role.name,
      Arn: arn,
      Description: role.description,
      MaxSessionDuration: role.maxSessionSeconds,
    })),
    Subject: subject,
    Provider: provider.name,
    ...(displayName === undefined ? {} : { DisplayName: displayName }),
  }
}
