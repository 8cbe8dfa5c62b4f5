import { ApiRefusal } from './api-refusal.ts'
import { call } from './call.ts'
import { patiently } from './patiently.ts'
import { loadSession } from './signing-in.ts'
import { inTab } from '../ui/kept-here.ts'

/** A provider that people can sign in at. */
export interface Provider {
  readonly issuer: string
  readonly clientId: string
  /** The server shows a secret for it: it was made for browsers. */
  readonly hasSecret?: boolean
}

export interface OfferedRole {
  readonly RoleName: string
  readonly Arn: string
  readonly Description?: string
}

/** What the server tells everybody of the ways in. None when it does not answer: the password may be enough. */
export async function listProviders(signal: AbortSignal): Promise<readonly Provider[]> {
  // Whoever has no other way in would see none, because a network was changed for a moment.
  const response = await patiently(() => ask('/.well-known/fleetkey', signal), { signal })
  if (!response.ok) return []
  const { providers } = (await response.json()) as { readonly providers: readonly Provider[] }
  return providers
}

async function ask(path: string, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(path, { signal })
  } catch (error) {
    if (signal.aborted) throw error
    throw new ApiRefusal({ code: 'Unreachable', status: 0, message: String(error) })
  }
}

/** Where the browser goes to sign in there; `anew`: they show there once more who they are, also when they are signed in there. */
export function startPath({ issuer, clientId }: Provider, how?: 'anew'): string {
  const query = { provider: issuer, client: clientId, ...(how === 'anew' && { anew: '1' }) }
  return `/sso/start?${new URLSearchParams(query).toString()}`
}

/** The roles that whoever came back may take, and what the provider calls them. */
export async function listSignInRoles(signal: AbortSignal): Promise<{
  readonly Roles: readonly OfferedRole[]
  readonly DisplayName?: string
  readonly Subject: string
  readonly Provider: string
}> {
  // Whoever is signed in here asks with their token.
  await loadSession()
  return await call('fleetkey', 'ListSignInRoles', {}, signal)
}

// Where one wanted to be, over the way to the provider and back. Nothing of it goes there.
const KEPT = 'fleetkey.way'

export const keepWay = (search: string): void => inTab.setItem(KEPT, search)

export function keptWay(): string {
  const search = inTab.getItem(KEPT) ?? ''
  inTab.removeItem(KEPT)
  return search
}

// Which role a tab is to take that was opened for nothing but to sign in again.
const ROLE = 'fleetkey.sign-in-as'

/** @param arn of the session that another is to follow */
export const keepRole = (arn: string): void => inTab.setItem(ROLE, arn.split('/')[1] ?? '')

export const forgetRole = (): void => inTab.removeItem(ROLE)

/** Name of the role; undefined in a tab that goes on by itself. */
export const keptRole = (): string | undefined => inTab.getItem(ROLE) ?? undefined
