import assert from 'node:assert/strict'
import { it } from 'node:test'
import { parseSshdConfig } from '../sshd.ts'
import { matchesPattern } from './pattern.ts'
import { judgeLists } from './user-lists.ts'

const alice = {
  user: 'alice',
  groups: ['alice', 'dev'],
  address: '192.0.2.7' as string | undefined,
}

// What `sshd -T` of 9.2 prints: one line for each word of these lists.
for (const [says, wanted, login = alice] of [
  ['', 'allowed'],
  ['allowusers alice', 'allowed'],
  ['allowusers bob\nallowusers al*', 'allowed'],
  ['allowusers bob', 'refused AllowUsers'],
  ['allowusers Alice', 'refused AllowUsers'],
  ['denyusers alice', 'refused DenyUsers alice'],
  ['denyusers a?ice\nallowusers alice', 'refused DenyUsers a?ice'],
  ['allowusers alice@192.0.2.0/24', 'allowed'],
  ['allowusers alice@198.51.100.0/24', 'refused AllowUsers'],
  ['allowusers alice@192.0.2.*', 'allowed'],
  ['allowusers alice@!192.0.2.7,192.0.2.0/24', 'refused AllowUsers'],
  [
    'denyusers *@2001:db8::/32',
    'refused DenyUsers *@2001:db8::/32',
    { ...alice, address: '2001:db8::5' },
  ],
  ['allowusers alice@192.0.2.0/24', 'unknown AllowUsers', { ...alice, address: undefined }],
  ['allowusers bob@192.0.2.0/24', 'refused AllowUsers', { ...alice, address: undefined }],
  ['allowgroups dev', 'allowed'],
  ['allowgroups wheel', 'refused AllowGroups'],
  ['denygroups d*', 'refused DenyGroups d*'],
  ['denygroups wheel\nallowgroups alice', 'allowed'],
] as const)
  it(`${says.replaceAll('\n', '; ') || 'no list'} (${login.address ?? 'from anywhere'}): ${wanted}`, () => {
    const verdict = judgeLists(parseSshdConfig(says), login)
    const { kind, keyword, pattern } = { keyword: undefined, pattern: undefined, ...verdict }
    assert.equal([kind, keyword, pattern].filter((word) => word !== undefined).join(' '), wanted)
  })

it('a pattern takes no exponential time', () => {
  assert.equal(matchesPattern(`${'*a'.repeat(40)}b`, 'a'.repeat(4000)), false)
  assert.equal(matchesPattern('**', ''), true)
  assert.equal(matchesPattern('?', ''), false)
  assert.equal(matchesPattern('*-prod', 'web-1-prod'), true)
})
