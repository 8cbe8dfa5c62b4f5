import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { canOpenBrowser } from './open-browser.ts'

describe('canOpenBrowser', () => {
  const cases = [
    ['linux', {}, false],
    ['linux', { DISPLAY: ':0' }, true],
    ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, true],
    ['linux', { SSH_CONNECTION: 'x' }, false],
    ['linux', { SSH_CONNECTION: 'x', BROWSER: '/usr/bin/code-open' }, true],
    ['darwin', {}, true],
    ['darwin', { SSH_CONNECTION: 'x' }, false],
  ] as const
  for (const [platform, env, can] of cases) {
    it(`is ${can} on ${platform} with ${JSON.stringify(env)}`, () =>
      assert.equal(canOpenBrowser(env, platform), can))
  }
})
