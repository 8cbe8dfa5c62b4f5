import { escapeHtml } from './escape-html.ts'

/** The pages that a person sees at the test provider: plain HTML, nothing from elsewhere, no script. */

export function signInPage(action: string, problem?: string): string {
  return page(
    'Sign in',
    `${problem === undefined ? '' : `<p role="alert">${escapeHtml(problem)}</p>`}
<form method="post" action="${escapeHtml(action)}/sign-in">
  <label>Name <input name="name" autocomplete="username" autofocus required></label>
  <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
  <button>Sign in</button>
</form>`,
  )
}

export function consentPage(
  action: string,
  ask: { readonly client: string; readonly scopes: readonly string[] },
): string {
  const scopes = ask.scopes.map((scope) => `<li>${escapeHtml(scope)}</li>`).join('')
  return page(
    'Allow this?',
    `<p><strong>${escapeHtml(ask.client)}</strong> asks for</p>
<ul>${scopes}</ul>
<form method="post" action="${escapeHtml(action)}/allow"><button>Allow</button></form>
<form method="post" action="${escapeHtml(action)}/deny"><button class="quiet">Deny</button></form>`,
  )
}

/** @param form the provider's own, without a button */
export function deviceCodePage(form: string, problem?: string): string {
  return page(
    'Connect a device',
    `<p${problem === undefined ? '' : ' role="alert"'}>${escapeHtml(problem ?? 'Type the code that your terminal shows.')}</p>
${form}
<button type="submit" form="op.deviceInputForm">Continue</button>`,
  )
}

export function deviceConfirmPage(
  form: string,
  device: { readonly client: string; readonly code: string },
): string {
  return page(
    'Is this your terminal?',
    `<p><strong>${escapeHtml(device.client)}</strong> shows this code:</p>
<p class="code">${escapeHtml(device.code)}</p>
<p>If yours shows another one, or none, somebody else wants to be let in as you.</p>
${form}
<button type="submit" form="op.deviceConfirmForm">It is mine</button>
<button type="submit" form="op.deviceConfirmForm" name="abort" value="yes" class="quiet">It is not</button>`,
  )
}

export function messagePage(title: string, text: string): string {
  return page(title, `<p>${escapeHtml(text)}</p>`)
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
  main { max-width: 22rem; margin: 15vh auto; padding: 0 1rem }
  h1 { font-size: 1.5rem }
  label { display: block; margin: 1rem 0 }
  input { display: block; box-sizing: border-box; width: 100%; padding: .5rem; font: inherit }
  button { width: 100%; margin-top: .5rem; padding: .6rem; font: inherit; cursor: pointer }
  .quiet { border: 0; background: none; text-decoration: underline }
  .code { font: 2rem ui-monospace, monospace; text-align: center }
  [role=alert] { color: #c22 }
</style>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</html>
`
}
