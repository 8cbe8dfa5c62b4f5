import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { CHAIN_START, nextLink } from '@fleetkey/domain/trail-chain'
import { checkHost } from './check-host.ts'
import { checkOneGrant } from './check-one-grant.ts'
import { checkOrder } from './check-order.ts'
import { checkSuccess } from './check-success.ts'
import { formatKeyName, parseKeyName } from './key-file.ts'
import type { Attempt } from './push-history.ts'
import { sha256Hex } from './signed-push.ts'
import { TrailFile } from './trail-file.ts'
import { Violations } from './violations.ts'

// An oracle that is never red proves nothing. Here every witness is made up; the product has no part in it.

const instanceId = 'i-0123456789abcdef0'
const osUser = 'deploy'
const fingerprint = `SHA256:${'a/'.repeat(21)}A`
const key = { osUser, fingerprint }
const intent = { phase: 'intent', requestID: 'r1' }
const outcome = { phase: 'outcome', requestID: 'r1' }

interface MadeUpRecord {
  readonly phase: string
  readonly requestID: string
  readonly [more: string]: string
}

describe('the oracle of kill -9', () => {
  let dir: string
  let file: string
  let violations: Violations

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'oracle-'))
    file = join(dir, 'trail.db')
    violations = new Violations(() => undefined)
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  /** Writes a whole chain of these, `spoil` by SQL, and reads it. */
  function trailOf(records: readonly MadeUpRecord[], spoil = ''): TrailFile {
    const db = new DatabaseSync(file)
    db.exec(`create table trail (seq integer primary key, hash text, record text);
      create table trail_head (seq integer, hash text)`)
    let head = CHAIN_START
    for (const { phase, requestID, ...more } of records) {
      const record = JSON.stringify({
        eventID: String(head.seq),
        requestID,
        eventName: 'SendSSHPublicKey',
        responseElements: phase === 'outcome' ? { requestId: requestID } : null,
        additionalEventData: { phase, instanceId, ...key },
        ...more,
      })
      head = nextLink(head, record, sha256Hex)
      db.prepare('insert into trail values (?, ?, ?)').run(head.seq, head.hash, record)
    }
    db.prepare('insert into trail_head values (?, ?)').run(head.seq, head.hash)
    db.exec(spoil)
    db.close()
    const trail = new TrailFile(file, violations)
    trail.checkWhole()
    return trail
  }

  function success(requestId: string, sentAt = 0, endedAt = 1): Attempt {
    const signed = { headers: {}, body: new Uint8Array() }
    const push = { instanceId, ...key, publicKey: '', signed, attempts: [] }
    return { push, sentAt, endedAt, isRepeat: false, answer: { kind: 'success', requestId } }
  }

  const host = (...requestIds: string[]) => ({
    instanceId,
    installs: new Map(requestIds.map((id) => [id, key])),
  })

  const found = () => violations.list.map(({ invariant, what }) => `${invariant} ${what}`)

  it('says nothing of a push that went as promised', () => {
    const trail = trailOf([intent, outcome])
    const hosts = [host('r1')]
    checkSuccess(success('r1'), { trail, hosts, violations })
    const names = [formatKeyName(key)]
    checkHost(host(), { names, installs: hosts[0]?.installs ?? [] }, { trail, violations })
    checkOneGrant([{ fingerprint, attempts: [success('r1'), success('r1')] }], {
      hosts,
      violations,
    })
    checkOrder([success('r1')], { trail, violations })
    assert.deepEqual(found(), [])
  })

  it('sees a Success whose outcome is not there (answered before it was durable)', () => {
    checkSuccess(success('r1'), { trail: trailOf([intent]), hosts: [host('r1')], violations })
    assert.deepEqual(found(), ['I1 a Success without a durable outcome'])
  })

  it('sees a Success that was recorded as something else', () => {
    const unknown = { ...outcome, errorCode: 'OutcomeUnknown' }
    const trail = trailOf([intent, unknown])
    checkSuccess(success('r1'), { trail, hosts: [host('r1')], violations })
    assert.deepEqual(found(), ['I1 a Success that the trail tells otherwise'])
  })

  it('sees a Success that no agent knows of', () => {
    const trail = trailOf([intent, outcome])
    checkSuccess(success('r1'), { trail, hosts: [host()], violations })
    assert.deepEqual(found(), ['I5 a Success that no agent installed'])
  })

  it('sees a key and an install that nobody meant', () => {
    const evidence = { names: [formatKeyName(key)], installs: host('r1').installs }
    checkHost(host(), evidence, { trail: trailOf([]), violations })
    assert.deepEqual(found(), ['I5 a key without an intent', 'I5 an install without an intent'])
  })

  it('sees a key that was meant for another osUser', () => {
    const evidence = { names: [formatKeyName({ osUser: 'root', fingerprint })], installs: [] }
    checkHost(host(), evidence, { trail: trailOf([intent]), violations })
    assert.deepEqual(found(), ['I5 a key without an intent'])
  })

  it('sees a second grant for the same bytes', () => {
    trailOf([intent, { ...intent, requestID: 'r2' }])
    checkOneGrant([{ fingerprint, attempts: [success('r1'), success('r2')] }], {
      hosts: [host('r1', 'r2')],
      violations,
    })
    assert.deepEqual(found(), [
      'I16 two intents for bytes signed once',
      'I16 more than one grant for bytes signed once',
    ])
  })

  it('sees a record that stands before one that was acknowledged earlier', () => {
    const second = [intent, outcome].map((record) => ({ ...record, requestID: 'r2' }))
    const trail = trailOf([...second, { ...intent, eventName: 'Other' }, outcome])
    checkOrder([success('r1', 0, 1), success('r2', 2, 3)], { trail, violations })
    assert.deepEqual(found(), ['I2 a record stands before one that was acknowledged earlier'])
  })

  const spoiled = {
    'a record in the middle is gone': ['delete from trail where seq = 1', 'the chain is broken'],
    'a record was altered': ["update trail set record = record || ' '", 'the chain is broken'],
    'the last record is gone': ['delete from trail where seq = 2', 'the head is not the last'],
  } as const
  for (const [name, [sql, what]] of Object.entries(spoiled)) {
    it(`sees that ${name}`, () => {
      trailOf([intent, outcome], sql)
      assert.ok(found().some((line) => line.startsWith(`I2 ${what}`)))
    })
  }

  it('sees that what it has read is gone', () => {
    const trail = trailOf([intent, outcome])
    const db = new DatabaseSync(file)
    db.exec('delete from trail where seq = 2')
    db.close()
    trail.readOn()
    assert.deepEqual(found(), ['I2 a record that was durable is gone'])
  })

  it('reads the name of a key file as the helper makes it, and no other', () => {
    assert.deepEqual(parseKeyName(formatKeyName(key)), key)
    assert.equal(parseKeyName('.0123456789abcdef'), undefined)
    assert.equal(parseKeyName('deploy:short'), undefined)
  })
})
