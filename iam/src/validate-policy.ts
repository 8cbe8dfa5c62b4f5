import { parsePolicyDocument, type PolicyDocument } from './policy-document.ts'
import {
  checkLargestInlineSize,
  checkManagedPolicySize,
  checkTrustPolicySize,
  packSessionPolicies,
} from './quotas.ts'
import type { DocumentKind } from './statement.ts'

/**
 * All that can be said of one document alone: its language, and then its size. An inline policy (`identity`) may be as large
 * as that of a role; what the owner's other policies leave of the room is for `quotas.ts`. Throws
 * MalformedPolicyDocument, LimitExceeded, and for session policies PackedPolicyTooLarge.
 */
export function validatePolicy(text: string, kind: DocumentKind): PolicyDocument {
  const document = parsePolicyDocument(text, kind)
  checkSize(text, kind)
  return document
}

function checkSize(text: string, kind: DocumentKind): void {
  switch (kind) {
    case 'identity':
      return checkLargestInlineSize(text)
    case 'managed':
      return checkManagedPolicySize(text)
    case 'trust':
      return checkTrustPolicySize(text)
    case 'session':
      packSessionPolicies([text])
  }
}
