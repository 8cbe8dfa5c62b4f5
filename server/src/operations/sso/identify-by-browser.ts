import { providerSignInFailed, providerSignInOver } from '@fleetkey/domain/exceptions/sign-in'
import { everybodysTokenBudget, takeTry, tokenBudget } from '../../identities/budgets.ts'
import type { Caller } from '../caller.ts'
import { requireOwnPage } from '../console/own-page.ts'
import type { Origin, World } from '../operation.ts'
import { identifyByToken } from '../sts/identify-by-token.ts'

/**
 * Who came back from a provider in this browser, as the token says that it brought along. Only a page of the console may ask. Throws what the
 * provider said when it signed nobody in.
 */
export async function identifyByBrowser(world: World, origin: Origin): Promise<Caller> {
  requireOwnPage(origin)
  const id = origin.browser?.signIn
  const signIn = id === undefined ? undefined : world.signIns.find(id)
  if (signIn?.kind === 'arrived') {
    return await identifyByToken({ token: signIn.token, service: 'fleetkey' }, world, origin)
  }
  const budgets = [everybodysTokenBudget, tokenBudget(origin.sourceAddress)]
  await takeTry(world.store, budgets, world.now())
  throw signIn?.kind === 'failed'
    ? providerSignInFailed(signIn.why, signIn.redirectUri)
    : providerSignInOver()
}
