import { malformedPolicyDocument } from '@fleetkey/domain/exceptions/iam'
import { printable } from './quote.ts'
import type { RequestContext } from './request-context.ts'
import { checkResourceFields, resourceFormatError } from './resource-format.ts'
import {
  parseTemplate,
  perRequest,
  variablesOf,
  type PolicyVersion,
  type Template,
} from './variables.ts'
import { compilePattern, matchesPattern, type Pattern } from './wildcard.ts'

/** One entry of Resource or NotResource (IAM User Guide, reference_policies_elements_resource). */
export interface ResourcePattern {
  /** As it was written. */
  readonly text: string
  /** The condition keys that its variables ask for, in lower case. */
  readonly variables: readonly string[]
  /** Undefined when a variable has no value in this request: then the entry matches nothing. */
  readonly patternFor: (context: RequestContext) => Pattern | undefined
}

/** `*` or an ARN, see `resource-format.ts`. Throws MalformedPolicyDocument with AWS's texts. */
export function compileResource(text: string, version: PolicyVersion): ResourcePattern {
  const formatError = resourceFormatError(text)
  if (formatError !== undefined) throw malformedPolicyDocument(formatError)
  checkResourceFields(text)
  const template = parseTemplate(text, { version, wildcards: 'active' })
  checkVariables(template, text)
  return {
    text,
    variables: variablesOf(template),
    patternFor: perRequest(template, compilePattern),
  }
}

/** Case-sensitive. A resource of `*`, which is what list operations ask for, is matched by `*` alone. */
export function matchesResource(
  entry: ResourcePattern,
  resource: string,
  context: RequestContext,
): boolean {
  const pattern = entry.patternFor(context)
  return pattern !== undefined && matchesPattern(pattern, resource)
}

/** Variables stand behind the fifth colon only: service, Region and account are never the requester's choice. */
function checkVariables(template: Template, text: string): void {
  let colons = 0
  for (const part of template) {
    if (part.kind === 'text') colons += part.text.split(':').length - 1
    if (part.kind === 'variable' && colons < 5) {
      throw malformedPolicyDocument(
        `The policy failed legacy parsing. In ${printable(text)} a variable stands before the fifth colon of the ARN.`,
      )
    }
  }
}
