import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { loginAccounts } from './login-accounts.ts'

describe('loginAccounts', () => {
  it('names people that have a shell, and nobody else', () => {
    const accounts = [
      { name: 'root', uid: 0, shell: '/bin/bash' },
      { name: 'sshd', uid: 101, shell: '/usr/sbin/nologin' },
      { name: 'ec2-user', uid: 1000, shell: '/bin/bash' },
      { name: 'robot', uid: 1001, shell: '/bin/false' },
      { name: 'nobody', uid: 65_534, shell: '/bin/sh' },
      { name: '-x', uid: 1002, shell: '/bin/sh' },
      { name: 'deploy', uid: 1003, shell: '' },
    ]
    // An empty shell is /bin/sh: passwd(5).
    assert.deepEqual(loginAccounts(accounts), ['ec2-user', 'deploy'])
  })

  it('names no more than fit into a message', () => {
    const many = Array.from({ length: 500 }, (_, n) => ({
      name: `u${n}`,
      uid: 1000 + n,
      shell: '/bin/sh',
    }))
    assert.equal(loginAccounts(many).length, 32)
  })
})
