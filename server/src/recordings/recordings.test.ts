import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, it } from 'node:test'
import { RECORDING_REQUIRED_TAG } from '@fleetkey/domain/recording'
import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import { digests } from '../secrets/digests.ts'
import { loopDisk, type LoopDisk } from '../testing/loop-disk.ts'
import { until } from '../testing/until.ts'
import { recordingBucket } from './bucket.ts'
import { recordingDirectory, recordingName } from './directory.ts'
import { givenRecordings, wholeText } from './given-recordings.ts'
import { givenTerminal } from './given-terminal.ts'
import { openRecordingKey } from './recording-key.ts'
import { recoverRecording } from './recover-recording.ts'
import type { Recordings } from './recordings.ts'
import { s3StandIn } from './s3-stand-in.ts'

const EXITED = { cause: 'exited', says: 'The shell ended.', exitCode: 0 } as const
const TAGGED = { instanceTags: { [RECORDING_REQUIRED_TAG]: 'true' } }

type Given = Awaited<ReturnType<typeof givenRecordings>>

let given: Given
before(async () => {
  given = await givenRecordings()
})
after(() => given.close())

async function begun(recordings: Recordings, change = {}, shown = 'hallo\r\n') {
  const recording = await recordings.begin(givenTerminal(change))
  assert.ok(recording !== undefined && 'recordingId' in recording, 'it is recorded')
  await recording.output(Buffer.from(shown))
  return recording
}

const rowOf = async (recordingId: string, { store }: Given = given) =>
  (await store.recordings.get(recordingId)) ?? assert.fail(`no ${recordingId}`)

const eventsOf = (recordingId: string, { acts }: Given = given) =>
  acts.filter(({ facts }) => facts['recordingId'] === recordingId).map(({ eventName }) => eventName)

const shownOnDisk = (recordings: Recordings, recordingId: string, there: Given = given) =>
  until(async () => {
    const text = await wholeText(recordings, await rowOf(recordingId, there))
    return text.includes('hallo')
  })

describe('a terminal that is recorded', () => {
  it('is on record from before its first byte to its end, with what it must hash to', async () => {
    const recordings = given.start()
    const recording = await begun(recordings)
    const { recordingId } = recording
    assert.deepEqual(eventsOf(recordingId), ['RecordingStarted'])
    assert.match(recordingId, /^r-[0-9a-f]{32}$/)
    given.clock.elapsed += 2000
    recording.resized(100, 30)
    await recording.end(EXITED)
    const row = await rowOf(recordingId)
    const text = await wholeText(recordings, row)
    assert.ok(text.includes('hallo') && text.includes('100x30'))
    assert.equal(row.state, 'finished')
    assert.equal(row.instanceName, 'web-1')
    assert.equal(row.end?.because, 'The shell ended.')
    assert.equal(row.end.durationMs, 2000)
    assert.equal(row.end.sha256, createHash('sha256').update(text).digest('hex'))
    assert.deepEqual(eventsOf(recordingId), ['RecordingStarted', 'RecordingFinished'])
    const finished = given.acts.at(-1)
    assert.equal(finished?.facts['sha256'], row.end.sha256)
    assert.equal(finished.requestId, '0198-request')
  })

  it('has a key of its own (whoever is told one would open all)', async () => {
    const recordings = given.start()
    const both = await Promise.all([begun(recordings), begun(recordings)])
    const rows = await Promise.all(both.map(({ recordingId }) => rowOf(recordingId)))
    const keys = rows.map((row) => openRecordingKey(given.envelope, row).key)
    assert.notDeepEqual(keys[0], keys[1])
    assert.equal(keys[0]?.length, 32)
    await Promise.all(both.map((recording) => recording.end(EXITED)))
  })

  it('has what was typed only where that is wanted', async () => {
    const without = await begun(given.start())
    assert.ok(!('input' in without))
    await without.end(EXITED)
    const recordings = given.start({ input: true })
    const recording = await begun(recordings)
    recording.input?.(Buffer.from('ls\r'))
    await recording.end(EXITED)
    const row = await rowOf(recording.recordingId)
    assert.equal(row.hasInput, true)
    assert.ok((await wholeText(recordings, row)).includes('"i", "ls\\r"'))
  })

  it('is kept while the trail cannot be written, and put on record when it can', async () => {
    const recordings = given.start({}, { everyMs: 5 })
    const recording = await begun(recordings)
    const { recordingId } = recording
    given.trail.broken = new Error('the disk of the trail is full')
    await recording.end(EXITED)
    const running = await rowOf(recordingId)
    assert.equal(running.state, 'running')
    assert.ok((await wholeText(recordings, running)).includes('hallo'))
    given.trail.broken = undefined
    await until(async () => (await rowOf(recordingId)).state === 'finished')
    await recordings.stop()
  })
})

