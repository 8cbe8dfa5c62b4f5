import { limitExceeded } from '@fleetkey/domain/exceptions/iam'
import { validate } from '@fleetkey/wire/aws/validation'
import type { Fields } from '@fleetkey/wire/aws/fields'
import { operation } from '../operation.ts'
import {
  CLIENT_ID,
  MAX_CLIENT_IDS,
  providerNameOf,
  providerResources,
  readProvider,
  requireProvider,
  shownProvider,
} from './oidc-provider.ts'
import { rolesTrusting } from './roles-trusting.ts'

interface Input {
  readonly arn: string
  readonly clientId: string
}

/** Tokens that the provider makes for this client count from now on. IAM API reference, "AddClientIDToOpenIDConnectProvider". */
export const addClientIdToOpenIdConnectProvider = operation<Input>({
  name: 'AddClientIDToOpenIDConnectProvider',
  service: 'iam',
  action: 'iam:AddClientIDToOpenIDConnectProvider',
  access: 'write',
  parse,
  resources: providerResources,
  handsOver: ({ arn }, asker) => rolesTrusting(providerNameOf(arn), asker),
  trail,
  async run({ arn, clientId }, call) {
    const { id, clientIds } = await requireProvider(arn, call)
    if (clientIds.includes(clientId)) return {}
    if (clientIds.length >= MAX_CLIENT_IDS) {
      throw limitExceeded(
        `Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ${MAX_CLIENT_IDS}`,
      )
    }
    await call.store.identities.providers.update(id, { clientIds: [...clientIds, clientId] })
    return {}
  },
})

/**
 * Tokens for this client count no more; the sessions that were made with them last (RevokeSessions). IAM API reference,
 * "RemoveClientIDFromOpenIDConnectProvider": removing what is not there is no error.
 */
export const removeClientIdFromOpenIdConnectProvider = operation<Input>({
  name: 'RemoveClientIDFromOpenIDConnectProvider',
  service: 'iam',
  action: 'iam:RemoveClientIDFromOpenIDConnectProvider',
  access: 'write',
  parse,
  resources: providerResources,
  trail,
  async run({ arn, clientId }, call) {
    // One at a time with AddClientID, which would else write back what was just taken away.
    await call.store.exclusively(async () => {
      const { id, clientIds } = await requireProvider(arn, call)
      const left = clientIds.filter((one) => one !== clientId)
      await call.store.identities.providers.update(id, { clientIds: left })
    })
    return {}
  },
})

function parse(fields: Fields): Input {
  const v = validate(fields)
  const clientId = v.requiredString('ClientID', CLIENT_ID)
  return { ...readProvider(v), clientId }
}

function trail({ arn, clientId }: Input) {
  const { requestParameters } = shownProvider({ arn })
  return { requestParameters: { ...requestParameters, clientID: clientId } }
}
