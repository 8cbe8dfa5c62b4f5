import { operation } from '../operation.ts'
import { sessionNameOf } from '../../oidc/session-name.ts'
import { webIdentityOf } from '../sts/identify-by-token.ts'
import { rolesFor } from '../sts/list-web-identity-roles.ts'
import { identifyByBrowser } from './identify-by-browser.ts'

/** The roles that whoever came back from a provider in this browser may take: as ListWebIdentityRoles, of the token that the browser brought. Ours. */
export const listSignInRoles = operation({
  name: 'ListSignInRoles',
  service: 'fleetkey',
  action: 'fleetkey:ListSignInRoles',
  // Each role is one question to its trust policy.
  needsNoPermission: true,
  access: 'read',
  parse: () => ({}),
  identify: (_input, world, origin) => identifyByBrowser(world, origin),
  resources: () => [{ arn: '*' }],
  trail: () => ({ requestParameters: {} }),
  async run(_input, call) {
    const { claims, subject } = webIdentityOf(call.caller)
    return await rolesFor(sessionNameOf(claims, subject), call)
  },
})
