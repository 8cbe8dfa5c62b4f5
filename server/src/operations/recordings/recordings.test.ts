import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, it } from 'node:test'
import type { RecordedTerminal } from '../../terminals/recorder.ts'
import type { ApiClient } from '../../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'
import { enrolHost } from '../../testing/fake-agent.ts'
import {
  begunRecording,
  finishedRecording,
  recordingFile,
  terminalOf,
} from '../../testing/given-recording.ts'
import { assume, givenRole, trusting } from '../../testing/given-role.ts'
import { until } from '../../testing/until.ts'

const ACTIONS = ['ListRecordings', 'GetRecording', 'ReadRecording', 'DeleteRecording'] as const

let plane: ControlPlane
let dev = ''
let prod = ''
let ann: ApiClient
let bob: ApiClient
let auditor: ApiClient
let ofAnn: RecordedTerminal
before(async () => {
  plane = await startControlPlane()
  dev = (await enrolHost(plane, { env: 'dev', Name: 'web-1' })).instanceId
  prod = (await enrolHost(plane, { env: 'prod' })).instanceId
  ann = await plane.user('ann')
  bob = await plane.user('bob')
  auditor = await plane.user('auditor', {
    Effect: 'Allow',
    Action: 'fleetkey:*Recording*',
    Resource: '*',
    Condition: { StringEquals: { 'aws:ResourceTag/env': 'dev' } },
  })
  ofAnn = await terminalOf(ann, { instanceId: dev })
})
after(() => plane.close())

const idsOf = async (client: ApiClient, fields: object = {}) => {
  const { Recordings } = await client.done('ListRecordings', fields)
  return (Recordings as { RecordingId: string }[]).map(({ RecordingId }) => RecordingId)
}
const views = () =>
  plane
    .trail()
    .filter(({ eventName, errorCode }) => eventName === 'ReadRecording' && errorCode === '')
const factsOf = (recordingId: string, eventName: string) =>
  plane
    .trail()
    .filter((one) => one.eventName === eventName)
    .map(({ event }) => event.additionalEventData)
    .find((facts) => facts['recordingId'] === recordingId) ?? assert.fail(`no ${eventName}`)

describe('who may see recordings', () => {
  it('is nobody but whose they are and whom a policy lets, whatever they ask', async () => {
    const RecordingId = await finishedRecording(plane, ofAnn)
    const unknown = `r-${'f'.repeat(32)}`
    const asked = async (client: ApiClient, id: string) =>
      await Promise.all(
        ['GetRecording', 'ReadRecording'].map(
          async (name) => (await client.call(name, { RecordingId: id })).code ?? 'ok',
        ),
      )
    const denied = ['AccessDeniedException', 'AccessDeniedException']
    assert.deepEqual(await asked(ann, RecordingId), ['ok', 'ok'])
    assert.deepEqual(await asked(auditor, RecordingId), ['ok', 'ok'])
    assert.deepEqual(await asked(plane.root, RecordingId), ['ok', 'ok'])
    assert.deepEqual(await asked(bob, RecordingId), denied)
    // One that there is not is told apart from one that is not theirs by nobody who may not see all.
    assert.deepEqual(await asked(bob, unknown), denied)
    assert.deepEqual(await asked(ann, unknown), denied)
    assert.deepEqual(await asked(plane.root, unknown), [
      'RecordingNotFoundException',
      'RecordingNotFoundException',
    ])
    for (const name of ACTIONS) {
      const { status } = await plane.unsigned(name, { RecordingId })
      assert.ok(status >= 400, `${name} by a stranger`)
    }
  })

  it('is not by another instance whoever may see those of one', async () => {
    const RecordingId = await finishedRecording(plane, { ...ofAnn, instanceId: prod })
    for (const name of ['GetRecording', 'ReadRecording', 'DeleteRecording']) {
      const { code } = await auditor.call(name, { RecordingId })
      assert.equal(code, 'AccessDeniedException', name)
    }
    assert.ok(!(await idsOf(auditor)).includes(RecordingId))
    const { code } = await auditor.call('ListRecordings', { InstanceId: prod })
    assert.equal(code, 'AccessDeniedException')
  })

  it('can be said by the account that was recorded', async () => {
    const some = await plane.user('some', {
      Effect: 'Allow',
      Action: 'fleetkey:ReadRecording',
      Resource: '*',
      Condition: { StringNotEquals: { 'ec2:osuser': 'root' } },
    })
    const asRoot = await finishedRecording(plane, { ...ofAnn, osUser: 'root' })
    const other = await finishedRecording(plane, ofAnn)
    assert.equal((await some.call('ReadRecording', { RecordingId: other })).code, undefined)
    const { code } = await some.call('ReadRecording', { RecordingId: asRoot })
    assert.equal(code, 'AccessDeniedException')
  })

  it('can be taken from whose they are', async () => {
    const carl = await plane.user('carl', {
      Effect: 'Deny',
      Action: 'fleetkey:ReadRecording',
      Resource: '*',
    })
    const RecordingId = await finishedRecording(plane, await terminalOf(carl))
    assert.equal((await carl.call('GetRecording', { RecordingId })).code, undefined)
    const { code } = await carl.call('ReadRecording', { RecordingId })
    assert.equal(code, 'AccessDeniedException')
  })

  it('is nobody by the name of a session of a role (whoever may assume it takes any name)', async () => {
    const { UserId } = await bob.done('GetCallerIdentity', {})
    const role = await givenRole(plane, { trust: trusting(String(UserId)) })
    const first = await assume(plane, bob, role, { RoleSessionName: 'ann' })
    const second = await assume(plane, bob, role, { RoleSessionName: 'ann' })
    const RecordingId = await finishedRecording(plane, await terminalOf(first))
    const { code } = await second.call('ReadRecording', { RecordingId })
    assert.equal(code, 'AccessDeniedException')
    assert.deepEqual(await idsOf(second), [])
    assert.deepEqual(await idsOf(second, { Mine: true }), [])
  })
})

