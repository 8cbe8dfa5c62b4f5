import type { ContextValue } from '@fleetkey/iam/request-context'
import type { WebIdentity } from './web-identity.ts'

/** Behind the name of this provider it would be a claim of the one at that port: `idp.example.com` with `8443:sub`. */
const ANOTHER_PORT = /^\d+[/:]/

/**
 * The claims of a token as condition keys, `<provider>:<claim>`: text is single-valued, a list of texts multivalued, numbers and booleans
 * are text. What else there is (objects) is left out. `aud` is the one audience that was checked.
 */
export function claimKeys(identity: WebIdentity): ReadonlyMap<string, ContextValue> {
  const { provider, subject, audience, claims } = identity
  const keys = new Map<string, ContextValue>()
  for (const [claim, said] of Object.entries(claims)) {
    const value = ANOTHER_PORT.test(claim) ? undefined : valueOf(said)
    if (value !== undefined) keys.set(`${provider.name}:${claim}`, value)
  }
  keys.set(`${provider.name}:sub`, subject)
  keys.set(`${provider.name}:aud`, audience)
  return keys
}

function valueOf(said: unknown): ContextValue | undefined {
  if (!Array.isArray(said)) return textOf(said)
  const texts = said.map(textOf)
  return texts.every((text) => text !== undefined) ? texts : undefined
}

function textOf(said: unknown): string | undefined {
  if (typeof said === 'string') return said
  return typeof said === 'number' || typeof said === 'boolean' ? String(said) : undefined
}
