import type { QueryError } from './query-error.ts'
import { xmlElement, xmlText } from './xml.ts'

/** The body of an error of EC2: no namespace, a list of one, and `RequestID` in a spelling of its own. */
export function encodeEc2Error(error: Omit<QueryError, 'status' | 'xmlns'>): string {
  const { code, message, requestId, explanation } = error
  const facts = [
    text('Code', code),
    text('Message', message),
    explanation === undefined ? '' : text('Explanation', explanation),
  ].join('')
  return xmlElement(
    'Response',
    xmlElement('Errors', xmlElement('Error', facts)) + text('RequestID', requestId),
  )
}

const text = (name: string, value: string): string => xmlElement(name, xmlText(value))
