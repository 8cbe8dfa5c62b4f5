import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  formatJoinToken,
  parseEnrolmentAnswer,
  parseEnrolmentRequest,
  parseJoinToken,
} from './enrolment.ts'

const SECRET = 'Ab_-'.repeat(10) + 'xyz'
const PIN = 'p'.repeat(43)

describe('a join token', () => {
  it('is fkjoin_SECRET.PIN, and the pin may be missing on plain HTTP', () => {
    for (const caPin of [PIN, '']) {
      const token = { secret: SECRET, caPin }
      assert.equal(formatJoinToken(token), `fkjoin_${SECRET}.${caPin}`)
      assert.deepEqual(parseJoinToken(formatJoinToken(token)), token)
    }
  })

  it('may have blanks and line ends around it, as people paste', () => {
    assert.deepEqual(parseJoinToken(` fkjoin_${SECRET}.\r\n`), { secret: SECRET, caPin: '' })
  })

  it('is refused when it is cut or altered (would be sent to who has another certificate)', () => {
    for (const text of [
      '',
      SECRET,
      `fkjoin_${SECRET}`,
      `fkjoin_${SECRET.slice(1)}.${PIN}`,
      `fkjoin_${SECRET}.${PIN.slice(1)}`,
      `fkjoin_${SECRET}.${PIN}x`,
      `fkjoin_${SECRET}..${PIN}`,
      `FKJOIN_${SECRET}.${PIN}`,
      `fkjoin_${SECRET}=.${PIN}`,
      `fkjoin_${SECRET}.${PIN}\nfkjoin_${SECRET}.${PIN}`,
      `fkjoin_${'+'.repeat(43)}.`,
    ]) {
      assert.equal(parseJoinToken(text), undefined, text)
    }
  })
})

describe('an enrolment', () => {
  const facts = {
    hostname: 'web-1',
    os: '',
    architecture: '',
    agentVersion: '',
    addresses4: [],
    addresses6: [],
    sshAddresses: ['192.0.2.7'],
    sshPort: 22,
    tunnelPorts: [22],
    sshdVersion: '',
    hostKeys: [],
    delivery: 'home',
    lock: { kind: 'locked' },
    problems: [],
  }
  const request = {
    secret: SECRET,
    agentKey: `${'A'.repeat(43)}=`,
    proof: { statement: 's', signature: 'x' },
    facts,
  }
  const answer = {
    instanceId: 'i-0123456789abcdef0',
    deployment: 'd',
    issuerKeys: ['k'],
    minimumEpoch: 1,
    caCertificate: '',
  }

  it('request is read, without what does not belong to it', () => {
    assert.deepEqual(parseEnrolmentRequest({ ...request, instanceId: 'i-1', tags: {} }), request)
  })

  it('request is refused with any member missing or of another type', () => {
    for (const name of Object.keys(request)) {
      for (const value of [undefined, null, 1, [], {}, 'short']) {
        assert.equal(parseEnrolmentRequest({ ...request, [name]: value }), undefined, name)
      }
    }
    for (const value of [undefined, null, 'x', []]) {
      assert.equal(parseEnrolmentRequest(value), undefined)
    }
  })

  it('answer is read, and refused with any member missing or of another type', () => {
    assert.deepEqual(parseEnrolmentAnswer({ ...answer, more: 1 }), answer)
    for (const name of Object.keys(answer)) {
      for (const value of [undefined, null, 1.5, [], {}, [1]]) {
        assert.equal(parseEnrolmentAnswer({ ...answer, [name]: value }), undefined, name)
      }
    }
    for (const instanceId of ['', 'i-1', '../x', 'i-0123456789abcdef0\n']) {
      assert.equal(parseEnrolmentAnswer({ ...answer, instanceId }), undefined)
    }
  })
})
