import { mendOrderStatement, type MendOrder } from '@fleetkey/wire/agent/mend-statement'
import { GrantRefusal, notValid } from '../grant-refusal.ts'
import { checkStatement, type StatementContext } from '../statement-checks.ts'
import type { SignedOrder } from '../tunnels/order-checks.ts'

/** Everything about this host that decides whether an order to mend counts here and now. */
export interface MendContext extends StatementContext {
  /** True once at most for each order. */
  readonly consume: (order: MendOrder) => boolean
  /** By the host's administrator. */
  readonly remoteMends: boolean
}

/**
 * The checks of an order to mend, in one fixed order as those of a grant (grant-checks.ts); the first that fails throws a GrantRefusal
 * and nothing after it is looked at. Whatever signed it, an order can only name fixes that this agent has.
 */
export function checkMendOrder(signed: SignedOrder, host: MendContext): MendOrder {
  const { order: text, signer } = signed
  const order = checkStatement(
    { noun: 'order', kind: mendOrderStatement, signed: text, signer },
    host,
  )
  if (!host.consume(order)) {
    throw notValid('The order came late, over another link or a second time. Give it again.')
  }
  if (!host.remoteMends) {
    throw new GrantRefusal(
      'target-not-allowed',
      'The administrator of this host lets nobody mend it from elsewhere (setting remoteMends of its agent). Run there: fleetkey agent mend.',
    )
  }
  return order
}
