import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { it } from 'node:test'
import { LOGIN_CAUSES } from '@fleetkey/domain/login-cause'

it('each cause of a refused login stands in the documentation, with its mend', () => {
  const page = readFileSync(new URL('../../../docs/operate/why-not.md', import.meta.url), 'utf8')
  for (const [cause, { says, mend }] of Object.entries(LOGIN_CAUSES)) {
    assert.ok(page.includes(`| \`${cause}\` | ${says} | ${mend} |`), cause)
  }
})
