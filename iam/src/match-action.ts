import { malformedPolicyDocument } from '@fleetkey/domain/exceptions/iam'
import { printable } from './quote.ts'
import { compilePattern, matchesPattern, wildcardParts, type Pattern } from './wildcard.ts'

/** One entry of Action or NotAction (IAM User Guide, reference_policies_elements_action). */
export interface ActionPattern {
  /** As it was written. */
  readonly text: string
  readonly pattern: Pattern
}

/**
 * `*` or `service:name`. Wildcards belong in the name; IAM refuses them in the service, except `*:…`.
 * Throws MalformedPolicyDocument with AWS's texts.
 */
export function compileAction(text: string): ActionPattern {
  const [service = '', ...names] = text.split(':')
  if (names.length === 0 && text !== '*') {
    throw malformedPolicyDocument(
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    )
  }
  if (names.length > 1) {
    throw malformedPolicyDocument('Actions/Condition can contain only one colon.')
  }
  if (!/^(\*|[A-Za-z0-9.-]+)$/.test(service)) {
    throw malformedPolicyDocument(`Vendor ${printable(service)} is not valid`)
  }
  return { text, pattern: compilePattern(wildcardParts(text.toLowerCase())) }
}

/** `action` in lower case: service and name are case-insensitive. */
export function matchesAction(entry: ActionPattern, action: string): boolean {
  return matchesPattern(entry.pattern, action)
}
