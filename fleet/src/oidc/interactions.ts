import { timingSafeEqual, createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { InteractionResults, Provider } from 'oidc-provider'
import type { OidcAccount } from './oidc-options.ts'
import { consentPage, messagePage, signInPage } from './pages.ts'

const MAX_FORM_BYTES = 4096

/** The person's part of a sign-in: who are you, and may this client know it. Answers every path below /interaction/. */
export async function interact(
  provider: Provider,
  accounts: readonly OidcAccount[],
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> {
  const [, , uid, step] = (request.url ?? '').split('?', 1)[0]?.split('/') ?? []
  let details
  try {
    details = await provider.interactionDetails(request, response)
  } catch {
    const text = 'This sign-in is over or was begun in another browser. Start again.'
    return send(response, 400, messagePage('Too late', text))
  }
  const action = `/interaction/${details.uid}`
  if (uid !== details.uid) return send(response, 404, messagePage('Not here', 'No such page.'))
  const finish = (result: InteractionResults, options = { mergeWithLastSubmission: true }) =>
    provider.interactionFinished(request, response, result, options)

  if (request.method === 'GET' && step === undefined) {
    if (details.prompt.name === 'login') return send(response, 200, signInPage(action))
    const { client_id: client, scope } = details.params
    const scopes = String(scope).split(' ')
    return send(response, 200, consentPage(action, { client: String(client), scopes }))
  }
  if (request.method !== 'POST') {
    return send(response, 405, messagePage('Not so', 'Use the form.'))
  }
  switch (step) {
    case 'sign-in': {
      const form = await readForm(request)
      const account = accounts.find(({ name }) => name === form.get('name'))
      if (!account || !sameSecret(account.password, form.get('password') ?? '')) {
        return send(response, 401, signInPage(action, 'Name or password is wrong.'))
      }
      return finish({ login: { accountId: account.name } }, { mergeWithLastSubmission: false })
    }
    case 'allow':
      return finish({ consent: { grantId: await grantAll(provider, details) } })
    case 'deny':
      return finish(
        { error: 'access_denied', error_description: 'The person did not allow it.' },
        { mergeWithLastSubmission: false },
      )
    case undefined:
    default:
      return send(response, 404, messagePage('Not here', 'No such page.'))
  }
}

type Details = Awaited<ReturnType<Provider['interactionDetails']>>

/** All that was asked for: the page showed it. */
async function grantAll(provider: Provider, details: Details): Promise<string> {
  const { grantId, prompt, params, session } = details
  const known = grantId === undefined ? undefined : await provider.Grant.find(grantId)
  const accountId = session?.accountId
  if (accountId === undefined) throw new Error('consent of nobody')
  const grant = known ?? new provider.Grant({ accountId, clientId: String(params['client_id']) })
  const missing = (field: string) => {
    const value = prompt.details[field]
    return Array.isArray(value) ? value.map(String) : []
  }
  grant.addOIDCScope(missing('missingOIDCScope').join(' '))
  grant.addOIDCClaims(missing('missingOIDCClaims'))
  return grant.save()
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk
    if (text.length > MAX_FORM_BYTES) throw new RangeError('the form is too long')
  }
  return new URLSearchParams(text)
}

function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

function send(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  })
  response.end(html)
}
