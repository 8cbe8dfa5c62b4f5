import { MAX_MESSAGE_LENGTH } from '@fleetkey/wire/agent/agent-link'
import type { Signed } from '@fleetkey/wire/agent/signed'
import { decodeStatement, type StatementKind } from '@fleetkey/wire/agent/statement'
import { notValid } from './grant-refusal.ts'
import { checkSigned, type Pins, type SignerContext } from './signer-checks.ts'

/** What every statement to an agent says of its address, and when it was signed. */
interface Addressed {
  readonly deployment: string
  readonly instanceId: string
  readonly agentKey: string
  readonly issuedAt: number
}

/** By what this host believes a statement, and that it is meant. */
export interface StatementContext extends SignerContext {
  readonly pins: Pins & { readonly instanceId: string }
  readonly agentKey: string
}

export type StatementNoun = keyof typeof SUBJECTS

/** As refusals begin. */
const SUBJECTS = { grant: 'The grant is', order: 'The order is', rules: 'The rules are' }

/**
 * The first checks of every statement that the server signs for a host, in one fixed order: it is one, a signer whom this host believes
 * signed it, and it is for this host. The first that fails throws a GrantRefusal, and nothing after it is looked at.
 */
export function checkStatement<Fields extends Addressed>(
  said: {
    readonly noun: StatementNoun
    readonly kind: StatementKind<Fields>
    readonly signed: Signed
    readonly signer: Signed
  },
  host: StatementContext,
): Fields {
  const { noun, kind, signed, signer } = said
  const fields = readStatement(noun, kind, signed)
  checkSigned({ noun, signed, signer, issuedAt: fields.issuedAt }, host)
  checkAddressee(noun, fields, host)
  return fields
}

/** What it says, not yet believed. */
export function readStatement<Fields extends object>(
  noun: StatementNoun,
  kind: StatementKind<Fields>,
  { statement }: Signed,
): Fields {
  const subject = SUBJECTS[noun]
  if (statement.length > MAX_MESSAGE_LENGTH) throw notValid(`${subject} too long.`)
  const fields = decodeStatement(kind, statement)
  if (fields === undefined) {
    throw notValid(`${subject} malformed. Agent and server may be of versions too far apart.`)
  }
  return fields
}

export function checkAddressee(
  noun: StatementNoun,
  { deployment, instanceId, agentKey }: Addressed,
  host: Pick<StatementContext, 'pins' | 'agentKey'>,
): void {
  const subject = SUBJECTS[noun]
  if (deployment !== host.pins.deployment) throw notValid(`${subject} of another deployment.`)
  if (instanceId !== host.pins.instanceId) throw notValid(`${subject} for another instance.`)
  if (agentKey !== host.agentKey) {
    const advice = noun === 'grant' ? ' Push again.' : ''
    throw notValid(`${subject} for an agent key that is not in use here any more.${advice}`)
  }
}
