import { xmlElement, xmlText } from './xml.ts'

/** What a Query error says: clients dispatch on the code, people read the message. */
export interface QueryError {
  readonly code: string
  readonly status: number
  readonly message: string
  readonly requestId: string
  /** Namespace of the API. */
  readonly xmlns: string
  /** Ours, beside AWS's elements: why a denial fell and what would change it. Clients of AWS pass over it. */
  readonly explanation?: string | undefined
}

/** The body of an error of IAM or STS (`text/xml`). `Type` says whose fault it is: the sender's, or from status 500 on ours. */
export function encodeQueryError(error: QueryError): string {
  const { code, status, message, requestId, xmlns, explanation } = error
  const facts = [
    text('Type', status < 500 ? 'Sender' : 'Receiver'),
    text('Code', code),
    text('Message', message),
    explanation === undefined ? '' : text('Explanation', explanation),
  ].join('')
  return xmlElement(
    'ErrorResponse',
    xmlElement('Error', facts) + text('RequestId', requestId),
    xmlns,
  )
}

const text = (name: string, value: string): string => xmlElement(name, xmlText(value))
