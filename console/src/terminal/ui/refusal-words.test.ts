import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { refusalWords } from './refusal-words.ts'

describe('what is said instead of a prompt', () => {
  it('is what the host says of its sshd, and not that a policy decided', () => {
    const told = {
      code: 'SSHLoginRefusedException',
      message: "sshd on the host refused the login as 'guest'.",
      cause: 'user-not-allowed',
      explanation: 'sshd keeps guest out: it is listed in DenyUsers.',
      mend: 'Change that line.',
    }
    assert.deepEqual(refusalWords(told), {
      says: [told.message, told.explanation, told.mend],
      policy: undefined,
      asksDoctor: true,
    })
    const { explanation: _, mend: __, ...less } = told
    assert.match(refusalWords(less).says[1] ?? '', /AllowUsers, DenyUsers/)
    assert.equal(refusalWords(less).says.length, 3)
  })

  it('is how the policies decided, where they did: no doctor finds more', () => {
    const denied = { code: 'AuthException', message: 'No.', explanation: 'no statement' }
    assert.deepEqual(refusalWords(denied), {
      says: ['No.'],
      policy: 'no statement',
      asksDoctor: false,
    })
  })

  it('asks no doctor about a terminal that is gone', () => {
    const gone = { code: 'TerminalNotFoundException', message: 'There is none.' }
    assert.equal(refusalWords(gone).asksDoctor, false)
  })
})
