import { randomUUID } from 'node:crypto'
import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import type { Members } from '@fleetkey/wire/aws/validation'
import { everybodysTokenBudget, takeTry, tokenBudget } from '../../identities/budgets.ts'
import { claimKeys } from '../../oidc/claim-keys.ts'
import type { WebIdentity } from '../../oidc/web-identity.ts'
import type { Caller } from '../caller.ts'
import type { Origin, World } from '../operation.ts'

export const readToken = (v: Members): string =>
  v.requiredString('WebIdentityToken', { min: 4, max: 20_000, secret: true })

/** Who a token vouches for, as caller of an unsigned operation. What it may do is up to the trust policies of roles alone. */
export async function identifyByToken(
  { token, service }: { readonly token: string; readonly service: string },
  { webIdentities, store, now }: World,
  { sourceAddress }: Origin,
): Promise<Caller> {
  const webIdentity = await verify()
  const { provider, subject, audience } = webIdentity
  return {
    principal: { kind: 'webIdentity', provider: provider.name, subject, audience },
    accessKeyId: '',
    service,
    signature: randomUUID(),
    policies: { identity: [] },
    context: claimKeys(webIdentity),
    session: undefined,
    webIdentity,
  }

  async function verify(): Promise<WebIdentity> {
    try {
      return await webIdentities.verify(token)
    } catch (error) {
      // Only those that are refused count: a building site may well log in by the hundred from one address, and nobody can keep others out.
      if (error instanceof ServiceException) {
        await takeTry(store, [everybodysTokenBudget, tokenBudget(sourceAddress)], now())
      }
      throw error
    }
  }
}

/** Of a caller that `identifyByToken` made. */
export function webIdentityOf({ webIdentity }: Caller): WebIdentity {
  if (webIdentity === undefined) throw new TypeError('the caller has no web identity')
  return webIdentity
}
