import { entityAlreadyExists, invalidInput } from '@fleetkey/domain/exceptions/iam'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { oidcProviderArn } from '@fleetkey/domain/arn'
import { validate, type Members } from '@fleetkey/wire/aws/validation'
import { parseIssuerUrl, providerName } from '../../oidc/issuer-url.ts'
import { newProviderId } from '../../secrets/access-keys.ts'
import type { ProviderRow } from '../../store/identity-store.ts'
import { operation } from '../operation.ts'
import { notCreated, quotaOf } from './account-quota.ts'
import {
  CLIENT_ID,
  MAX_CLIENT_IDS,
  PROVIDER,
  providerResources,
  readProvider,
  requireProvider,
  shownProvider,
  type ProviderInput,
} from './oidc-provider.ts'
import { rolesTrusting } from './roles-trusting.ts'
import { readTags, requestTagContext, shownTags } from './tags.ts'
import type { Tags } from '@fleetkey/domain/instance'

interface CreateInput {
  readonly url: string
  readonly clientIds: readonly string[]
  readonly thumbprints: readonly string[]
  readonly tags: Tags
}

/**
 * Registers an OpenID Connect provider: tokens of it then count, for the roles whose trust policies name it. IAM API reference,
 * "CreateOpenIDConnectProvider".
 */
export const createOpenIdConnectProvider = operation<CreateInput>({
  name: 'CreateOpenIDConnectProvider',
  service: 'iam',
  action: 'iam:CreateOpenIDConnectProvider',
  also: ({ tags }) => (Object.keys(tags).length === 0 ? [] : ['iam:TagOpenIDConnectProvider']),
  access: 'write',

  parse(fields) {
    const v = validate(fields)
    const url = v.requiredString('Url', { min: 1, max: 255 })
    const clientIds = v.stringList('ClientIDList', { max: MAX_CLIENT_IDS, each: CLIENT_ID })
    const thumbprints = readThumbprints(v)
    const tags = readTags(v)
    v.finish(validationFailure)
    if (parseIssuerUrl(url) === undefined) {
      throw invalidInput(
        'Url is not an issuer: give it as tokens name it in iss, an https URL (http only on loopback) without user, query or fragment, in small letters.',
      )
    }
    return { url, clientIds: [...new Set(clientIds)], thumbprints, tags }
  },

  resources: ({ url }, { realm }) => [{ arn: oidcProviderArn(realm, providerName(url)) }],

  context: ({ tags }) => requestTagContext(tags),

  // A trust policy may name it already, from an earlier provider of that name: whoever it vouches for gets those roles.
  handsOver: ({ url }, asker) => rolesTrusting(providerName(url), asker),

  trail: ({ url, clientIds, thumbprints, tags }) => ({
    requestParameters: {
      url,
      clientIDList: clientIds,
      thumbprintList: thumbprints,
      tags: shownTags(tags),
    },
  }),

  async run({ url, clientIds, thumbprints, tags }, { store, realm, now }) {
    const name = providerName(url)
    const row: ProviderRow = {
      id: newProviderId(),
      kind: 'provider',
      name,
      path: '/',
      createdAt: now(),
      tags,
      url,
      clientIds,
      thumbprints,
      claimTags: {},
    }
    if (!(await store.identities.providers.create(row, quotaOf('provider')))) {
      throw await notCreated('provider', entityAlreadyExists(`Provider with url ${url}`), { store })
    }
    return { OpenIDConnectProviderArn: oidcProviderArn(realm, name), Tags: shownTags(tags) }
  },
})

/** IAM API reference, "GetOpenIDConnectProvider", and our own `ClaimTags`. */
export const getOpenIdConnectProvider = operation<ProviderInput>({
  name: 'GetOpenIDConnectProvider',
  service: 'iam',
  action: 'iam:GetOpenIDConnectProvider',
  access: 'read',
  parse: (fields) => readProvider(validate(fields)),
  resources: providerResources,
  trail: shownProvider,
  async run({ arn }, call) {
    const provider = await requireProvider(arn, call)
    return {
      Url: provider.name,
      ClientIDList: provider.clientIds,
      ThumbprintList: provider.thumbprints,
      CreateDate: new Date(provider.createdAt),
      Tags: shownTags(provider.tags),
      ClaimTags: Object.entries(provider.claimTags).map(([Claim, TagKey]) => ({ Claim, TagKey })),
    }
  },
})

/** IAM API reference, "ListOpenIDConnectProviders". */
export const listOpenIdConnectProviders = operation({
  name: 'ListOpenIDConnectProviders',
  service: 'iam',
  action: 'iam:ListOpenIDConnectProviders',
  access: 'read',
  parse: () => ({}),
  resources: (_input, { realm }) => [{ arn: oidcProviderArn(realm, '*') }],
  trail: () => ({ requestParameters: {} }),
  async run(_input, { store, realm }) {
    const providers = await store.identities.providers.list()
    return {
      OpenIDConnectProviderList: providers.map(({ name }) => ({
        Arn: oidcProviderArn(realm, name),
      })),
    }
  },
})

/** Ends every session that it vouched for. IAM API reference, "DeleteOpenIDConnectProvider". */
export const deleteOpenIdConnectProvider = operation<ProviderInput>({
  name: 'DeleteOpenIDConnectProvider',
  service: 'iam',
  action: 'iam:DeleteOpenIDConnectProvider',
  access: 'write',
  parse: (fields) => readProvider(validate(fields)),
  resources: providerResources,
  trail: shownProvider,
  async run({ arn }, call) {
    const { id } = await requireProvider(arn, call)
    const { kind } = await call.store.identities.entities.delete(id, { force: true })
    if (kind === 'missing') throw PROVIDER.missing(arn)
    return {}
  },
})

/** Kept and shown as AWS does; trust comes from TLS. IAM API reference, "UpdateOpenIDConnectProviderThumbprint". */
export const updateOpenIdConnectProviderThumbprint = operation<
  ProviderInput & { thumbprints: readonly string[] }
>({
  name: 'UpdateOpenIDConnectProviderThumbprint',
  service: 'iam',
  action: 'iam:UpdateOpenIDConnectProviderThumbprint',
  access: 'write',
  parse(fields) {
    const v = validate(fields)
    const thumbprints = readThumbprints(v)
    return { ...readProvider(v), thumbprints }
  },
  resources: providerResources,
  trail: ({ arn, thumbprints }) => ({
    requestParameters: { openIDConnectProviderArn: arn, thumbprintList: thumbprints },
  }),
  async run({ arn, thumbprints }, call) {
    const { id } = await requireProvider(arn, call)
    await call.store.identities.providers.update(id, { thumbprints })
    return {}
  },
})

const readThumbprints = (v: Members): readonly string[] =>
  v.stringList('ThumbprintList', {
    max: 5,
    each: { min: 40, max: 40, pattern: /^[0-9A-Fa-f]{40}$/ },
  })
