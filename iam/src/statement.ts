import { malformedPolicyDocument } from '@fleetkey/domain/exceptions/iam'
import type { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import { compileCondition, type Condition } from './condition/condition.ts'
import { compileAction, type ActionPattern } from './match-action.ts'
import { compileResource, type ResourcePattern } from './match-resource.ts'
import { parsePrincipal, type PrincipalElement } from './principal-element.ts'
import type { Position } from './position.ts'
import { quote } from './quote.ts'
import { resourceFormatError } from './resource-format.ts'
import type { WrittenElement, WrittenStatement } from './statement-syntax.ts'
import { checkTrustActions } from './trust-actions.ts'
import type { PolicyVersion } from './variables.ts'

/** One statement, ready to be evaluated (IAM User Guide, reference_policies_elements). */
export interface Statement {
  /** Position in its document, from 1. */
  readonly number: number
  readonly sid: string | undefined
  readonly effect: 'Allow' | 'Deny'
  readonly action: {
    readonly element: 'Action' | 'NotAction'
    readonly entries: readonly ActionPattern[]
  }
  /** Undefined in a trust policy, which is about the role that it belongs to. */
  readonly resource: ResourceElement | undefined
  /** Whom it is about; only in a trust policy. */
  readonly principal: PrincipalElement | undefined
  /** All of them must hold. */
  readonly conditions: readonly Condition[]
  /** In its document: right behind what stands before it. */
  readonly start: Position
  /** Right behind it. */
  readonly end: Position
}

export interface ResourceElement {
  readonly element: 'Resource' | 'NotResource'
  readonly entries: readonly ResourcePattern[]
}

/** What a document is for; trust policies have a Principal and no Resource, the others the other way round. */
export type DocumentKind = 'identity' | 'managed' | 'trust' | 'session'

/**
 * Compiles the statements of a document, in IAM's order of checks: each goes through all statements before the next begins,
 * so that of several faults the same one is named as there. Throws MalformedPolicyDocument.
 */
export function compileStatements(
  written: readonly WrittenStatement[],
  { version, kind }: { readonly version: PolicyVersion; readonly kind: DocumentKind },
): readonly Statement[] {
  const conditions = written.map((statement) => parseLegacy(statement, version))
  const resources = compileResources(written, version)
  checkSids(written)
  if (written.some(({ action }) => isMissing(action))) {
    throw malformedPolicyDocument('Policy statement must contain actions.')
  }
  if (resources.formatError !== undefined) throw resources.formatError
  const actions = compileActions(written)
  if (kind === 'trust') checkTrustStatements(written)
  else checkIdentityStatements(written)
  return written.map(({ number, sid, effect, action, principal, start, end }, index) => ({
    number,
    sid: sid === '' ? undefined : sid,
    effect: effect === 'Allow' ? 'Allow' : 'Deny',
    action: { element: action.element, entries: actions[index] ?? [] },
    resource: resources.compiled[index],
    principal: kind === 'trust' ? parsePrincipal(principal) : undefined,
    conditions: conditions[index] ?? [],
    start,
    end,
  }))
}

/** What IAM's older parser looks at: the letter case of the Effect, and values of conditions. */
function parseLegacy(
  { number, effect, conditions }: WrittenStatement,
  version: PolicyVersion,
): readonly Condition[] {
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw malformedPolicyDocument(
      `The policy failed legacy parsing. The Effect of statement ${number} is ${quote(effect)}; write "Allow" or "Deny".`,
    )
  }
  return conditions.map((condition) => compileCondition(condition, version))
}

interface CompiledResources {
  readonly compiled: readonly (ResourceElement | undefined)[]
  /** Named only after the checks of Sids and actions. */
  readonly formatError: ServiceException | undefined
}

/** First every Resource, then every NotResource. The older parser does not look beyond the first ill-formed entry. */
function compileResources(
  written: readonly WrittenStatement[],
  version: PolicyVersion,
): CompiledResources {
  const compiled: (ResourceElement | undefined)[] = []
  for (const wanted of ['Resource', 'NotResource'] as const) {
    for (const [index, { resource }] of written.entries()) {
      if (resource.element !== wanted || resource.values === undefined) continue
      const error = resource.values.map((text) => resourceFormatError(text)).find(Boolean)
      if (error !== undefined) return { compiled, formatError: malformedPolicyDocument(error) }
      const entries = resource.values.map((text) => compileResource(text, version))
      compiled[index] = { element: wanted, entries }
    }
  }
  return { compiled, formatError: undefined }
}

/** Sids are optional; an empty one counts as none. */
function checkSids(written: readonly WrittenStatement[]): void {
  const sids = written.map(({ sid }) => sid ?? '').filter((sid) => sid !== '')
  if (!sids.every((sid) => /^[0-9A-Za-z]*$/.test(sid))) {
    throw malformedPolicyDocument(
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    )
  }
  if (new Set(sids).size < sids.length) {
    throw malformedPolicyDocument('Statement IDs (SID) in a single policy must be unique.')
  }
}

/** First every Action, then every NotAction. */
function compileActions(
  written: readonly WrittenStatement[],
): readonly (readonly ActionPattern[] | undefined)[] {
  const compiled: (readonly ActionPattern[])[] = []
  for (const wanted of ['Action', 'NotAction'] as const) {
    for (const [index, { action }] of written.entries()) {
      if (action.element === wanted) compiled[index] = (action.values ?? []).map(compileAction)
    }
  }
  return compiled
}

function checkIdentityStatements(written: readonly WrittenStatement[]): void {
  if (written.some((one) => one.principal !== undefined || one.hasNotPrincipal)) {
    throw malformedPolicyDocument('Policy document should not specify a principal.')
  }
  if (written.some(({ resource }) => isMissing(resource))) {
    throw malformedPolicyDocument('Policy statement must contain resources.')
  }
}

function checkTrustStatements(written: readonly WrittenStatement[]): void {
  for (const { action } of written) checkTrustActions(action)
  if (written.some(({ resource }) => resource.values !== undefined)) {
    throw malformedPolicyDocument(
      'Has prohibited field Resource. A trust policy is about the role that it belongs to: leave Resource and NotResource out.',
    )
  }
  // Whoever is not named would be trusted.
  if (written.some(({ hasNotPrincipal }) => hasNotPrincipal)) {
    throw malformedPolicyDocument('AssumeRole policy must not contain NotPrincipal field.')
  }
}

function isMissing({ values }: WrittenElement<string>): boolean {
  return values === undefined || values.length === 0
}
