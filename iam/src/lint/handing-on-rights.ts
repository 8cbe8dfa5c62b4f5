import { isAdministrator } from './administrator.ts'
import { eachStatement } from './finding.ts'
import { listed } from './phrases.ts'
import { reachedActions } from './reach.ts'
import type { Statement } from '../statement.ts'

/** Actions with which one gets, or gives, rights that one may not have: how it is done. */
const ways: ReadonlyMap<string, string> = new Map([
  ['iam:AddUserToGroup', 'joins a group with more rights'],
  ['iam:AttachGroupPolicy', 'attaches any managed policy'],
  ['iam:AttachRolePolicy', 'attaches any managed policy'],
  ['iam:AttachUserPolicy', 'attaches any managed policy'],
  ['iam:CreateAccessKey', "makes an access key of somebody else's"],
  ['iam:CreateLoginProfile', 'sets a password for somebody else'],
  ['iam:CreatePolicyVersion', 'rewrites a policy that is attached already'],
  ['iam:DeleteRolePermissionsBoundary', 'lifts a boundary'],
  ['iam:DeleteRolePolicy', 'removes a policy that denies'],
  ['iam:DeleteUserPermissionsBoundary', 'lifts a boundary'],
  ['iam:DeleteUserPolicy', 'removes a policy that denies'],
  ['iam:PutGroupPolicy', 'writes any policy'],
  ['iam:PutRolePermissionsBoundary', 'widens a boundary'],
  ['iam:PutRolePolicy', 'writes any policy'],
  ['iam:PutUserPermissionsBoundary', 'widens a boundary'],
  ['iam:PutUserPolicy', 'writes any policy'],
  ['iam:SetDefaultPolicyVersion', 'brings back an older, wider policy'],
  ['iam:UpdateAssumeRolePolicy', 'lets anybody assume a role'],
  ['iam:UpdateLoginProfile', 'sets a password for somebody else'],
  ['fleetkey:PutOpenIDConnectProviderClaims', 'says from which claims the tags of sessions come'],
  ['fleetkey:GrantAnyPermission', 'hands out rights that one does not have'],
])

/** Allows what makes more out of itself. Fleetkey refuses to hand out what the caller does not hold; AWS does not. */
export const handingOnRights = eachStatement((statement, { kind }) => {
  if (statement.effect !== 'Allow' || kind === 'session' || kind === 'trust') return []
  if (isForOneself(statement) || isAdministrator(statement)) return []
  const found = reachedActions(statement).filter(({ name }) => ways.has(name))
  if (found.length === 0) return []
  const [first] = found
  return [
    {
      level: found.some(({ name }) => name === 'fleetkey:GrantAnyPermission')
        ? 'warning'
        : 'suggestion',
      what: `It allows ${listed(found.map(({ name }) => name))}.`,
      why: `Whoever may do that can pass on rights, or get more: ${first?.name} ${ways.get(first?.name ?? '')}.`,
      instead:
        'Give it to administrators only, or limit Resource to the users and roles that are meant.',
    },
  ]
})

/** `user/${aws:username}`: one's own key or password. */
function isForOneself({ resource }: Statement): boolean {
  return (
    resource?.element === 'Resource' &&
    resource.entries.every(({ text }) => /:user\/(.*\/)?\$\{aws:username\}$/i.test(text))
  )
}
