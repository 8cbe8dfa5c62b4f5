import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MAX_HOST_RULES } from '@fleetkey/domain/ingress-rule'
import { MAX_MESSAGE_LENGTH } from './agent-link.ts'
import {
  hostRulesStatement,
  openingStatement,
  type HostRules,
  type Opening,
} from './rules-statements.ts'
import { decodeStatement, encodeStatement } from './statement.ts'

const RULES: HostRules = {
  deployment: '2f1d',
  instanceId: 'i-0123456789abcdef0',
  agentKey: `${'A'.repeat(43)}=`,
  revision: 7,
  issuedAt: 1_700_000_000_000,
  mode: 'enforce',
  rules: ['22-22 10.0.0.0/8', '22-22 grant'],
}
const OPENING: Opening = {
  deployment: '2f1d',
  instanceId: 'i-0123456789abcdef0',
  grantId: 'ab'.repeat(16),
  address: '2001:db8::1',
}

describe('the rules of a host', () => {
  const decode = (change: object) =>
    decodeStatement(
      hostRulesStatement,
      encodeStatement(hostRulesStatement, { ...RULES, ...change }),
    )

  it('decode to what was encoded', () => {
    assert.deepEqual(decode({}), RULES)
  })

  for (const [what, change] of Object.entries({
    'a rule that nft would read as a command': { rules: ['22-22 ::/0 }; flush ruleset'] },
    'a mode that nobody knows': { mode: 'allow' },
    'a revision that is no whole number': { revision: 1.5 },
    'more rules than a host takes': {
      rules: Array.from({ length: MAX_HOST_RULES + 1 }, () => '22-22 grant'),
    },
  })) {
    it(`refuses ${what}`, () => assert.equal(decode(change), undefined))
  }

  it('fit in one message, also when every rule is as long as one can be', () => {
    const longest = '10000-65535 2001:db8:1111:2222:3333:4444:5555:6666/128'
    const statement = encodeStatement(hostRulesStatement, {
      ...RULES,
      rules: Array.from({ length: MAX_HOST_RULES }, () => longest),
    })
    assert.notEqual(decodeStatement(hostRulesStatement, statement), undefined)
    // The certificate of the signer, its signature and ours take less than 2,000 characters.
    assert.ok(JSON.stringify({ statement }).length < MAX_MESSAGE_LENGTH - 2000)
  })
})

describe('an opening', () => {
  const decode = (change: object) =>
    decodeStatement(openingStatement, encodeStatement(openingStatement, { ...OPENING, ...change }))

  it('decodes to what was encoded, and takes no address with something behind it', () => {
    assert.deepEqual(decode({}), OPENING)
    assert.equal(decode({ address: '192.0.2.1 }; flush ruleset' }), undefined)
    assert.equal(decode({ address: 'fe80::1%eth0' }), undefined)
  })
})
