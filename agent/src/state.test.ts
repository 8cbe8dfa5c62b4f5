import assert from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { loadEnrolment, saveEnrolment, TrustStore, type Enrolment } from './state.ts'
import { scratchDirectory } from './testing/agent-parts.ts'

const ENROLMENT: Enrolment = {
  instanceId: 'i-0123456789abcdef0',
  deployment: 'd',
  issuerKeys: ['k'],
  minimumEpoch: 3,
  caCertificate: '',
  serverUrl: 'http://127.0.0.1:8443',
}

describe('enrolment', () => {
  it('comes back as it was kept, readable by nobody else', (test) => {
    const directory = scratchDirectory(test)
    assert.equal(loadEnrolment(directory), undefined)
    saveEnrolment(directory, ENROLMENT)
    assert.deepEqual(loadEnrolment(directory), ENROLMENT)
    assert.equal(statSync(`${directory}/enrolment.json`).mode & 0o777, 0o600)
  })

  it('refuses https without a CA (the link would trust every CA of the system)', (test) => {
    const directory = scratchDirectory(test)
    saveEnrolment(directory, { ...ENROLMENT, serverUrl: 'https://fleetkey.example' })
    assert.throws(() => loadEnrolment(directory), /damaged/)
  })

  for (const text of ['', '{', '[]', '{"instanceId":"i-1"}', 'null']) {
    it(`refuses a file that says ${JSON.stringify(text)}`, (test) => {
      const directory = scratchDirectory(test)
      writeFileSync(`${directory}/enrolment.json`, text)
      assert.throws(() => loadEnrolment(directory), /join again with --replace/)
    })
  }
})

describe('TrustStore', () => {
  it('starts from the enrolment', (test) => {
    const trust = new TrustStore(scratchDirectory(test), ENROLMENT)
    assert.deepEqual(trust.current, { minimumEpoch: 3, highestSignedTime: 0 })
  })

  it('keeps a higher epoch over a restart', (test) => {
    const directory = scratchDirectory(test)
    new TrustStore(directory, ENROLMENT).raise({ minimumEpoch: 5, highestSignedTime: 1 })
    assert.equal(new TrustStore(directory, ENROLMENT).current.minimumEpoch, 5)
  })

  it('never goes down', (test) => {
    const trust = new TrustStore(scratchDirectory(test), ENROLMENT)
    trust.raise({ minimumEpoch: 5, highestSignedTime: 9_000_000 })
    trust.raise({ minimumEpoch: 4, highestSignedTime: 8_000_000 })
    assert.deepEqual(trust.current, { minimumEpoch: 5, highestSignedTime: 9_000_000 })
  })

  it('writes the signed time once a minute, not for every grant', (test) => {
    const directory = scratchDirectory(test)
    const trust = new TrustStore(directory, ENROLMENT)
    const kept = () => readFileSync(`${directory}/trust.json`, 'utf8')
    trust.raise({ minimumEpoch: 3, highestSignedTime: 1_000_000 })
    const first = kept()
    trust.raise({ minimumEpoch: 3, highestSignedTime: 1_060_000 })
    assert.equal(kept(), first)
    trust.raise({ minimumEpoch: 3, highestSignedTime: 1_060_001 })
    assert.notEqual(kept(), first)
  })

  it('throws when it cannot be kept, and does not count then', (test) => {
    const trust = new TrustStore(`${scratchDirectory(test)}/gone`, ENROLMENT)
    assert.throws(() => trust.raise({ minimumEpoch: 4, highestSignedTime: 0 }))
    assert.equal(trust.current.minimumEpoch, 3)
  })

  it('is forgotten with a new enrolment', (test) => {
    const directory = scratchDirectory(test)
    new TrustStore(directory, ENROLMENT).raise({ minimumEpoch: 9, highestSignedTime: 0 })
    saveEnrolment(directory, ENROLMENT)
    assert.equal(new TrustStore(directory, ENROLMENT).current.minimumEpoch, 3)
  })

  it('refuses a damaged file rather than start from nothing', (test) => {
    const directory = scratchDirectory(test)
    writeFileSync(`${directory}/trust.json`, '{"minimumEpoch":"9"}')
    assert.throws(() => new TrustStore(directory, ENROLMENT), /damaged/)
  })
})
