import assert from 'node:assert/strict'
import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { givenExport, type GivenExport } from '@fleetkey/wire/trail/given-export'
import { LOG_BETWEEN, LOG_HEAD, LOG_TAIL } from '@fleetkey/wire/trail/log-file'
import type { TrailProblem } from '@fleetkey/wire/trail/problem'
import { verifyExport } from '@fleetkey/wire/trail/verify-export'
import { sha256Hex } from './chain.ts'
import { openExportFolder } from './export-folder.ts'

/** More in `alterations.long.test.ts`. */
const ALTERATIONS = Number(process.env['ALTERATIONS'] ?? 250)
const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 32)

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const signed = {
  sha256Hex,
  sign: (text: string) => sign('sha256', Buffer.from(text), privateKey).toString('hex'),
}
const SHAPE = [[4, 3], [5], [], [2], [6, 1, 4], [3]]
const given = givenExport(SHAPE, signed)
/** What a server makes that was put back to a copy of yesterday and went on: it has the key. */
const otherwise = givenExport(SHAPE, {
  ...signed,
  record: (seq) => `{"eventID":"${seq}-0","otherwise":true}`,
})
/** In memory where there is such a place: the disk is not what is tested, and took most of the time. */
const folder = mkdtempSync(
  join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'fleetkey-alterations-'),
)
const names = [...given.files.keys()]
const logs = names.filter((name) => name.includes('/CloudTrail/'))
const digests = names.filter((name) => name.includes('/CloudTrail-Digest/') && name.endsWith('.gz'))

/** mulberry32: the same alterations again for the same seed. */
let state = SEED
function random(below: number): number {
  state = (state + 0x6d2b79f5) | 0
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
}
const one = <T>(list: readonly T[]): T => list[random(list.length)] ?? assert.fail()
const two = <T>(list: readonly T[]): [T, T] => {
  const first = random(list.length)
  const second = (first + 1 + random(list.length - 1)) % list.length
  return [list[Math.min(first, second)], list[Math.max(first, second)]] as [T, T]
}

const textOf = (name: string, of: GivenExport = given): string =>
  of.files.get(name) ?? assert.fail(name)
function put(name: string, content: string | Buffer): void {
  touched.add(name)
  writeFileSync(join(folder, name), name.endsWith('.gz') ? packed(content) : content)
}
/** What is put back again and again is packed once. */
const packedOnce = new Map<string, Buffer>()
function packed(content: string | Buffer): Buffer {
  if (typeof content !== 'string' || !unaltered.has(content)) return gzipSync(content)
  const known = packedOnce.get(content) ?? gzipSync(content)
  packedOnce.set(content, known)
  return known
}
const unaltered = new Set([...given.files.values(), ...otherwise.files.values()])
function remove(name: string): void {
  touched.add(name)
  rmSync(join(folder, name), { force: true })
}

/** What is not as it was, or was not there. */
const touched = new Set<string>()

/** The first record of what a file proves. */
const firstSeqOf = (name: string): number => {
  const log = logs.indexOf(name)
  if (log !== -1) return recordsBefore(log) + 1
  const digest = digests.indexOf(name.replace('.signature', ''))
  return recordsBefore(SHAPE.slice(0, digest).flat().length) + 1
}
const recordsBefore = (log: number): number =>
  SHAPE.flat()
    .slice(0, log)
    .reduce((sum, count) => sum + count, 0)
const linesOf = (name: string): string[] =>
  textOf(name).slice(LOG_HEAD.length, -LOG_TAIL.length).split(LOG_BETWEEN)
const putLines = (name: string, lines: readonly string[]) =>
  put(name, LOG_HEAD + lines.join(LOG_BETWEEN) + LOG_TAIL)

/** What an alteration did: what is to be found. Undefined: nothing was altered in truth. */
interface Expected {
  readonly seq: number
  /** Where a break between two records may count for either. */
  readonly orSeq?: number
  readonly kinds?: readonly TrailProblem['kind'][]
}

/** Where the altered text first differs, as the number of a record. */
function firstDifference(name: string, altered: Buffer): Expected {
  const before = Buffer.from(textOf(name))
  if (!logs.includes(name)) return { seq: firstSeqOf(name) }
  let at = 0
  while (at < before.length && before[at] === altered[at]) at += 1
  let end = LOG_HEAD.length
  const firstSeq = firstSeqOf(name)
  const lines = linesOf(name).map((line) => Buffer.from(line).length)
  for (const [index, length] of lines.entries()) {
    const seq = firstSeq + index
    if (at < end + length) return at >= end ? { seq } : { seq, orSeq: Math.max(firstSeq, seq - 1) }
    end += length + LOG_BETWEEN.length
  }
  // In the tail: the last record, or the file and none of its records.
  return { seq: firstSeq + lines.length - 1, orSeq: firstSeq }
}

