import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { MAX_TAGS, tagProblem } from '@fleetkey/domain/instance'
import { validate } from '@fleetkey/wire/aws/validation'
import { operation } from '../operation.ts'
import {
  providerNameOf,
  providerResources,
  readProvider,
  requireProvider,
  shownProvider,
} from './oidc-provider.ts'
import { rolesTrusting } from './roles-trusting.ts'

interface Input {
  readonly arn: string
  readonly claimTags: readonly { readonly claim: string; readonly tagKey: string }[]
}

/**
 * Which claims of the provider's tokens become session tags, e.g. `groups` → `aws:PrincipalTag/groups`; replaces what was set. A list of
 * texts becomes `:a:b:`. With a mapping that gives tags, trust policies must allow sts:TagSession too.
 */
export const putOpenIdConnectProviderClaims = operation<Input>({
  name: 'PutOpenIDConnectProviderClaims',
  service: 'fleetkey',
  action: 'fleetkey:PutOpenIDConnectProviderClaims',
  access: 'write',

  parse(fields) {
    const v = validate(fields)
    const claimTags = v.structureList('ClaimTags', { max: MAX_TAGS }).map((one) => ({
      claim: one.requiredString('Claim', { min: 1, max: 255 }),
      tagKey: one.requiredString('TagKey', { min: 1, max: 128 }),
    }))
    const { arn } = readProvider(v)
    for (const { tagKey } of claimTags) {
      const problem = tagProblem(tagKey, '')
      if (problem !== undefined) throw validationFailure(`${problem}.`)
    }
    const claims = new Set(claimTags.map(({ claim }) => claim))
    const keys = new Set(claimTags.map(({ tagKey }) => tagKey.toLowerCase()))
    if (claims.size < claimTags.length || keys.size < claimTags.length) {
      throw validationFailure('ClaimTags names a claim or a tag key twice.')
    }
    return { arn, claimTags }
  },

  resources: providerResources,

  // Tags decide what a session may do: whoever says which claims they come from says who has the rights of the roles.
  handsOver: ({ arn }, asker) => rolesTrusting(providerNameOf(arn), asker),

  trail({ arn, claimTags }) {
    const { requestParameters } = shownProvider({ arn })
    return { requestParameters: { ...requestParameters, claimTags } }
  },

  async run({ arn, claimTags }, call) {
    const { id } = await requireProvider(arn, call)
    await call.store.identities.providers.update(id, {
      claimTags: Object.fromEntries(claimTags.map(({ claim, tagKey }) => [claim, tagKey])),
    })
    return {}
  },
})
