import type { ApiClient } from '../api/api-client.ts'
import { fleetkeyOperation, iamOperation } from '../api/operations.ts'
import { MOST_VERSIONS } from '../commands/iam/policy-versions.ts'
import { isAwsPolicy, type Account, type Directory, type Tags } from './directory.ts'
import type { Step } from './step.ts'

type Api = Pick<ApiClient, 'call'>

const NOUNS = { user: 'User', group: 'Group', role: 'Role', policy: 'Policy' } as const

/** Makes one change at the server, from the directory as it is before it. */
export async function runStep(
  api: Api,
  step: Step,
  { now, account }: { readonly now: Directory; readonly account: Account },
): Promise<void> {
  const own = (rest: string) => `arn:${account.partition}:iam::${account.accountId}:${rest}`
  const policyArn = (policy: string) =>
    isAwsPolicy(policy) ? policy : own(`policy${now.policies.get(policy)?.path ?? '/'}${policy}`)
  const named = ({ of, name }: { readonly of: keyof typeof NOUNS; readonly name: string }) =>
    of === 'policy' ? { PolicyArn: policyArn(name) } : { [`${NOUNS[of]}Name`]: name }
  const provider = (name: string) => ({ OpenIDConnectProviderArn: own(`oidc-provider/${name}`) })
  const call = async (name: string, input: object): Promise<void> => {
    await api.call(iamOperation(name), input)
  }

  switch (step.kind) {
    case 'createPolicy': {
      const { path, description, document, tags } = step.policy
      return await call('CreatePolicy', {
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
      if (oldest !== undefined && others.length + 1 >= MOST_VERSIONS) {
        await call('DeletePolicyVersion', { PolicyArn, VersionId: oldest })
      }
      const PolicyDocument = step.document.text
      return await call('CreatePolicyVersion', { PolicyArn, PolicyDocument, SetAsDefault: true })
    }
    case 'deletePolicy': {
      // Without Force: if somebody got it as boundary meanwhile, it must not go.
      const PolicyArn = policyArn(step.name)
      for (const VersionId of now.policies.get(step.name)?.otherVersions ?? []) {
        await call('DeletePolicyVersion', { PolicyArn, VersionId })
      }
      return await call('DeletePolicy', { PolicyArn })
    }
    case 'createGroup':
      return await call('CreateGroup', { GroupName: step.name, Path: step.path })
    case 'createUser':
      return await call('CreateUser', {
        UserName: step.name,
        Path: step.user.path,
        PermissionsBoundary: step.user.boundary && policyArn(step.user.boundary),
        ...tagList(step.user.tags),
      })
    case 'createRole':
      return await call('CreateRole', {
        RoleName: step.name,
        Path: step.role.path,
        AssumeRolePolicyDocument: step.role.trust.text,
        Description: step.role.description === '' ? undefined : step.role.description,
        MaxSessionDuration: step.role.maxSessionSeconds,
        PermissionsBoundary: step.role.boundary && policyArn(step.role.boundary),
        ...tagList(step.role.tags),
      })
    case 'updateRole':
      return await call('UpdateRole', {
        RoleName: step.name,
        Description: step.settings.description,
        MaxSessionDuration: step.settings.maxSessionSeconds,
      })
    case 'setTrust':
      return await call('UpdateAssumeRolePolicy', {
        RoleName: step.name,
        PolicyDocument: step.trust.text,
      })
    case 'delete':
      return await call(`Delete${NOUNS[step.of]}`, { ...named(step), Force: true })
    case 'attach':
      return await call(`Attach${NOUNS[step.of]}Policy`, {
        ...named(step),
        PolicyArn: policyArn(step.policy),
      })
    case 'detach':
      return await call(`Detach${NOUNS[step.of]}Policy`, {
        ...named(step),
        PolicyArn: policyArn(step.policy),
      })
    case 'putInline':
      return await call(`Put${NOUNS[step.of]}Policy`, {
        ...named(step),
        PolicyName: step.policyName,
        PolicyDocument: step.document.text,
      })
    case 'deleteInline':
      return await call(`Delete${NOUNS[step.of]}Policy`, {
        ...named(step),
        PolicyName: step.policyName,
      })
    case 'setBoundary':
      return step.boundary === undefined
        ? await call(`Delete${NOUNS[step.of]}PermissionsBoundary`, named(step))
        : await call(`Put${NOUNS[step.of]}PermissionsBoundary`, {
            ...named(step),
            PermissionsBoundary: policyArn(step.boundary),
          })
    case 'addMember':
      return await call('AddUserToGroup', { GroupName: step.group, UserName: step.user })
    case 'removeMember':
      return await call('RemoveUserFromGroup', { GroupName: step.group, UserName: step.user })
    case 'tag':
      return await call(`Tag${NOUNS[step.of]}`, { ...named(step), ...tagList(step.tags) })
    case 'untag':
      return await call(`Untag${NOUNS[step.of]}`, { ...named(step), TagKeys: step.keys })
    case 'createProvider':
      return await call('CreateOpenIDConnectProvider', {
        Url: step.provider.url,
        ClientIDList: [...step.provider.clientIds],
      })
    case 'deleteProvider':
      return await call('DeleteOpenIDConnectProvider', provider(step.name))
    case 'addClient':
      return await call('AddClientIDToOpenIDConnectProvider', {
        ...provider(step.name),
        ClientID: step.clientId,
      })
    case 'removeClient':
      return await call('RemoveClientIDFromOpenIDConnectProvider', {
        ...provider(step.name),
        ClientID: step.clientId,
      })
    case 'setClaims': {
      const ClaimTags = [...step.claims].map(([Claim, TagKey]) => ({ Claim, TagKey }))
      await api.call(fleetkeyOperation('PutOpenIDConnectProviderClaims'), {
        ...provider(step.name),
        ClaimTags,
      })
    }
  }
}

function tagList(tags: Tags): object {
  return tags.size === 0 ? {} : { Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) }
}
