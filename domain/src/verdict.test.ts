import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Finding } from './finding.ts'
import { inOrder, judge } from './verdict.ts'

/** `policy:bad agent-link:good` … */
const findings = (text: string): readonly Finding[] =>
  text.split(' ').map((word) => {
    const [check = '', state = ''] = word.split(':')
    return { check, state: state as Finding['state'], says: `${check} is ${state}` }
  })

describe('the verdict', () => {
  for (const [what, text, state, cause] of [
    ['all well', 'policy:good agent-link:good sshd-config:good tunnel:good', 'good', undefined],
    ['a policy', 'policy:bad agent-link:good account:good', 'bad', 'policy'],
    [
      'the first along the way, in whatever order they come',
      'account:bad policy:bad agent-link:bad',
      'bad',
      'policy',
    ],
    ['a trail that takes no record', 'trail:bad policy:good agent-link:good', 'bad', 'trail'],
    ['no such instance, before the trail', 'trail:bad instance:bad', 'bad', 'instance'],
    ['no link hides the host', 'agent-link:bad reach:bad tunnel:bad', 'bad', 'agent-link'],
    [
      'a stopped sshd before a closed port',
      'reach:bad reach-here:bad sshd-running:bad tunnel:good',
      'bad',
      'sshd-running',
    ],
    ['a firewall, without a tunnel', 'firewall:bad reach-here:bad tunnel:bad', 'bad', 'firewall'],
    [
      'a firewall, with a tunnel',
      'firewall:bad reach-here:bad reach:bad tunnel:good',
      'good',
      undefined,
    ],
    [
      'a site without a door, reached directly',
      'reach-here:good tunnel:bad firewall:good',
      'good',
      undefined,
    ],
    [
      'a site without a door, not reached',
      'reach-here:bad tunnel:bad firewall:good',
      'bad',
      'reach-here',
    ],
    [
      'a port that opens with a grant',
      'security-groups:note reach-here:bad reach:bad tunnel:bad',
      'good',
      undefined,
    ],
    ['one address of two answers', 'reach-here:bad reach-here:good tunnel:bad', 'good', undefined],
    [
      'what the person sees counts more than what the server sees',
      'reach:good reach-here:bad firewall:good tunnel:bad',
      'bad',
      'reach-here',
    ],
    [
      'nobody tried from there: the host knows',
      'firewall:good reach:bad tunnel:bad',
      'good',
      undefined,
    ],
    ['behind a way in, sshd', 'tunnel:good reach-here:bad sshd-config:bad', 'bad', 'sshd-config'],
    [
      'sshd before the account before the helper',
      'command:bad account:bad sshd-config:good tunnel:good',
      'bad',
      'account',
    ],
    ['what could not be looked at', 'policy:good pam:unknown tunnel:good', 'unknown', undefined],
    [
      'what could not be looked at beside a cause',
      'pam:unknown command:bad tunnel:good',
      'bad',
      'command',
    ],
    [
      'a firewall that cannot be known, with a tunnel',
      'firewall:unknown tunnel:good',
      'good',
      undefined,
    ],
    [
      'a firewall that cannot be known, without',
      'firewall:unknown policy:good',
      'unknown',
      undefined,
    ],
    ['notes', 'penalties:note sshd-version:note locked:unknown tunnel:good', 'good', undefined],
    ['a check of a later version', 'quantum:bad policy:good', 'bad', 'quantum'],
  ] as const)
    it(`${what}: ${cause ?? state}`, () => {
      const verdict = judge(findings(text))
      assert.deepEqual([verdict.state, verdict.cause?.check], [state, cause])
    })

  it('names what comes into play next, and what was not seen', () => {
    const { others } = judge(findings('account:bad sshd-config:bad tunnel:good firewall:bad'))
    assert.deepEqual(
      others.map(({ check }) => check),
      ['account'],
    )
    assert.match(
      judge(findings('pam:unknown pam:unknown account:unknown')).says,
      /: account, pam\.$/,
    )
    assert.equal(judge([]).state, 'good')
  })

  it('tells the last refusal where nothing is wrong now: the client may have offered another key', () => {
    assert.match(judge(findings('tunnel:good grants:note')).says, /stops a login\. grants is note$/)
  })

  it('keeps the findings of one check in their order', () => {
    const some = inOrder(findings('grants:note reach:bad reach:good policy:good'))
    assert.deepEqual(
      some.map(({ says }) => says),
      ['policy is good', 'reach is bad', 'reach is good', 'grants is note'],
    )
  })
})
