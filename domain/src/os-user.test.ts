import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isOsUser, OS_USER_PATTERN } from './os-user.ts'

const agree = (text: string, wanted: boolean) => {
  assert.equal(isOsUser(text), wanted, JSON.stringify(text))
  assert.equal(OS_USER_PATTERN.test(text), wanted, JSON.stringify(text))
}

describe('an osUser', () => {
  it('is a name as useradd and directories have them', () => {
    for (const text of [
      'root',
      'ec2-user',
      '_x',
      'a',
      'A.b@c-d_e',
      'user$',
      '1a',
      '0-0',
      '12345x',
    ]) {
      agree(text, true)
    }
  })

  it('has up to 32 characters', () => {
    agree('a'.repeat(32), true)
    agree('a'.repeat(33), false)
    agree(`1${'a'.repeat(31)}`, true)
    agree(`1${'a'.repeat(32)}`, false)
    agree('', false)
  })

  it('is not all digits (useradd and sshd would read a uid)', () => {
    for (const text of ['0', '1000', '1'.repeat(32)]) agree(text, false)
  })

  it('leaves no directory (names a file under /run/fleetkey/keys)', () => {
    for (const text of ['.', '..', '../root', 'a/b', '/root', '.ssh', 'a\\b']) agree(text, false)
  })

  it('begins no option (is an argument of programs)', () => {
    for (const text of ['-', '-rf', '--help', '@a']) agree(text, false)
  })

  it('has nothing invisible, no blank and no shell sign', () => {
    for (const text of [
      'root\n',
      '\nroot',
      'a b',
      'a\0',
      'a;b',
      'a$b',
      '$(id)',
      '`id`',
      'a*',
      'ä',
      'a\u200b',
    ]) {
      agree(text, false)
    }
  })
})