describe('the list of recordings', () => {
  it('has one’s own without a policy, and of others those that one may see', async () => {
    const RecordingId = await finishedRecording(plane, ofAnn)
    assert.equal((await idsOf(ann))[0], RecordingId)
    assert.deepEqual(await idsOf(bob), [])
    assert.deepEqual(await idsOf(bob, { UserName: 'ann' }), [])
    assert.ok((await idsOf(auditor)).includes(RecordingId))
    assert.deepEqual(await idsOf(auditor, { Mine: true }), [])
  })

  it('is filtered by instance, person, account, state, time and tag, page by page', async () => {
    const startedAt = Date.UTC(2027, 0, 1)
    const dora = await plane.user('dora')
    const of = await terminalOf(dora, { instanceId: dev, startedAt })
    const one = await finishedRecording(plane, of)
    const two = await finishedRecording(plane, { ...of, osUser: 'root', instanceId: prod })
    const running = await begunRecording(plane, { ...of, startedAt: startedAt + 1000 })
    const three = running.recordingId
    const listed = (fields: object) => idsOf(plane.root, { UserName: 'dora', ...fields })
    assert.deepEqual(await listed({}), [three, two, one])
    assert.deepEqual(await listed({ InstanceId: dev }), [three, one])
    assert.deepEqual(await listed({ InstanceOSUser: 'root' }), [two])
    assert.deepEqual(await listed({ State: 'running' }), [three])
    assert.deepEqual(await listed({ State: 'finished' }), [two, one])
    assert.deepEqual(await listed({ StartTime: startedAt / 1000 + 1 }), [three])
    assert.deepEqual(await listed({ EndTime: startedAt / 1000 }), [two, one])
    assert.deepEqual(await listed({ Tags: [{ Key: 'env', Value: 'prod' }] }), [two])
    assert.deepEqual(await idsOf(dora, { Mine: true }), [three, two, one])
    const first = await plane.root.done('ListRecordings', { UserName: 'dora', MaxResults: 2 })
    assert.equal(first.Recordings.length, 2)
    const { NextToken } = first
    assert.deepEqual(await listed({ NextToken }), [one])
    await running.end({ cause: 'ended', says: 'Ended.' })
  })
})

