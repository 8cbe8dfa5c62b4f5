import { incompleteSignature } from '@fleetkey/domain/exceptions/authentication'
import { shownText } from './shown-text.ts'

/** The parts of `AWS4-… Credential=…, SignedHeaders=…, Signature=…`, each present and none twice. */
export interface AuthorizationParts {
  readonly algorithm: string
  readonly credential: string
  readonly signedHeaders: string
  readonly signature: string
  readonly amzDate: string
}

/** `amzDate` stands in a header of its own; AWS reports its absence along with the missing parts. */
export function readAuthorizationHeader(
  value: string,
  amzDate: string | undefined,
): AuthorizationParts {
  const [algorithm = '', ...parameters] = value.split(/[ \t,]+/).filter((word) => word !== '')
  const parts = new Map<string, string>()
  for (const parameter of parameters) {
    const equals = parameter.indexOf('=')
    if (equals === -1) {
      throw incompleteSignature(
        `'${shownText(parameter)}' not a valid key=value pair (missing equal-sign) in Authorization header: '${shownAuthorization(value)}'.`,
      )
    }
    const name = parameter.slice(0, equals)
    if (!names.includes(name) || parts.has(name)) {
      const fault = parts.has(name) ? 'is given more than once' : 'is not known'
      throw incompleteSignature(`Parameter '${shownText(name)}' ${fault} in Authorization header.`)
    }
    parts.set(name, parameter.slice(equals + 1))
  }
  const missing = names
    .filter((name) => !parts.get(name))
    .map((name) => `Authorization header requires '${name}' parameter. `)
  if (!amzDate) {
    missing.push(
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ",
    )
  }
  if (!amzDate || missing.length > 0) {
    throw incompleteSignature(`${missing.join('')}Authorization=${shownAuthorization(value)}`)
  }
  const part = (name: string) => parts.get(name) ?? ''
  return {
    algorithm,
    credential: part('Credential'),
    signedHeaders: part('SignedHeaders'),
    signature: part('Signature'),
    amzDate,
  }
}

const names = ['Credential', 'Signature', 'SignedHeaders']

/** AWS puts the whole value into its message; here the signature stays out, since messages are kept. */
function shownAuthorization(value: string): string {
  return shownText(value.replace(/(Signature=)[^, ]+/g, '$1***'), 512)
}
