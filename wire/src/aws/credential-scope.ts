import {
  incompleteSignature,
  invalidSignature,
  unrecognizedClient,
} from '@fleetkey/domain/exceptions/authentication'
import { shownText } from './shown-text.ts'

/** What a signing key is good for. */
export interface CredentialScope {
  /** `YYYYMMDD` */
  readonly date: string
  readonly region: string
  readonly service: string
}

export interface Credential extends CredentialScope {
  readonly accessKeyId: string
}

export interface ScopeExpectations {
  /** Signing names that are served here, e.g. `ec2-instance-connect`. */
  readonly services: ReadonlySet<string>
  /** Absent: the client's region, whichever it is. */
  readonly region?: string
}

/** Reads `keyid/date/region/service/aws4_request` and checks it against the request's date and what is served. */
export function readCredential(
  text: string,
  amzDate: string,
  expected: ScopeExpectations,
): Credential {
  const [accessKeyId = '', date = '', region = '', service = '', terminator, ...rest] =
    text.split('/')
  if (terminator === undefined || rest.length > 0) {
    throw incompleteSignature(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${shownText(text)}'`,
    )
  }
  const mistakes: string[] = []
  if (
    expected.region === undefined ? !/^[a-z0-9-]{1,64}$/.test(region) : region !== expected.region
  ) {
    mistakes.push(`Credential should be scoped to a valid region, not '${shownText(region)}'. `)
  }
  if (!expected.services.has(service)) {
    const names = [...expected.services].map((name) => `'${name}'`).join(', ')
    mistakes.push(`Credential should be scoped to correct service: ${names}. `)
  }
  if (terminator !== 'aws4_request') {
    mistakes.push(
      `Credential should be scoped with a valid terminator: 'aws4_request', not '${shownText(terminator)}'. `,
    )
  }
  if (date !== amzDate.slice(0, 8)) {
    mistakes.push(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${shownText(date)}' != '${amzDate.slice(0, 8)}', from '${amzDate}'. `,
    )
  }
  if (mistakes.length > 0) throw invalidSignature(mistakes.join('').trim())
  // IAM's pattern for access key ids: what does not fit is no key of anybody.
  if (!/^\w{1,128}$/.test(accessKeyId)) throw unrecognizedClient()
  return { accessKeyId, date, region, service }
}
