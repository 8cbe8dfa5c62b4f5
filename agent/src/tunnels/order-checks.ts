import { closedPart } from '@fleetkey/domain/tunnel-target'
import type { Signed } from '@fleetkey/wire/agent/signed'
import { tunnelOrderStatement, type TunnelOrder } from '@fleetkey/wire/agent/tunnel-statements'
import { GrantRefusal, notValid } from '../grant-refusal.ts'
import { checkStatement, type StatementContext } from '../statement-checks.ts'

export interface SignedOrder {
  readonly order: Signed
  readonly signer: Signed
}

/** Everything about this host that decides whether an order counts here and now. */
export interface OrderContext extends StatementContext {
  /** True once at most for each order. */
  readonly consume: (order: TunnelOrder) => boolean
  /** The host's own addresses now: neither loopback nor link-local. */
  readonly addresses: readonly string[]
  /** By the host's administrator. */
  readonly tunnelPorts: readonly number[]
}

/**
 * The checks of a tunnel order, in one fixed order as those of a grant (grant-checks.ts); the first that fails throws a GrantRefusal and
 * nothing after it is looked at. Whatever signed it, an order leads to this host only and to a port that its administrator allows.
 */
export function checkOrder(signed: SignedOrder, host: OrderContext): TunnelOrder {
  const { order: text, signer } = signed
  const order = checkStatement(
    { noun: 'order', kind: tunnelOrderStatement, signed: text, signer },
    host,
  )
  if (!host.consume(order)) {
    throw notValid('The order came late, over another link or a second time. Open a new tunnel.')
  }
  checkTarget(order, host)
  return order
}

function checkTarget(order: TunnelOrder, { addresses, tunnelPorts }: OrderContext): void {
  switch (closedPart(order, { addresses4: addresses, addresses6: [], tunnelPorts })) {
    case undefined:
      return
    case 'address':
      throw new GrantRefusal(
        'target-not-allowed',
        'Tunnels lead to this host only, and that is no address of it.',
      )
    case 'port':
      throw new GrantRefusal(
        'target-not-allowed',
        tunnelPorts.length === 0
          ? 'The administrator of this host allows no tunnels (setting tunnelPorts of its agent).'
          : `Tunnels to this host lead to port ${tunnelPorts.join(', ')} only (setting tunnelPorts of its agent).`,
      )
  }
}
