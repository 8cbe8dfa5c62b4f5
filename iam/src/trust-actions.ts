import { malformedPolicyDocument } from '@fleetkey/domain/exceptions/iam'
import { compileAction, matchesAction } from './match-action.ts'
import { quote } from './quote.ts'
import type { WrittenElement } from './statement-syntax.ts'

/** What can be asked of a role's trust policy (Service Authorization Reference, "AWS Security Token Service"). */
const asked = [
  'sts:assumerole',
  'sts:assumerolewithsaml',
  'sts:assumerolewithwebidentity',
  'sts:setcontext',
  'sts:setsourceidentity',
  'sts:tagsession',
]

/**
 * Each entry of Action must stand for one of them at least, each of NotAction be one of STS. Reports disagree on whether IAM
 * takes wildcards here; we take them, since they give no more than these actions. Throws MalformedPolicyDocument.
 */
export function checkTrustActions({ element, values = [] }: WrittenElement<string>): void {
  const isFitting = element === 'Action' ? isAsked : (text: string) => /^sts:/i.test(text)
  const stranger = values.find((text) => !isFitting(text))
  if (stranger === undefined) return
  throw malformedPolicyDocument(
    `AssumeRole policy may only specify STS AssumeRole actions. ${element} has ${quote(stranger)}; write "Action": "sts:AssumeRole".`,
  )
}

function isAsked(text: string): boolean {
  const entry = compileAction(text)
  return asked.some((action) => matchesAction(entry, action))
}
