import { malformedPolicyDocument } from '@fleetkey/domain/exceptions/iam'
import { printable } from './quote.ts'

/**
 * What IAM finds wrong with an entry of Resource or NotResource, in its words; undefined when it is `*` or an ARN. An ARN
 * with fewer than six fields may do: a `*` at its end stands for those that follow (`arn:aws:ec2:*`).
 */
export function resourceFormatError(text: string): string | undefined {
  if (text === '*') return undefined
  const [arn = '', partition, service, ...fields] = text.split(':')
  if (partition === undefined) return `Resource ${shown(text)} must be in ARN format or "*".`
  if (partition !== 'aws' && partition !== '*') return unknownPartition(partition, service, fields)
  if (service === undefined || /[*?]/.test(service)) {
    return 'Resource vendor must be fully qualified and cannot contain regexes.'
  }
  if (arn !== 'arn') return `Resource ${shown(text)} must be in ARN format or "*".`
  if (isTooShort(text, service)) return undefined
  return regionError(text, service, fields) ?? pathError(service, fields.slice(2).join(':'))
}

/** Throws MalformedPolicyDocument for an ARN whose missing fields no `*` stands for. */
export function checkResourceFields(text: string): void {
  const [, , service = ''] = text.split(':')
  if (text === '*' || !isTooShort(text, service)) return
  throw malformedPolicyDocument(
    `The policy failed legacy parsing. The ARN ${shown(text)} has too few fields.`,
  )
}

function isTooShort(text: string, service: string): boolean {
  return service === '' || (text.split(':').length < 6 && text.includes('::'))
}

function unknownPartition(partition: string, service = '*', fields: readonly string[]): string {
  const [region = '*', account = '*', ...resource] = fields
  const last = resource.length > 0 ? resource.join(':') : '*'
  const whole = shown(`arn:${partition}:${service}:${region}:${account}:${last}`)
  return `Partition "${shown(partition)}" is not valid for resource "${whole}".`
}

function regionError(text: string, service: string, [region, , ...rest]: readonly string[]) {
  if (region === '') return undefined
  if (service === 'iam') {
    return `IAM resource ${shown(text)} cannot contain region information.`
  }
  if (service === 's3' && !rest.join(':').startsWith('accesspoint/')) {
    return `Resource ${shown(text)} can not contain region information.`
  }
  return undefined
}

/** AWS's sentences repeat the whole text; more than this is no ARN. */
const shown = (text: string) => printable(text, 1024)

const iamPaths = [
  'user/',
  'federated-user/',
  'role/',
  'group/',
  'instance-profile/',
  'mfa/',
  'server-certificate/',
  'policy/',
  'sms-mfa/',
  'saml-provider/',
  'oidc-provider/',
  'report/',
  'access-report/',
]

function pathError(service: string, path: string): string | undefined {
  if (service !== 'iam' || path === '*') return undefined
  if (iamPaths.some((start) => path.startsWith(start))) return undefined
  return `IAM resource path must either be "*" or start with ${iamPaths.join(', ')}.`
}
