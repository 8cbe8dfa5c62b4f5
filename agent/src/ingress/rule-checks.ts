import { MAX_MESSAGE_LENGTH } from '@fleetkey/wire/agent/agent-link'
import type { Signed } from '@fleetkey/wire/agent/signed'
import {
  hostRulesStatement,
  openingStatement,
  type HostRules,
} from '@fleetkey/wire/agent/rules-statements'
import { decodeStatement } from '@fleetkey/wire/agent/statement'
import { isSignedBy } from '../ed25519.ts'
import { notValid } from '../grant-refusal.ts'
import { checkSigned, readSigner, type SignerContext, type Pins } from '../signer-checks.ts'

export interface SignedRules {
  readonly rules: Signed
  readonly signer: Signed
}

/** Everything about this host that decides whether rules count here and now. */
export interface RulesContext extends SignerContext {
  readonly pins: Pins & { readonly instanceId: string }
  readonly agentKey: string
  /** The newest rules that this host has, if it has any. */
  readonly newest: HostRules | undefined
}

/** The checks of a rule set, in one fixed order as those of a grant (grant-checks.ts); the first that fails throws a GrantRefusal. */
export function checkRules(signed: SignedRules, host: RulesContext): HostRules {
  const rules = readRules(signed.rules)
  const { signer } = signed
  checkSigned({ noun: 'rules', signed: signed.rules, signer, issuedAt: rules.issuedAt }, host)
  checkAddressee(rules, host)
  checkRevision(rules, host.newest)
  return rules
}

/**
 * Rules that this host kept: who signed them was believed when they came. Since then the certificate may have ended, which is no reason
 * to open what was closed. Undefined for what is not for this host.
 */
export function readKeptRules(
  signed: SignedRules,
  host: Pick<RulesContext, 'pins' | 'agentKey'>,
): HostRules | undefined {
  try {
    const rules = readRules(signed.rules)
    const certificate = readSigner(signed.signer)
    checkAddressee(rules, host)
    const isOurs =
      isSignedBy(certificate.publicKey, signed.rules) &&
      host.pins.issuerKeys.some((issuer) => isSignedBy(issuer, signed.signer))
    return isOurs ? rules : undefined
  } catch {
    return undefined
  }
}

/** Whose address the port opens to, by the word of whoever signed the grant that it came with. */
export function checkOpening(
  opening: Signed,
  grant: {
    readonly grantId: string
    readonly deployment: string
    readonly instanceId: string
    /** Believed already: the grant's own. */
    readonly signer: Signed
  },
): string {
  const found = decodeStatement(openingStatement, opening.statement)
  if (found === undefined) throw notValid('The opening is malformed.')
  if (!isSignedBy(readSigner(grant.signer).publicKey, opening)) {
    throw notValid('The signature of the opening is wrong.')
  }
  const { grantId, deployment, instanceId } = grant
  if (
    found.grantId !== grantId ||
    found.deployment !== deployment ||
    found.instanceId !== instanceId
  ) {
    throw notValid('The opening belongs to another grant.')
  }
  return found.address
}

function readRules({ statement }: Signed): HostRules {
  if (statement.length > MAX_MESSAGE_LENGTH) throw notValid('The rules are too long.')
  const rules = decodeStatement(hostRulesStatement, statement)
  if (rules === undefined) {
    throw notValid('The rules are malformed. Agent and server may be of versions too far apart.')
  }
  return rules
}

function checkAddressee(
  rules: HostRules,
  { pins, agentKey }: Pick<RulesContext, 'pins' | 'agentKey'>,
): void {
  if (rules.deployment !== pins.deployment) throw notValid('The rules are of another deployment.')
  if (rules.instanceId !== pins.instanceId) throw notValid('The rules are for another instance.')
  if (rules.agentKey !== agentKey) {
    throw notValid('The rules are for an agent key that is not in use here any more.')
  }
}

function checkRevision(rules: HostRules, newest: HostRules | undefined): void {
  if (newest === undefined || rules.revision > newest.revision) return
  if (rules.revision < newest.revision) {
    throw notValid(
      `The rules are older (revision ${rules.revision}) than those that this host has (${newest.revision}).`,
    )
  }
  if (rules.mode !== newest.mode || rules.rules.join() !== newest.rules.join()) {
    throw notValid(`There are two different sets of rules with revision ${rules.revision}.`)
  }
}
