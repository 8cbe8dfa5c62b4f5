import { MAX_MESSAGE_LENGTH } from '@fleetkey/wire/agent/agent-link'
import type { Signed } from '@fleetkey/wire/agent/signed'
import { mendOrderStatement, type MendOrder } from '@fleetkey/wire/agent/mend-statement'
import { decodeStatement } from '@fleetkey/wire/agent/statement'
import { GrantRefusal, notValid } from '../grant-refusal.ts'
import { checkSigned, type SignerContext, type Pins } from '../signer-checks.ts'
import type { SignedOrder } from '../tunnels/order-checks.ts'

/** Everything about this host that decides whether an order to mend counts here and now. */
export interface MendContext extends SignerContext {
  readonly pins: Pins & { readonly instanceId: string }
  readonly agentKey: string
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
  const order = readOrder(signed.order)
  const { signer } = signed
  checkSigned({ noun: 'order', signed: signed.order, signer, issuedAt: order.issuedAt }, host)
  checkAddressee(order, host)
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

function readOrder({ statement }: Signed): MendOrder {
  if (statement.length > MAX_MESSAGE_LENGTH) throw notValid('The order is too long.')
  const order = decodeStatement(mendOrderStatement, statement)
  if (order === undefined) {
    throw notValid('The order is malformed. Agent and server may be of versions too far apart.')
  }
  return order
}

function checkAddressee(order: MendOrder, { pins, agentKey }: MendContext): void {
  if (order.deployment !== pins.deployment) throw notValid('The order is of another deployment.')
  if (order.instanceId !== pins.instanceId) throw notValid('The order is for another instance.')
  if (order.agentKey !== agentKey) {
    throw notValid('The order is for an agent key that is not in use here any more.')
  }
}