describe('a terminal that must be recorded', () => {
  const refusal = async (recordings: Recordings, change: object = {}) => {
    try {
      const recording = await recordings.begin(givenTerminal(change))
      if (recording === undefined || 'unrecorded' in recording) return 'not recorded'
      await recording.end(EXITED)
      return recording.required ? 'required' : 'recorded'
    } catch (error) {
      assert.ok(error instanceof ServiceException, String(error))
      return error.code
    }
  }
  const REFUSED = 'RecordingRequiredException'

  it('is one where the setting or the tag of its instance says so', async () => {
    assert.equal(await refusal(given.start()), 'recorded')
    assert.equal(await refusal(given.start(), TAGGED), 'required')
    assert.equal(await refusal(given.start({ required: 'never' }), TAGGED), 'recorded')
    assert.equal(await refusal(given.start({ required: 'always' })), 'required')
    const untrue = { instanceTags: { [RECORDING_REQUIRED_TAG]: 'false' } }
    assert.equal(await refusal(given.start(), untrue), 'recorded')
  })

  it('is not opened where recordings are turned off; others are, and are not recorded', async () => {
    const recordings = given.start({ enabled: false })
    assert.equal(await refusal(recordings), 'not recorded')
    assert.equal(await refusal(recordings, TAGGED), REFUSED)
  })

  it('is not opened where the directory cannot be written, and leaves nothing behind', async () => {
    const file = join(given.path, 'a-file')
    mkdirSync(given.path, { recursive: true })
    rmSync(file, { force: true })
    writeFileSync(file, '')
    const recordings = given.start({}, { directory: recordingDirectory(join(file, 'inside')) })
    const before = (await given.store.recordings.list({ limit: 1000 })).length
    assert.equal(await refusal(recordings), 'not recorded')
    assert.equal(await refusal(recordings, TAGGED), REFUSED)
    assert.equal((await given.store.recordings.list({ limit: 1000 })).length, before)
    assert.match(given.log(), /cannot be recorded/)
  })

  it('is not opened while the trail cannot be written (it could vanish unseen)', async () => {
    given.trail.broken = new Error('full')
    const recordings = given.start()
    assert.equal(await refusal(recordings, TAGGED), REFUSED)
    given.trail.broken = undefined
  })
})

describe('the disk of recordings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fleetkey-recordings-disk-'))
  const disk: LoopDisk | undefined = loopDisk(folder)
  const skip = disk === undefined ? 'no loop devices here' : false
  after(() => {
    disk?.[Symbol.dispose]()
    rmSync(folder, { recursive: true, force: true })
  })
  const onDisk = async (work: (given: Given, recordings: Recordings) => Promise<void>) => {
    const there = await givenRecordings({ directory: join(disk?.path ?? '', 'recordings') })
    try {
      await work(there, there.start())
    } finally {
      await there.close()
    }
  }

  it(
    'may be full: what runs fails and says why, what it has can be played; later ones begin again',
    { skip },
    async () =>
      onDisk(async (there, recordings) => {
        const recording = await begun(recordings, TAGGED)
        await shownOnDisk(recordings, recording.recordingId, there)
        disk?.fill()
        // Until the disk has not one block left for it.
        let isFailed = false
        void recording.failed.then(({ message }) => {
          isFailed = message === 'the disk of the recordings is full.'
        })
        await until(async () => {
          await recording.output(randomBytes(16 << 10))
          return isFailed
        })
        await assert.rejects(recording.end(EXITED), /ENOSPC/)
        const row = await rowOf(recording.recordingId, there)
        assert.equal(row.state, 'failed')
        assert.match(row.end?.because ?? '', /disk of the recordings is full/)
        assert.ok((await wholeText(recordings, row)).includes('hallo'))
        await assert.rejects(recordings.begin(givenTerminal(TAGGED)), /is full/)
        const unrecorded = 'the disk of the recordings is full.'
        assert.deepEqual(await recordings.begin(givenTerminal()), { unrecorded })
        disk?.free()
        await (await begun(recordings, TAGGED)).end(EXITED)
      }),
  )

  it(
    'may be read-only: nothing that must be recorded is opened, and what is there is played',
    { skip },
    async () =>
      onDisk(async (there, recordings) => {
        const recording = await begun(recordings)
        await recording.end(EXITED)
        disk?.makeReadOnly()
        await assert.rejects(recordings.begin(givenTerminal(TAGGED)), /read-only/)
        const row = await rowOf(recording.recordingId, there)
        assert.ok((await wholeText(recordings, row)).includes('hallo'))
        await assert.rejects(recordings.remove(row), /is read-only/)
      }),
  )
})