describe('a recording that is read', () => {
  it('is one record of the trail however many pages it has, and each page is decided', async () => {
    const RecordingId = await finishedRecording(plane, ofAnn, `${'x'.repeat(70)}\r\n`.repeat(5000))
    const before = views().length
    let text = ''
    let ViewToken: string | undefined
    let pages = 0
    for (let Offset = 0; ;) {
      const page = await auditor.done('ReadRecording', {
        RecordingId,
        Offset,
        MaxBytes: 1,
        ViewToken,
      })
      if (page.Data === '') break
      text += String(page.Data)
      Offset = Number(page.NextOffset)
      ViewToken = String(page.ViewToken)
      pages += 1
    }
    assert.ok(pages > 3, `${pages} pages`)
    assert.equal(views().length, before + 1)
    const [view] = views().slice(-1)
    assert.equal(view?.event.requestParameters?.['recordingId'], RecordingId)
    assert.equal(view?.event.additionalEventData['recordedUser'], 'ann')
    const { Recording } = await auditor.done('GetRecording', { RecordingId })
    assert.equal(createHash('sha256').update(text).digest('hex'), Recording.Sha256)
    assert.equal(Buffer.byteLength(text), Recording.Bytes)

    await plane.root.done('DeleteUserPolicy', { UserName: 'auditor', PolicyName: 'p' })
    const refused = await auditor.call('ReadRecording', { RecordingId, Offset: 1, ViewToken })
    assert.equal(refused.code, 'AccessDeniedException')
    const document = { Effect: 'Allow', Action: 'fleetkey:*Recording*', Resource: '*' }
    await plane.root.done('PutUserPolicy', {
      UserName: 'auditor',
      PolicyName: 'p',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: document }),
    })
  })

  it('is on record again with a token that is another’s, altered, of another recording or old', async () => {
    const RecordingId = await finishedRecording(plane, ofAnn)
    const other = await finishedRecording(plane, ofAnn)
    const read = async (client: ApiClient, ViewToken?: string, of = RecordingId) => {
      const before = views().length
      const page = await client.done('ReadRecording', { RecordingId: of, ViewToken })
      return { isRecorded: views().length === before + 1, token: String(page.ViewToken) }
    }
    const { isRecorded, token } = await read(ann)
    assert.ok(isRecorded)
    assert.deepEqual(await read(ann, token), { isRecorded: false, token })
    assert.ok((await read(plane.root, token)).isRecorded)
    assert.ok(
      (
        await read(
          ann,
          token.replace(/.$/, (end) => (end === 'A' ? 'B' : 'A')),
        )
      ).isRecorded,
    )
    assert.ok((await read(ann, token, other)).isRecorded)
    plane.clock.aheadMs += 61 * 60_000
    assert.ok((await read(ann, token)).isRecorded)
    plane.clock.aheadMs -= 61 * 60_000
  })

  it('can be read while it runs, and grows', async () => {
    const recording = await begunRecording(plane, ofAnn, 'first')
    const { recordingId: RecordingId } = recording
    const read = async (Offset: number) => await ann.done('ReadRecording', { RecordingId, Offset })
    await until(async () => String((await read(0)).Data).includes('first'))
    const first = await read(0)
    assert.equal(first.State, 'running')
    assert.equal((await read(Number(first.NextOffset))).Data, '')
    await recording.output(Buffer.from('second'))
    await until(async () => String((await read(Number(first.NextOffset))).Data).includes('second'))
    await recording.end({ cause: 'exited', says: 'The shell ended.' })
    assert.equal((await read(0)).State, 'finished')
  })

  it('is refused where a byte of it was altered, and says which part', async () => {
    const RecordingId = await finishedRecording(plane, ofAnn)
    const file = recordingFile(plane, RecordingId, ofAnn.startedAt)
    const bytes = readFileSync(file)
    bytes[60] = (bytes[60] ?? 0) ^ 1
    writeFileSync(file, bytes)
    const { code, message } = await ann.call('ReadRecording', { RecordingId })
    assert.equal(code, 'RecordingDamagedException')
    assert.match(message, /chunk 0 was altered/)
  })

  it('is refused while what keeps it is away: why, on record too, and nothing of its being damaged', async () => {
    const RecordingId = await finishedRecording(plane, ofAnn)
    const directory = `${plane.dir}/recordings`
    const refused = async (as: ApiClient, operation: string) => {
      const { code, status, message } = await as.call(operation, { RecordingId })
      assert.deepEqual([code, status], ['RecordingUnavailableException', 503])
      assert.ok(!message.includes(plane.dir), message)
      const record = plane.trail().at(-1)
      assert.deepEqual([record?.eventName, record?.errorCode], [operation, code])
      return [message, record?.event.additionalEventData['explanation']].join(' ')
    }
    renameSync(directory, `${directory}.away`)
    assert.match(await refused(ann, 'ReadRecording'), /is not there.*ENOENT/)
    // As a disk that is not mounted.
    mkdirSync(directory)
    assert.match(await refused(ann, 'ReadRecording'), /is empty: its disk is not mounted/)
    rmSync(directory, { recursive: true })
    writeFileSync(directory, '')
    assert.match(await refused(ann, 'ReadRecording'), /is not there.*ENOTDIR/)
    assert.match(await refused(plane.root, 'DeleteRecording'), /is not there.*ENOTDIR/)
    rmSync(directory)
    renameSync(`${directory}.away`, directory)
    assert.match((await ann.done('ReadRecording', { RecordingId })).Data as string, /hallo/)
  })

  it('is read up to what was altered', async () => {
    const RecordingId = await finishedRecording(plane, ofAnn)
    const file = recordingFile(plane, RecordingId, ofAnn.startedAt)
    const bytes = readFileSync(file)
    // In the last chunk, which ends the file.
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    writeFileSync(file, bytes)
    const { Data, NextOffset } = await ann.done('ReadRecording', { RecordingId })
    assert.match(Data, /"version":2/)
    const { code } = await ann.call('ReadRecording', { RecordingId, Offset: NextOffset })
    assert.equal(code, 'RecordingDamagedException')
  })

  it('is refused with the mend where its key opens by no master key that there is', async () => {
    const RecordingId = await finishedRecording(plane, ofAnn)
    const other = await finishedRecording(plane, ofAnn)
    const db = new DatabaseSync(`${plane.dir}/fleetkey.db`)
    const sealed = 'select sealed_key from recordings where recording_id = ?'
    db.prepare(`update recordings set sealed_key = (${sealed}) where recording_id = ?`).run(
      other,
      RecordingId,
    )
    db.close()
    const { code, message } = await ann.call('ReadRecording', { RecordingId })
    assert.equal(code, 'RecordingDamagedException')
    assert.match(message, /another master key than the server has now/)
  })
})

