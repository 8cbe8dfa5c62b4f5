import { malformedPolicyDocument } from '@fleetkey/domain/exceptions'
import { printable } from './quote.ts'
import type { RequestContext } from './request-context.ts'
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

/** `*` or an ARN. Throws MalformedPolicyDocument with AWS's texts. */
export function compileResource(text: string, version: PolicyVersion): ResourcePattern {
  if (text !== '*') checkArn(text)
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

/** The last field keeps its colons; a `*` may stand for all fields that follow it (`arn:aws:ec2:*`). */
function checkArn(text: string): void {
  const [arn, partition, service, ...rest] = text.split(':')
  if (partition === undefined) {
    throw malformedPolicyDocument(`Resource ${printable(text)} must be in ARN format or "*".`)
  }
  if (partition !== 'aws') {
    const [region = '*', account = '*', ...resource] = rest
    const last = resource.length > 0 ? resource.join(':') : '*'
    const whole = printable(`arn:${partition}:${service ?? '*'}:${region}:${account}:${last}`)
    throw malformedPolicyDocument(
      `Partition "${printable(partition)}" is not valid for resource "${whole}".`,
    )
  }
  if (service === undefined || /[*?]/.test(service)) {
    throw malformedPolicyDocument(
      'Resource vendor must be fully qualified and cannot contain regexes.',
    )
  }
  if (arn !== 'arn') {
    throw malformedPolicyDocument(`Resource ${printable(text)} must be in ARN format or "*".`)
  }
  if (service === '' || (rest.length < 3 && text.includes('::'))) {
    throw malformedPolicyDocument(
      `The policy failed legacy parsing. The ARN ${printable(text)} has too few fields.`,
    )
  }
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
