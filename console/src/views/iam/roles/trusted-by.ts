import { parsePolicyDocument } from '@fleetkey/iam/policy-document'

/** Whom a trust policy lets in, in words; what is denied is left out. Who is gone is told by id. */
export function trustedBy(text: string): readonly string[] {
  let document
  try {
    document = parsePolicyDocument(text, 'trust')
  } catch {
    return ['a trust policy that cannot be read']
  }
  const entries = document.statements
    .filter(({ effect }) => effect === 'Allow')
    .flatMap(({ principal }) => principal?.entries ?? [])
  return [...new Set(entries.map(({ text: entry }) => inWords(entry)))]
}

function inWords(entry: string): string {
  if (entry === '*') return 'everybody'
  const [, kind, name] = /^arn:[^:]*:(?:iam|sts)::[^:]*:([^/]+)\/(.+)$/.exec(entry) ?? []
  if (kind === 'oidc-provider') return `provider ${name}`
  if (kind === 'assumed-role') return `session ${name}`
  if (kind !== undefined && name !== undefined) return `${kind} ${name.split('/').at(-1)}`
  if (/^\d{12}$/.test(entry) || entry.endsWith(':root')) return 'this account'
  return entry.startsWith('A') ? `somebody who is gone (${entry})` : entry
}