describe('the trail and recordings', () => {
  it('say what a recording must hash to, whatever the table says later', async () => {
    const RecordingId = await finishedRecording(plane, ofAnn)
    const get = async () => (await ann.done('GetRecording', { RecordingId })).Recording
    const whole = await get()
    assert.equal(whole.TrailSha256, whole.Sha256)
    assert.match(whole.Sha256, /^[0-9a-f]{64}$/)
    assert.equal(factsOf(RecordingId, 'RecordingStarted')['recordedUser'], 'ann')
    assert.equal(factsOf(RecordingId, 'RecordingFinished')['sha256'], whole.Sha256)
    for (const eventName of ['RecordingStarted', 'RecordingFinished']) {
      const { instanceName, instanceTags } = factsOf(RecordingId, eventName)
      const found = { instanceName, instanceTags }
      const tags = { env: 'dev', Name: 'web-1' }
      assert.deepEqual(found, { instanceName: 'web-1', instanceTags: tags }, eventName)
    }
    const db = new DatabaseSync(`${plane.dir}/fleetkey.db`)
    db.prepare('update recordings set sha256 = ? where recording_id = ?').run(
      '0'.repeat(64),
      RecordingId,
    )
    db.close()
    const changed = await get()
    assert.equal(changed.TrailSha256, whole.Sha256)
    assert.notEqual(changed.Sha256, whole.Sha256)
  })

  it('have each deletion, with what was deleted; nobody deletes their own without a policy', async () => {
    const RecordingId = await finishedRecording(plane, ofAnn)
    const file = recordingFile(plane, RecordingId, ofAnn.startedAt)
    assert.equal((await ann.call('DeleteRecording', { RecordingId })).code, 'AccessDeniedException')
    assert.ok(existsSync(file))
    const { Sha256 } = await auditor.done('DeleteRecording', { RecordingId })
    assert.ok(!existsSync(file))
    const { code } = await plane.root.call('GetRecording', { RecordingId })
    assert.equal(code, 'RecordingNotFoundException')
    const outcome = plane.trail().findLast(({ eventName }) => eventName === 'DeleteRecording')
    assert.equal(outcome?.phase, 'outcome')
    assert.equal(outcome?.event.responseElements?.['sha256'], Sha256)
    assert.equal(outcome?.event.additionalEventData['recordedUser'], 'ann')
  })

  it('lose none that runs', async () => {
    const recording = await begunRecording(plane, ofAnn)
    const { recordingId: RecordingId } = recording
    const { code } = await plane.root.call('DeleteRecording', { RecordingId })
    assert.equal(code, 'RecordingRunningException')
    await recording.end({ cause: 'exited', says: 'The shell ended.' })
    await plane.root.done('DeleteRecording', { RecordingId })
  })
})
