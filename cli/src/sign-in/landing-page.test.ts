import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { landingPage } from './landing-page.ts'

describe('landingPage', () => {
  it('escapes what a provider says (would be script in a page of ours)', () => {
    const html = landingPage({
      kind: 'failed',
      message: '<script>alert(1)</script>',
      why: [`"><img src=x onerror='alert(1)'>&amp;`],
    })
    assert.doesNotMatch(html, /<script|<img|onerror='/)
    assert.match(html, /&lt;script&gt;[^]*&amp;amp;/)
  })
  it('says in each case that the page can be closed', () => {
    const cases = [
      landingPage({ kind: 'signed in', name: 'carol', issuer: 'https://idp.example' }),
      landingPage({ kind: 'failed', message: 'No.', why: [] }),
      landingPage({ kind: 'foreign' }),
      landingPage({ kind: 'used' }),
    ]
    for (const html of cases) assert.match(html, /close this page/)
  })
})
