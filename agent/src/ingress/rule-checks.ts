import type { Signed } from '@fleetkey/wire/agent/signed'
import {
  hostRulesStatement,
  openingStatement,
  type HostRules,
} from '@fleetkey/wire/agent/rules-statements'
import { decodeStatement } from '@fleetkey/wire/agent/statement'
import { isSignedBy } from '../ed25519.ts'
import { notValid } from '../grant-refusal.ts'
import { readSigner } from '../signer-checks.ts'
import {
  checkAddressee,
  checkStatement,
  readStatement,
  type StatementContext,
} from '../statement-checks.ts'

export interface SignedRules {
  readonly rules: Signed
  readonly signer: Signed
}

/** Everything about this host that decides whether rules count here and now. */
export interface RulesContext extends StatementContext {
  /** The newest rules that this host has, if it has any. */
  readonly newest: HostRules | undefined
}

/** The checks of a rule set, in one fixed order as those of a grant (grant-checks.ts); the first that fails throws a GrantRefusal. */
export function checkRules(signed: SignedRules, host: RulesContext): HostRules {
  const { rules: text, signer } = signed
  const rules = checkStatement(
    { noun: 'rules', kind: hostRulesStatement, signed: text, signer },
    host,
  )
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
    const rules = readStatement('rules', hostRulesStatement, signed.rules)
    const certificate = readSigner(signed.signer)
    checkAddressee('rules', rules, host)
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
