import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { accountsOf } from './accounts.ts'

const machine = {
  passwd: [
    'root:x:0:0:root:/root:/bin/bash',
    'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
    'eve:x:1000:1000::/home/eve:/bin/sh',
    '',
  ].join('\n'),
  group: 'root:x:0:\nadm:x:4:eve,root\neve:x:1000:\n',
}

describe('accountsOf', () => {
  const accounts = accountsOf(['alice', 'ec2-user'], machine)

  it('keeps system accounts and adds people from uid 1001', () => {
    assert.equal(
      accounts.passwd,
      `root:x:0:0:root:/root:/bin/bash
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
alice:x:1001:1001::/home/alice:/bin/bash
ec2-user:x:1002:1002::/home/ec2-user:/bin/bash
`,
    )
  })

  it('leaves out the people of the machine, also as members of groups', () => {
    assert.equal(accounts.group, 'root:x:0:\nadm:x:4:root\nalice:x:1001:\nec2-user:x:1002:\n')
  })

  it('gives nobody a password, and locks nobody', () => {
    for (const line of accounts.shadow.trim().split('\n')) assert.equal(line.split(':')[1], '*')
  })

  it('refuses a name with a colon (would be another account)', () => {
    assert.throws(() => accountsOf(['x:x:0:0'], machine), /not a user name/)
  })

  it('refuses the name of a system account', () => {
    assert.throws(() => accountsOf(['root'], machine), /exists twice/)
  })
})
