import {
  lookUp,
  normalizeContext,
  type ContextValue,
  type RequestContext,
} from '../request-context.ts'
import type { Template } from '../variables.ts'

/** What is known of a condition key before there is a request. */
export type KnownKey =
  | { readonly kind: 'known'; readonly value: ContextValue | undefined }
  /** Two open keys of the same name have the same value, whatever it will be. */
  | { readonly kind: 'open'; readonly name: string }

/** The condition keys as somebody's requests will have them. */
export interface KeyView {
  readonly read: (key: string) => KnownKey
  readonly context: RequestContext
}

/**
 * Of whoever receives rights: `keys` come with every request of theirs (`aws:username`, `aws:PrincipalTag/…`); what is
 * not in there could be anything, for example the tags of a session.
 */
export function viewOfReceiver(keys: ReadonlyMap<string, ContextValue>): KeyView {
  const context = normalizeContext(keys)
  const read = (key: string): KnownKey =>
    context.values.has(key) && !isOfRequest(key)
      ? { kind: 'known', value: lookUp(context, key) }
      : { kind: 'open', name: key }
  return { read, context }
}

/**
 * Of whoever hands rights over: `keys` is all that comes with them now, and what is not there is absent. Keys of the
 * request are open, and the same for holder and receiver: both could ask the same thing. A key that is neither known to be
 * the request's nor the caller's is open and nobody else's.
 */
export function viewOfHolder(keys: ReadonlyMap<string, ContextValue>): KeyView {
  const context = normalizeContext(keys)
  const read = (key: string): KnownKey => {
    if (isOfRequest(key)) return { kind: 'open', name: key }
    // Keys are in lower case here: no receiver's policy can spell that name.
    return context.values.has(key) || isOfCaller(key)
      ? { kind: 'known', value: lookUp(context, key) }
      : { kind: 'open', name: `${key} OF THE HOLDER` }
  }
  return { read, context }
}

/**
 * A template with everything filled in that is known, as `substitute` would at a request. Undefined when a variable is
 * known to have no value: then it equals nothing.
 */
export function fillIn(template: Template, view: KeyView): Template | undefined {
  const parts: Template[number][] = []
  for (const part of template) {
    const key = part.kind === 'variable' ? view.read(part.key) : undefined
    if (part.kind !== 'variable' || key === undefined) {
      parts.push(part)
    } else if (key.kind === 'open') {
      parts.push({ ...part, key: key.name })
    } else {
      const text = typeof key.value === 'string' && key.value !== '' ? key.value : part.fallback
      if (text === undefined) return undefined
      parts.push({ kind: 'text', text })
    }
  }
  return parts
}

/** Keys that say what is asked for, of what, when and from where, and not by whom. In lower case. */
export function isOfRequest(key: string): boolean {
  return ofRequest.has(key) || /^(?:aws|ec2|iam):resourcetag\/|^aws:requesttag\//.test(key)
}

const ofRequest = new Set([
  'aws:currenttime',
  'aws:epochtime',
  'aws:requestedregion',
  'aws:resourceaccount',
  'aws:securetransport',
  'aws:sourceip',
  'aws:tagkeys',
  'aws:useragent',
  'aws:viaawsservice',
  'ec2:osuser',
  'iam:permissionsboundary',
  'iam:policyarn',
  'sts:externalid',
  'sts:rolesessionname',
])

/** Keys that a caller has or has not, all of which the holder's `keys` would name. */
function isOfCaller(key: string): boolean {
  return ofCaller.has(key) || key.startsWith('aws:principaltag/')
}

const ofCaller = new Set([
  'aws:federatedprovider',
  'aws:multifactorauthage',
  'aws:multifactorauthpresent',
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principaltype',
  'aws:sourceidentity',
  'aws:tokenissuetime',
  'aws:userid',
  'aws:username',
])
