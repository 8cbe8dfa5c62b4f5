import assert from 'node:assert/strict'
import { it } from 'node:test'
import { findAccountEnd, parseShadow } from './shadow.ts'

const today = 20_783 // 2026-11-26

// Lines of shadow(5) as useradd, usermod --lock, chage and passwd --expire of Debian 12 leave them.
for (const [what, line, password, end] of [
  ['a password', 'alice:$y$j9T$x:20700:0:99999:7:::', 'set', undefined],
  ['none that matches', 'alice:*:20700:0:99999:7:::', 'none', undefined],
  ['none yet', 'alice:!:20700:0:99999:7:::', 'locked', undefined],
  ['usermod --lock', 'alice:!$y$j9T$x:20700:0:99999:7:::', 'locked', undefined],
  ['no limits at all', 'alice:*:::::::', 'none', undefined],
  ['chage -E yesterday', 'alice:*:20700:0:99999:7::20782:', 'none', 'account-expired'],
  ['chage -E today', 'alice:*:20700:0:99999:7::20783:', 'none', 'account-expired'],
  ['chage -E tomorrow', 'alice:*:20700:0:99999:7::20784:', 'none', undefined],
  [
    'chage -E 0, which some take for none',
    'alice:*:20700:0:99999:7::0:',
    'none',
    'account-expired',
  ],
  ['passwd --expire', 'alice:$y$j9T$x:0:0:99999:7:::', 'set', 'password-must-change'],
  ['chage -M 30', 'alice:*:20700:0:30:7:::', 'none', 'password-must-change'],
  ['chage -M 83: the last day', 'alice:*:20700:0:83:7:::', 'none', undefined],
  ['chage -M 30 -I 10', 'alice:*:20700:0:30:7:10::', 'none', 'password-expired'],
  ['chage -M 30 -I 60', 'alice:*:20700:0:30:7:60::', 'none', 'password-must-change'],
] as const)
  it(`shadow: ${what}`, () => {
    const shadow = parseShadow(line)
    assert.equal(shadow?.password, password)
    assert.equal(shadow && findAccountEnd(shadow, today), end)
  })

it('shadow: a line of another shape is none', () => {
  for (const line of ['', 'alice', 'alice:x:1000:1000::/home/alice:/bin/sh']) {
    assert.equal(parseShadow(line), undefined)
  }
})
