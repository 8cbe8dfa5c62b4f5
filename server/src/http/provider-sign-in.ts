import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import { answerBudget, takeTry } from '../identities/budgets.ts'
import { machineOf, networkOf } from '../network.ts'
import { shownSignIn, signInCookie } from '../identities/sign-in-cookie.ts'
import { ProviderFailed, type AuthorizationCodes } from '../oidc/authorization-code.ts'
import { SIGN_IN_LASTS_MS, type ProviderSignIn, type ProviderSignIns } from '../oidc/sign-ins.ts'
import type { SourceOf } from '../source.ts'
import type { Store } from '../store/store.ts'
import { securityHeaders } from './console/security-headers.ts'

/** What is registered at providers, behind the origin of the console. */
export const CALLBACK_PATH = '/sso/callback'

interface Parts {
  readonly sourceOf: SourceOf
  readonly codes: AuthorizationCodes
  readonly signIns: ProviderSignIns
  readonly store: Pick<Store, 'identities'>
  /** See config.ts, `console.origins`. */
  readonly origins: readonly string[]
  readonly now: () => number
  readonly log: { warn(facts: object, text: string): void }
}

/**
 * A browser goes to a provider and comes back: the only two addresses that a navigation from elsewhere may lead to. They sign nobody in. What
 * came back waits for the sign-in page, which asks for it as pages do (operations/sso), so that no other site can make anybody somebody.
 * Where they lead is never taken from the request.
 */
export function serveProviderSignIn(app: FastifyInstance, parts: Parts): void {
  app.get('/sso/start', (request, reply) => start(request, reply, parts))
  app.get(CALLBACK_PATH, (request, reply) => callback(request, reply, parts))
}

async function start(request: FastifyRequest, reply: FastifyReply, parts: Parts) {
  const { codes, store } = parts
  // No other site sends people to their provider behind their back.
  const site = request.headers['sec-fetch-site'] ?? 'same-origin'
  if (site !== 'same-origin' && site !== 'none')
    return await leave({ reply, parts }, { way: 'failed' })
  const { issuer, clientId, anew } = asked(request)
  const redirectUri = redirectUriOf(request, parts)
  const providers = await store.identities.providers.list()
  const isKnown = providers.some(
    ({ url, clientIds }) => url === issuer && clientIds.includes(clientId),
  )
  if (!isKnown || redirectUri === undefined) return await leave({ reply, parts }, { way: 'failed' })
  try {
    const { begun, url } = await codes.begin({ issuer, clientId }, { redirectUri, anew })
    return await leave({ reply, parts }, { way: { to: url.href }, id: kept(begun, request, parts) })
  } catch (error) {
    return await failed(error, { issuer, redirectUri }, { reply, parts })
  }
}

async function callback(request: FastifyRequest, reply: FastifyReply, parts: Parts) {
  const id = shownSignIn(request.headers.cookie ?? '')
  // Taken before anything is looked at: the same answer a second time finds nothing.
  const begun = id === undefined ? undefined : parts.signIns.take(id)
  if (begun?.kind !== 'begun') return await leave({ reply, parts }, { way: 'failed' })
  const { store, now, codes } = parts
  const budget = answerBudget(parts.sourceOf(request.raw).sourceAddress)
  try {
    // Beginning costs nothing that anybody could miss; this asks the provider.
    await takeTry(store, [budget], now())
    const at = request.url.indexOf('?')
    const token = await codes.finish(begun, at === -1 ? '' : request.url.slice(at))
    await store.identities.passwords.giveBack(budget.key)
    return await leave(
      { reply, parts },
      {
        way: 'arrived',
        id: kept({ kind: 'arrived', token }, request, parts),
      },
    )
  } catch (error) {
    return await failed(error, begun, { reply, parts })
  }
}

interface Leave {
  readonly way: 'arrived' | 'failed' | { readonly to: string }
  readonly id?: string
}

function kept(signIn: ProviderSignIn, { raw }: FastifyRequest, parts: Parts): string {
  const { sourceAddress: address } = parts.sourceOf(raw)
  return parts.signIns.keep(signIn, { network: networkOf(address), machine: machineOf(address) })
}

async function failed(
  error: unknown,
  { issuer, redirectUri }: { readonly issuer: string; readonly redirectUri: string },
  { reply, parts }: { readonly reply: FastifyReply; readonly parts: Parts },
) {
  if (error instanceof ServiceException) return await leave({ reply, parts }, { way: 'failed' })
  if (!(error instanceof ProviderFailed)) throw error
  parts.log.warn({ issuer, cause: messagesOf(error.cause) }, 'a sign-in at a provider failed')
  const signIn = { kind: 'failed', issuer, why: error.message, redirectUri } as const
  return await leave({ reply, parts }, { way: 'failed', id: kept(signIn, reply.request, parts) })
}

/** Down to what a socket said. */
function messagesOf(cause: unknown): readonly string[] {
  if (!(cause instanceof Error)) return []
  return [cause.message, ...messagesOf(cause.cause)]
}

async function leave(
  { reply, parts }: { readonly reply: FastifyReply; readonly parts: Parts },
  { way, id }: Leave,
) {
  const { request } = reply
  const isTls = parts.sourceOf(request.raw).isSecure
  if (id !== undefined) reply.header('set-cookie', signInCookie(id, SIGN_IN_LASTS_MS / 1000))
  return await reply
    .headers(securityHeaders({ host: request.headers.host ?? '', isTls }))
    .header('cache-control', 'no-store')
    .redirect(typeof way === 'string' ? `/sign-in?sso=${way}` : way.to, 303)
}

function asked({ query }: FastifyRequest) {
  const { provider, client, anew } = query as Readonly<Record<string, unknown>>
  return { issuer: String(provider), clientId: String(client), anew: anew !== undefined }
}

/** Undefined where the console is not: plain HTTP is for this machine. */
function redirectUriOf(request: FastifyRequest, { origins, sourceOf }: Parts): string | undefined {
  const { host = '' } = request.headers
  const here = `${sourceOf(request.raw).isSecure ? 'https' : 'http'}://${host}`
  const origin =
    origins.length === 0
      ? URL.parse(here)?.origin
      : (origins.find((each) => new URL(each).host === host) ?? origins[0])
  if (origin === undefined) return undefined
  const { protocol, hostname } = new URL(origin)
  const isSafe = protocol === 'https:' || /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)
  return isSafe ? `${origin}${CALLBACK_PATH}` : undefined
}