const ALTERATION: Readonly<Record<string, () => Expected | undefined>> = {
  'flip a bit'() {
    const name = one(names)
    const bytes = Buffer.from(textOf(name))
    const at = random(bytes.length)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8))
    put(name, bytes)
    return firstDifference(name, bytes)
  },
  'flip a bit of a compressed file'() {
    const name = one([...logs, ...digests])
    const bytes = readFileSync(join(folder, name))
    const at = random(bytes.length)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8))
    touched.add(name)
    writeFileSync(join(folder, name), bytes)
    try {
      const content = gunzipSync(bytes)
      // The name, time and padding of gzip are no part of what is in it.
      return content.equals(Buffer.from(textOf(name))) ? undefined : firstDifference(name, content)
    } catch {
      return { seq: firstSeqOf(name) }
    }
  },
  'put something else into a record'() {
    const name = one(logs)
    const lines = linesOf(name)
    const index = random(lines.length)
    lines[index] = (lines[index] ?? '').replace('alice', 'mallory')
    putLines(name, lines)
    return { seq: firstSeqOf(name) + index, kinds: ['altered'] }
  },
  'delete a record'() {
    const name = one(logs.filter((log) => linesOf(log).length > 1))
    const lines = linesOf(name)
    const index = random(lines.length)
    putLines(name, lines.toSpliced(index, 1))
    return { seq: firstSeqOf(name) + index, kinds: ['missing'] }
  },
  'swap two records'() {
    const name = one(logs.filter((log) => linesOf(log).length > 1))
    const lines = linesOf(name)
    const [first, second] = two([...lines.keys()])
    const line = lines[first] ?? ''
    lines[first] = lines[second] ?? ''
    lines[second] = line
    putLines(name, lines)
    return { seq: firstSeqOf(name) + first, kinds: ['missing'] }
  },
  'insert a record'() {
    const name = one(logs)
    const lines = linesOf(name)
    const index = random(lines.length + 1)
    const record = one([one(given.records), '{"eventID":"0-0"}', ''])
    putLines(name, lines.toSpliced(index, 0, record))
    const repeats = record === lines[index]
    // One that is the next one's double stands where the one after is missed.
    return { seq: firstSeqOf(name) + index + (repeats ? 1 : 0) }
  },
  'cut a file'() {
    const name = one(names)
    const bytes = Buffer.from(textOf(name))
    const rest = bytes.subarray(0, random(bytes.length))
    put(name, rest)
    return firstDifference(name, rest)
  },
  'delete a file'() {
    const name = one(names)
    remove(name)
    return { seq: firstSeqOf(name) }
  },
  'swap two files'() {
    const [first, second] = two(one([logs, digests]))
    put(first, textOf(second))
    put(second, textOf(first))
    return { seq: firstSeqOf(first) }
  },
  'swap two digests with their signatures'() {
    const [first, second] = two(digests)
    for (const end of ['', '.signature']) {
      put(first + end, textOf(second + end))
      put(second + end, textOf(first + end))
    }
    return { seq: firstSeqOf(first), kinds: ['digest moved'] }
  },
  'put a file beside'() {
    const name = one(logs)
    const log = name.replace(/_[0-9a-f]{16}\./, `_${'0123456789abcdef'}.`)
    put(log, textOf(name))
    // Of the last minute it may be on its way: then it is told, and no problem.
    const isOfLast = firstSeqOf(name) >= firstSeqOf(digests.at(-1) ?? '')
    return isOfLast ? undefined : { seq: given.records.length + 1, kinds: ['stray'] }
  },
  'cut off the end'() {
    const from = random(digests.length)
    removeFrom(from)
    return { seq: firstSeqOf(digests[from] ?? ''), kinds: ['cut off', 'digest missing'] }
  },
  'roll back'() {
    const from = 1 + random(digests.length - 1)
    removeFrom(from)
    return { seq: firstSeqOf(digests[from] ?? ''), kinds: ['cut off'] }
  },
  'roll back and go on otherwise'() {
    for (const name of names) remove(name)
    for (const [name, text] of otherwise.files) put(name, text)
    return { seq: 1, orSeq: SHAPE[0]?.reduce((a, b) => a + b, 1) ?? 0, kinds: ['rolled back'] }
  },
}

function removeFrom(digest: number): void {
  const firstLog = SHAPE.slice(0, digest).flat().length
  for (const name of [...logs.slice(firstLog), ...digests.slice(digest)]) remove(name)
  for (const name of digests.slice(digest)) remove(`${name}.signature`)
}

function restore(): void {
  for (const name of touched) {
    const text = given.files.get(name)
    if (text === undefined) remove(name)
    else put(name, text)
  }
  touched.clear()
}

async function problemNow(): Promise<TrailProblem | undefined> {
  const { problem } = await verifyExport(await openExportFolder(folder), {
    sha256Hex,
    isSigned: (text, signature) =>
      verify('sha256', Buffer.from(text), publicKey, Buffer.from(signature, 'hex')),
    anchors: given.anchors,
  })
  return problem
}

describe('an exported trail', () => {
  before(() => {
    for (const name of names) mkdirSync(dirname(join(folder, name)), { recursive: true })
    for (const name of names) put(name, textOf(name))
  })
  after(() => rmSync(folder, { recursive: true }))

  it('is right as it is', async () => assert.equal(await problemNow(), undefined))

  it(`shows each of ${ALTERATIONS} random alterations, and the first record that is not as it was (SEED=${SEED})`, async () => {
    const kinds = Object.keys(ALTERATION)
    const found = new Map<string, number>()
    for (let round = 0; round < ALTERATIONS; round++) {
      const kind = kinds[round % kinds.length] ?? ''
      const expected = ALTERATION[kind]?.()
      const problem = await problemNow()
      const told = `round ${round}: ${kind}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(problem)}`
      if (expected === undefined) assert.equal(problem, undefined, told)
      else {
        assert.ok(problem, told)
        assert.ok([expected.seq, expected.orSeq].includes(problem.seq), told)
        assert.ok(expected.kinds?.includes(problem.kind) ?? true, told)
        found.set(kind, (found.get(kind) ?? 0) + 1)
      }
      restore()
    }
    // Each kind was in truth tried.
    assert.deepEqual([...found.keys()].toSorted(), kinds.toSorted())
    assert.equal(await problemNow(), undefined)
  })
})