describe('a recording whose server was killed', () => {
  it('has, after kill -9, every line that was on the disk, and is marked as cut off', async () => {
    const key = { recordingId: `r-${'1'.repeat(32)}`, key: randomBytes(32) }
    const path = join(given.path, 'killed')
    const program = new URL('record-for-ever.ts', import.meta.url).pathname
    const args = [program, path, key.recordingId, key.key.toString('hex')]
    for (let round = 0; round < 5; round++) {
      rmSync(path, { recursive: true, force: true })
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
      let told = 0
      const wanted = 20_000 + round * 60_000
      for await (const line of createInterface({ input: child.stdout })) {
        told = Number(line)
        if (told > wanted) child.kill('SIGKILL')
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      const stored = await recordingDirectory(path).open({ ...key, startedAt: 0 })
      const end = await recoverRecording(stored, { startedAt: 0 }, key)
      await stored.close()
      assert.equal(end.state, 'cut-off')
      assert.ok(end.bytes >= told, `${end.bytes} of ${told}`)
    }
  })

  it('is put in order by the next one: listed, played and on record, up to what was torn', async () => {
    const first = given.start()
    const recording = await begun(first)
    const { recordingId } = recording
    await shownOnDisk(first, recordingId)
    const row = await rowOf(recordingId)
    const file = join(given.path, recordingName(row))
    const whole = readFileSync(file).length
    await recording.output(Buffer.from('what was being written'))
    await until(() => readFileSync(file).length > whole + 20)
    truncateSync(file, readFileSync(file).length - 3)

    const second = given.start()
    await second.settled()
    const after = await rowOf(recordingId)
    assert.equal(after.state, 'cut-off')
    assert.match(after.end?.because ?? '', /server that recorded it ended/)
    assert.equal(after.end?.storedBytes, whole)
    const text = await wholeText(second, after)
    assert.ok(text.includes('hallo') && !text.includes('being written'))
    assert.equal(after.end.sha256, createHash('sha256').update(text).digest('hex'))
    assert.deepEqual(eventsOf(recordingId), ['RecordingStarted', 'RecordingFinished'])
  })

  it('is whole when it had ended, and then nothing says that it was cut off', async () => {
    const first = given.start()
    const recording = await begun(first)
    given.trail.broken = new Error('the disk is full')
    await recording.end(EXITED)
    given.trail.broken = undefined
    await first.stop()
    await given.start().settled()
    const { state, end } = await rowOf(recording.recordingId)
    assert.equal(state, 'finished')
    assert.match(end?.because ?? '', /^All of it is there\./)
  })

  it('is known to be gone when its file was taken away', async () => {
    const first = given.start()
    const { recordingId } = await begun(first)
    await given.directory.remove(await rowOf(recordingId))
    const second = given.start()
    await second.settled()
    const { state, end } = await rowOf(recordingId)
    assert.equal(state, 'failed')
    assert.match(end?.because ?? '', /taken away/)
  })
})

describe('old recordings', () => {
  it('are removed when they are older than they are kept, each on record before it is', async () => {
    const recordings = given.start({ keepDays: 30 })
    const recording = await begun(recordings)
    await recording.end(EXITED)
    const { recordingId } = recording
    const row = await rowOf(recordingId)
    const file = join(given.path, recordingName(row))
    given.clock.ms += 29 * 86_400_000
    await given.start({ keepDays: 30 }).settled()
    assert.ok(existsSync(file))
    given.clock.ms += 2 * 86_400_000
    const running = await begun(recordings)
    await given.start({ keepDays: 30 }).settled()
    assert.ok(!existsSync(file))
    assert.equal(await given.store.recordings.get(recordingId), undefined)
    assert.equal(eventsOf(recordingId).at(-1), 'RecordingExpired')
    const expired = given.acts.findLast(
      ({ eventName, facts }) =>
        eventName === 'RecordingExpired' && facts['recordingId'] === recordingId,
    )
    assert.equal(expired?.facts['sha256'], row.end?.sha256)
    await running.end(EXITED)
  })
})

describe('a bucket (a stand-in for one)', () => {
  const now = Date.now
  async function withBucket(
    work: (parts: {
      s3: Awaited<ReturnType<typeof s3StandIn>>
      there: Given
      recordings: Recordings
    }) => Promise<void>,
  ) {
    const s3 = await s3StandIn()
    const there = await givenRecordings()
    try {
      const bucket = recordingBucket(s3.place, { digests, now })
      await work({ s3, there, recordings: there.start({}, { bucket, everyMs: 20 }) })
    } finally {
      await there.close()
      s3.close()
    }
  }

  it('gets each recording when it is over, which is then played from there, and deleted there', async () =>
    withBucket(async ({ s3, there, recordings }) => {
      const recording = await begun(recordings)
      const { recordingId } = recording
      const file = join(there.path, recordingName(await rowOf(recordingId, there)))
      assert.ok(existsSync(file))
      await recording.end(EXITED)
      await until(() => !existsSync(file))
      const row = await rowOf(recordingId, there)
      assert.equal(row.keptIn, 's3')
      const key = `archive/recordings/${recordingName(row)}`
      assert.ok(s3.objects.has(key), [...s3.objects.keys()].join())
      assert.ok((await wholeText(recordings, row)).includes('hallo'))
      // Whoever asked just before the move is served too.
      const text = await wholeText(recordings, { ...row, keptIn: 'directory' })
      assert.ok(text.includes('hallo'))
      await recordings.remove(row)
      assert.equal(s3.objects.size, 0)
    }))

  it('gets a large one in parts, of which one is in memory at a time', async () =>
    withBucket(async ({ s3, there, recordings }) => {
      const recording = await begun(recordings)
      // Noise does not become smaller when it is compressed.
      for (let part = 0; part < 1500; part++) await recording.output(randomBytes(16 << 10))
      await recording.end(EXITED)
      const { recordingId } = recording
      await until(async () => (await rowOf(recordingId, there)).keptIn === 's3')
      const row = await rowOf(recordingId, there)
      assert.ok(s3.asked.filter((kind) => kind === 'PUT partNumber uploadId').length >= 2)
      assert.ok(s3.largest() <= 8 << 20)
      assert.equal(s3.uploads.size, 0)
      const hash = createHash('sha256')
        .update(await wholeText(recordings, row))
        .digest('hex')
      assert.equal(hash, row.end?.sha256)
    }))

  it('that does not answer loses nothing: it gets them when it does', async () =>
    withBucket(async ({ s3, there, recordings }) => {
      s3.failing.set('PUT', 500)
      const recording = await begun(recordings)
      const { recordingId } = recording
      await recording.end(EXITED)
      await until(() => s3.asked.includes('PUT'))
      const row = await rowOf(recordingId, there)
      assert.equal(row.keptIn, 'directory')
      assert.ok((await wholeText(recordings, row)).includes('hallo'))
      s3.failing.clear()
      await until(async () => (await rowOf(recordingId, there)).keptIn === 's3')
    }))

  it('that is away is not asked for each of many, and gets them all when it is back', async () =>
    withBucket(async ({ s3, there, recordings }) => {
      s3.failing.set('PUT', 503)
      const ids: string[] = []
      for (let one = 0; one < 8; one++) {
        const recording = await begun(recordings)
        ids.push(recording.recordingId)
        await recording.end(EXITED)
      }
      await recordings.stop()
      s3.asked.length = 0
      const bucket = recordingBucket(s3.place, { digests, now })
      await there.start({}, { bucket }).settled()
      assert.deepEqual(s3.asked, ['PUT', 'PUT', 'PUT'])
      await there.directory.remove(await rowOf(ids[7] ?? '', there))
      s3.failing.clear()
      there.start({}, { bucket, everyMs: 20 })
      await until(async () => {
        const rows = await there.store.recordings.list({ keptIn: 's3', limit: 10 })
        return rows.length === 7
      }, 'all but the one whose file is gone are there')
    }))

  it('that loses an upload on the way is left with nothing half of it, and gets it again', async () =>
    withBucket(async ({ s3, there, recordings }) => {
      s3.failing.set('POST uploadId', 500)
      const recording = await begun(recordings)
      for (let part = 0; part < 800; part++) await recording.output(randomBytes(16 << 10))
      await recording.end(EXITED)
      const { recordingId } = recording
      await until(() => s3.asked.includes('DELETE uploadId'))
      assert.equal((await rowOf(recordingId, there)).keptIn, 'directory')
      s3.failing.clear()
      await until(async () => (await rowOf(recordingId, there)).keptIn === 's3')
      assert.equal(s3.uploads.size, 0)
    }))

  it('that is slow holds up neither terminals nor a stop, and has nothing half of it', async () =>
    withBucket(async ({ s3, there, recordings }) => {
      s3.silent.add('PUT partNumber uploadId')
      const large = await begun(recordings)
      for (let part = 0; part < 800; part++) await large.output(randomBytes(16 << 10))
      await large.end(EXITED)
      await until(() => s3.asked.includes('PUT partNumber uploadId'))
      const small = await begun(recordings)
      await small.end(EXITED)
      const row = await rowOf(small.recordingId, there)
      assert.equal(row.state, 'finished')
      assert.ok((await wholeText(recordings, row)).includes('hallo'))
      const begunAt = performance.now()
      await recordings.stop()
      const took = performance.now() - begunAt
      assert.ok(took < 10_000, `the stop took ${took} ms: it waited for the bucket`)
      assert.equal(s3.uploads.size, 0)
      assert.equal(there.log(), '')
      s3.silent.clear()
      there.start({}, { bucket: recordingBucket(s3.place, { digests, now }), everyMs: 20 })
      await until(async () => (await rowOf(large.recordingId, there)).keptIn === 's3')
    }))

  it('where one was taken away says so, and not that what is before it can be read', async () =>
    withBucket(async ({ s3, there, recordings }) => {
      const recording = await begun(recordings)
      await recording.end(EXITED)
      const { recordingId } = recording
      await until(async () => (await rowOf(recordingId, there)).keptIn === 's3')
      s3.objects.clear()
      await assert.rejects(
        wholeText(recordings, await rowOf(recordingId, there)),
        /is not where it was kept: it was moved, or deleted .* Put it back/,
      )
    }))

  it('that refuses, answers nonsense or is away says so, and nothing of what it has', async () =>
    withBucket(async ({ s3, there, recordings }) => {
      const recording = await begun(recordings)
      await recording.end(EXITED)
      const { recordingId } = recording
      await until(async () => (await rowOf(recordingId, there)).keptIn === 's3')
      const row = await rowOf(recordingId, there)
      const says = async () => {
        const error = await wholeText(recordings, row).catch((refused: unknown) => refused)
        assert.ok(error instanceof ServiceException, String(error))
        assert.equal(error.code, 'RecordingUnavailableException')
        assert.ok(!error.message.includes('127.0.0.1'), error.message)
        return `${error.message} ${error.recorded}`
      }
      for (const [status, words] of [
        [403, /the bucket of the recordings answers 403 InternalError\..*to GetObject/],
        // Of a bucket that is gone, or another server's page.
        [404, /answers 404 InternalError\./],
        [503, /answers 503 InternalError\./],
        [200, /answers what no bucket does\..*does not answer for ranges/],
      ] as const) {
        s3.failing.set('GET', status)
        assert.match(await says(), words)
      }
      s3.failing.clear()
      s3.failing.set('DELETE', 403)
      await assert.rejects(recordings.remove(row), /answers 403 InternalError\./)
      const other = await begun(recordings, TAGGED)
      s3.close()
      assert.match(await says(), /cannot be reached\..*fetch failed: /)
      await other.end(EXITED)
      // Terminals need the directory alone.
      const third = await begun(recordings, TAGGED)
      assert.ok((await wholeText(recordings, await rowOf(third.recordingId, there))).length > 0)
      await third.end(EXITED)
    }))
})
