import { QUOTAS } from '../quotas.ts'
import type { AccountCall } from './account-call.ts'
import { isAwsPolicy, type Account, type Directory, type Tags } from './directory.ts'
import type { Step } from './step.ts'

const NOUNS = { user: 'User', group: 'Group', role: 'Role', policy: 'Policy' } as const

/** The calls that make one change at the server, from the directory as it is before it. What is undefined in them is left out. */
export function callsOfStep(
  step: Step,
  { now, account }: { readonly now: Directory; readonly account: Account },
): readonly AccountCall[] {
  const own = (rest: string) => `arn:${account.partition}:iam::${account.accountId}:${rest}`
  const policyArn = (policy: string) =>
    isAwsPolicy(policy) ? policy : own(`policy${now.policies.get(policy)?.path ?? '/'}${policy}`)
  const named = ({ of, name }: { readonly of: keyof typeof NOUNS; readonly name: string }) =>
    of === 'policy' ? { PolicyArn: policyArn(name) } : { [`${NOUNS[of]}Name`]: name }
  const provider = (name: string) => ({ OpenIDConnectProviderArn: own(`oidc-provider/${name}`) })
  const call = (operation: string, input: AccountCall['input']): AccountCall => ({
    service: 'iam',
    operation,
    input,
  })
  const one = (operation: string, input: AccountCall['input']) => [call(operation, input)]

  switch (step.kind) {
    case 'createPolicy': {
      const { path, description, document, tags } = step.policy
      return one('CreatePolicy', {
        PolicyName: step.name,
        Path: path,
        Description: description === '' ? undefined : description,
        PolicyDocument: document.text,
        ...tagList(tags),
      })
    }
    case 'changePolicy': {
      const PolicyArn = policyArn(step.name)
      const others = now.policies.get(step.name)?.otherVersions ?? []
      const [oldest] = others
      const isFull = others.length + 1 >= QUOTAS.policyVersions
      const PolicyDocument = step.document.text
      return [
        ...(oldest !== undefined && isFull
          ? [call('DeletePolicyVersion', { PolicyArn, VersionId: oldest })]
          : []),
        call('CreatePolicyVersion', { PolicyArn, PolicyDocument, SetAsDefault: true }),
      ]
    }
    case 'deletePolicy': {
      // Without Force: if somebody got it as boundary meanwhile, it must not go.
      const PolicyArn = policyArn(step.name)
      const others = now.policies.get(step.name)?.otherVersions ?? []
      return [
        ...others.map((VersionId) => call('DeletePolicyVersion', { PolicyArn, VersionId })),
        call('DeletePolicy', { PolicyArn }),
      ]
    }
    case 'createGroup':
      return one('CreateGroup', { GroupName: step.name, Path: step.path })
    case 'createUser':
      return one('CreateUser', {
        UserName: step.name,
        Path: step.user.path,
        PermissionsBoundary: step.user.boundary && policyArn(step.user.boundary),
        ...tagList(step.user.tags),
      })
    case 'createRole':
      return one('CreateRole', {
        RoleName: step.name,
        Path: step.role.path,
        AssumeRolePolicyDocument: step.role.trust.text,
        Description: step.role.description === '' ? undefined : step.role.description,
        MaxSessionDuration: step.role.maxSessionSeconds,
        PermissionsBoundary: step.role.boundary && policyArn(step.role.boundary),
        ...tagList(step.role.tags),
      })
    case 'updateRole':
      return one('UpdateRole', {
        RoleName: step.name,
        Description: step.settings.description,
        MaxSessionDuration: step.settings.maxSessionSeconds,
      })
    case 'setTrust':
      return one('UpdateAssumeRolePolicy', {
        RoleName: step.name,
        PolicyDocument: step.trust.text,
      })
    case 'delete':
      return one(`Delete${NOUNS[step.of]}`, { ...named(step), Force: true })
    case 'attach':
      return one(`Attach${NOUNS[step.of]}Policy`, {
        ...named(step),
        PolicyArn: policyArn(step.policy),
      })
    case 'detach':
      return one(`Detach${NOUNS[step.of]}Policy`, {
        ...named(step),
        PolicyArn: policyArn(step.policy),
      })
    case 'putInline':
      return one(`Put${NOUNS[step.of]}Policy`, {
        ...named(step),
        PolicyName: step.policyName,
        PolicyDocument: step.document.text,
      })
    case 'deleteInline':
      return one(`Delete${NOUNS[step.of]}Policy`, {
        ...named(step),
        PolicyName: step.policyName,
      })
    case 'setBoundary':
      return step.boundary === undefined
        ? one(`Delete${NOUNS[step.of]}PermissionsBoundary`, named(step))
        : one(`Put${NOUNS[step.of]}PermissionsBoundary`, {
            ...named(step),
            PermissionsBoundary: policyArn(step.boundary),
          })
    case 'addMember':
      return one('AddUserToGroup', { GroupName: step.group, UserName: step.user })
    case 'removeMember':
      return one('RemoveUserFromGroup', { GroupName: step.group, UserName: step.user })
    case 'tag':
      return one(`Tag${NOUNS[step.of]}`, { ...named(step), ...tagList(step.tags) })
    case 'untag':
      return one(`Untag${NOUNS[step.of]}`, { ...named(step), TagKeys: step.keys })
    case 'createProvider':
      return one('CreateOpenIDConnectProvider', {
        Url: step.provider.url,
        ClientIDList: [...step.provider.clientIds],
      })
    case 'deleteProvider':
      return one('DeleteOpenIDConnectProvider', provider(step.name))
    case 'addClient':
      return one('AddClientIDToOpenIDConnectProvider', {
        ...provider(step.name),
        ClientID: step.clientId,
      })
    case 'removeClient':
      return one('RemoveClientIDFromOpenIDConnectProvider', {
        ...provider(step.name),
        ClientID: step.clientId,
      })
    case 'setClaims': {
      const ClaimTags = [...step.claims].map(([Claim, TagKey]) => ({ Claim, TagKey }))
      const input = { ...provider(step.name), ClaimTags }
      return [{ service: 'fleetkey', operation: 'PutOpenIDConnectProviderClaims', input }]
    }
  }
}

function tagList(tags: Tags): object {
  return tags.size === 0 ? {} : { Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) }
}
