import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { scratchDirectory } from '../testing/agent-parts.ts'
import { findPamProblem } from './pam-rules.ts'

const STOCK = [
  '@include common-auth',
  'account required pam_nologin.so',
  'session required pam_env.so user_readenv=1 envfile=/etc/default/locale',
]

const CASES: readonly (readonly [why: string, lines: readonly string[], isTaken: boolean])[] = [
  ['are those of Debian: session rules come after the hook', STOCK, true],
  ['set the environment without asking users', ['auth required pam_env.so'], true],
  ['say so with 0', ['auth required pam_env.so user_readenv=0'], true],
  ['only speak of it', ['# auth required pam_env.so user_readenv=1'], true],
  ['take it from users', ['auth required pam_env.so user_readenv=1'], false],
  [
    'take it with a control in brackets',
    ['-auth [success=ok default=ignore] pam_env.so debug user_readenv=1'],
    false,
  ],
  [
    'take it by a path, in two lines',
    ['auth required \\', '/lib/security/pam_env.so user_readenv=1'],
    false,
  ],
  ['include rules that do', ['auth include DIR/other'], false],
  ['include rules that do, as Debian writes it', ['@include DIR/other'], false],
  ['have them as a stack of their own', ['auth substack DIR/other'], false],
  ['include without end', ['auth include DIR/rules'], false],
]

describe('the rules of PAM', () => {
  for (const [why, lines, isTaken] of CASES) {
    it(`are ${isTaken ? '' : 'not '}good for the hook when they ${why}`, (test) => {
      const directory = scratchDirectory(test)
      writeFileSync(`${directory}/other`, 'auth required pam_env.so user_readenv=1\n')
      const rules = lines.map((line) => `${line.replace('DIR', directory)}\n`).join('')
      writeFileSync(`${directory}/rules`, rules)
      assert.equal(findPamProblem(`${directory}/rules`) === undefined, isTaken)
    })
  }
})
