/** What the page says on which a sign-in ends. */
export type Landing =
  | { readonly kind: 'signed in'; readonly name: string; readonly issuer: string }
  | { readonly kind: 'failed'; readonly message: string; readonly why: readonly string[] }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'used' }

/** The page: nothing from elsewhere, no script, all text escaped (some of it is the provider's). */
export function landingPage(landing: Landing): string {
  const { mark, title, lines } = contentOf(landing)
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)} – Fleetkey</title>
<style>
  :root { color-scheme: light dark; font: 1.05rem/1.5 system-ui, sans-serif }
  main { max-width: 34rem; margin: 20vh auto; padding: 0 1.5rem }
  h1 { font-size: 1.6rem; font-weight: 600 }
  .done { color: light-dark(#157a3a, #5ccb84) }
  .bad { color: light-dark(#b3261e, #ff8a80) }
</style>
<main>
<h1 class="${mark}">${escapeHtml(title)}</h1>
${lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('\n')}
</main>
</html>
`
}

function contentOf(landing: Landing): {
  readonly mark: 'done' | 'bad'
  readonly title: string
  readonly lines: readonly string[]
} {
  switch (landing.kind) {
    case 'signed in':
      return {
        mark: 'done',
        title: `You are signed in as ${landing.name}`,
        lines: [`at ${landing.issuer}`, 'Go on in your terminal. You can close this page.'],
      }
    case 'failed':
      return {
        mark: 'bad',
        title: landing.message,
        lines: [...landing.why, 'Your terminal says more. You can close this page.'],
      }
    case 'foreign':
      return {
        mark: 'bad',
        title: 'This is not the sign-in that is waited for',
        lines: [
          'Somebody may have sent you here. Nothing was accepted.',
          'If you are logging in, use the address that your terminal shows. You can close this page.',
        ],
      }
    case 'used':
      return {
        mark: 'bad',
        title: 'This sign-in was used already',
        lines: ['See your terminal. You can close this page.'],
      }
  }
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
