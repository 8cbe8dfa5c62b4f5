import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { describe, it } from 'node:test'
import { CHAIN_START, nextLink, type ChainLink } from '@fleetkey/domain/trail-chain'
import { decodeAnchor, encodeAnchor, type Anchor } from './anchor.ts'
import { decodeDigest } from './decode-digest.ts'
import { digestToSign, shortHash } from './digest.ts'
import { givenExport } from './given-export.ts'
import { decodeLogFile, encodeLogFile } from './log-file.ts'
import { verifyExport } from './verify-export.ts'

const sha256Hex = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex')
// A stand-in for RSA, which these functions are handed: node:crypto signs in the tests of server and CLI.
const sign = (text: string) => createHmac('sha256', 'key').update(text).digest('hex')
const isSigned = (text: string, signature: string) => sign(text) === signature

const given = givenExport([[3, 2], [], [4], [1]], { sha256Hex, sign })
const names = [...given.files.keys()]
const digestsOf = names.filter((name) => /Digest.*\.gz$/.test(name))
const logs = names.filter((name) => name.includes('/CloudTrail/'))
const [log1 = '', log2 = '', log3 = ''] = logs
const [digest1 = '', digest2 = '', digest3 = '', digest4 = ''] = digestsOf

type Files = Map<string, string>

async function verdictOf(
  change: (files: Files) => void,
  options: { anchors?: readonly Anchor[]; from?: number } = {},
) {
  const files: Files = new Map(given.files)
  change(files)
  return await verifyExport(
    {
      names: [...files.keys()],
      read: (name) => {
        const content = files.get(name)
        return Promise.resolve(
          content === undefined ? undefined : { content, hash: sha256Hex(content) },
        )
      },
      signatureOf: (name) => Promise.resolve(files.get(`${name}.signature`)),
    },
    { sha256Hex, isSigned, ...options },
  )
}

async function problemOf(...given_: Parameters<typeof verdictOf>) {
  const { problem } = await verdictOf(...given_)
  return problem && `${problem.kind} ${problem.seq} in ${problem.file}`
}

const edit = (name: string, change: (text: string) => string) => (files: Files) => {
  const before = files.get(name) ?? assert.fail(name)
  const after = change(before)
  assert.notEqual(after, before)
  files.set(name, after)
}

/** Changes the list of a log file's records. */
const rewrite = (name: string, change: (records: string[]) => string[]) =>
  edit(name, (text) =>
    encodeLogFile(change(text.slice('{"Records":[\n'.length, -'\n]}\n'.length).split(',\n'))),
  )

/** All log files from the altered record on, and all digests, made anew by somebody who does not have the key. */
function chainedAnew(files: Files, seq: number): void {
  let last: ChainLink = CHAIN_START
  for (const [at, record] of given.records.entries()) {
    const text = at + 1 === seq ? record.replace('alice', 'mallo') : record
    last = nextLink(last, text, sha256Hex)
    for (const [name, content] of files) {
      if (name.includes('/CloudTrail/'))
        files.set(
          name,
          content.replace(record, () => text),
        )
      else files.set(name, content.replaceAll(shortHash(nextOf(at)), shortHash(last.hash)))
    }
  }
}

const chain: string[] = []
function nextOf(at: number): string {
  let last: ChainLink = CHAIN_START
  if (chain.length === 0)
    for (const record of given.records) chain.push((last = nextLink(last, record, sha256Hex)).hash)
  return chain[at] ?? assert.fail()
}

describe('an export', () => {
  it('that is whole is found so, to its last record', async () => {
    const verdict = await verdictOf(() => {}, { anchors: given.anchors })
    assert.equal(verdict.problem, undefined)
    assert.deepEqual(
      [verdict.firstSeq, verdict.end.seq, verdict.digests, verdict.anchors],
      [1, 10, 4, 4],
    )
    assert.equal(verdict.end.hash, nextOf(9))
    assert.deepEqual(verdict.notYetDigested, [])
  })

  it('has the layout of CloudTrail', () => {
    assert.match(
      log1,
      /^AWSLogs\/111122223333\/CloudTrail\/on-prem-1\/2026\/11\/26\/111122223333_CloudTrail_on-prem-1_20261126T2355Z_[0-9a-f]{16}\.json\.gz$/,
    )
    assert.equal(
      digest2,
      'AWSLogs/111122223333/CloudTrail-Digest/on-prem-1/2026/11/27/111122223333_CloudTrail-Digest_on-prem-1_main_on-prem-1_20261127T000000Z.json.gz',
    )
    const content = JSON.parse(given.files.get(log1) ?? '') as { Records: object[] }
    assert.equal(content.Records.length, 3)
    const digest = decodeDigest(given.files.get(digest3) ?? '')
    assert.equal(digest?.digestS3Object, `fleetkey/${digest3}`)
    assert.equal(
      digestToSign({ ...digest, previousDigestSignature: null } as never, 'h')
        .split('\n')
        .at(-1),
      'null',
    )
  })

  for (const [what, change, problem] of [
    [
      'a record that was altered',
      edit(log1, (text) => text.replace('\\"2\\"', '\\"7\\"')),
      `altered 2 in ${log1}`,
    ],
    [
      'the first of all',
      edit(log1, (text) => text.replace('alice', 'mallo')),
      `altered 1 in ${log1}`,
    ],
    [
      'a record that is missing',
      rewrite(log1, ([a = '', , c = '']) => [a, c]),
      `missing 2 in ${log1}`,
    ],
    [
      'the last of a file that is missing',
      rewrite(log3, (all) => all.slice(0, -1)),
      `missing 9 in ${log3}`,
    ],
    [
      'records that were swapped',
      rewrite(log3, ([a = '', b = '', ...rest]) => [b, a, ...rest]),
      `missing 6 in ${log3}`,
    ],
    [
      'a record that was inserted',
      rewrite(log3, ([a = '', ...rest]) => [a, '{"eventID":"0-0"}', ...rest]),
      `inserted 7 in ${log3}`,
    ],
    ['one that was appended', rewrite(log3, (all) => [...all, '{}']), `inserted 10 in ${log3}`],
    [
      'one that was repeated',
      rewrite(log3, ([a = '', ...rest]) => [a, a, ...rest]),
      `inserted 7 in ${log3}`,
    ],
    [
      'a cut file',
      edit(log3, (text) => text.slice(0, text.lastIndexOf('alice'))),
      `altered 9 in ${log3}`,
    ],
    ['an empty file', edit(log3, () => ''), `altered 6 in ${log3}`],
    [
      'a blank between records',
      edit(log3, (text) => text.replace(',\n', ', \n')),
      `altered 6 in ${log3}`,
    ],
    [
      'a member beside the records',
      edit(log3, (text) => text.replace('\n]}\n', '\n],"x":1}\n')),
      `altered 9 in ${log3}`,
    ],
    ['another end', edit(log3, (text) => text.trimEnd()), `file altered 6 in ${log3}`],
    [
      'a log file that is missing',
      (files: Files) => files.delete(log2),
      `file missing 4 in ${log2}`,
    ],
    [
      'log files that were swapped',
      (files: Files) => {
        const text = files.get(log1) ?? ''
        files.set(log1, files.get(log2) ?? '').set(log2, text)
      },
      `altered 1 in ${log1}`,
    ],
    [
      'a log file from elsewhere',
      (files: Files) => files.set(log1.replace(/_[0-9a-f]{16}/, '_0123456789abcdef'), '{}'),
      `stray 11 in ${log1.replace(/_[0-9a-f]{16}/, '_0123456789abcdef')}`,
    ],
    [
      'a digest that was altered',
      edit(digest3, (text) => text.replace('"number":3', '"number":4')),
      `digest altered 6 in ${digest3}`,
    ],
    ['a digest that is none', edit(digest3, () => '[]'), `digest altered 6 in ${digest3}`],
    [
      'a digest that is missing',
      (files: Files) => files.delete(digest3),
      `digest missing 6 in ${digest3}`,
    ],
    [
      'the first digest missing',
      (files: Files) => files.delete(digest1),
      `begins late 1 in ${digest1}`,
    ],
    [
      'digests that were swapped',
      (files: Files) => {
        for (const end of ['', '.signature']) {
          const text = files.get(digest2 + end) ?? ''
          files.set(digest2 + end, files.get(digest3 + end) ?? '').set(digest3 + end, text)
        }
      },
      `digest moved 6 in ${digest2}`,
    ],
    [
      'a signature that was altered',
      edit(`${digest2}.signature`, (text) => text.replace(/^./, 'f')),
      `digest altered 6 in ${digest2}`,
    ],
    [
      'a signature that is missing',
      (files: Files) => files.delete(`${digest2}.signature`),
      `digest unsigned 6 in ${digest2}`,
    ],
    [
      'a signature alone',
      (files: Files) => files.delete(digest4),
      `stray 10 in ${digest4}.signature`,
    ],
    ['nothing at all', (files: Files) => files.clear(), 'digest missing 1 in '],
  ] as const)
    it(`shows ${what}`, async () => assert.equal(await problemOf(change), problem))

  it('leaves open what a log file later than all digests is (an export that is being written has one)', async () => {
    const later = log1
      .replace('2355Z', '2359Z')
      .replaceAll('11/26', '11/27')
      .replace('20261126', '20261127')
    const verdict = await verdictOf((files) => files.set(later, '{}'))
    assert.deepEqual([verdict.problem, verdict.notYetDigested], [undefined, [later]])
  })

  it('names the record also when all that follows was chained anew without the key', async () => {
    assert.equal(
      await problemOf((files) => chainedAnew(files, 7)),
      `digest altered 6 in ${digest3}`,
    )
    assert.equal(
      await problemOf((files) => {
        const digests = digestsOf.map((name) => [name, files.get(name) ?? ''] as const)
        chainedAnew(files, 7)
        for (const [name, text] of digests) files.set(name, text)
      }),
      `altered 7 in ${log3}`,
    )
  })

  it('gives the id of the record that was altered, and nothing that could reach a terminal', async () => {
    const { problem } = await verdictOf(edit(log1, (text) => text.replace('\\"2\\"', '\\"7\\"')))
    assert.equal(problem?.eventId, '01234567-89ab-4cde-8f01-000000000002')
    const evil = await verdictOf(
      edit(log1, (text) => text.replace(/"eventID":"[^"]*2"/, '"eventID":"\u001b[2J"')),
    )
    assert.equal(evil.problem?.eventId, undefined)
  })

  it('that begins late is right when that is known', async () => {
    const pruned = (files: Files) => {
      for (const name of [digest1, digest2, log1, log2]) files.delete(name)
      for (const name of [digest1, digest2]) files.delete(`${name}.signature`)
    }
    assert.equal(await problemOf(pruned), `begins late 1 in ${digest2}`)
    const verdict = await verdictOf(pruned, { from: 6, anchors: given.anchors.slice(2) })
    assert.equal(verdict.problem, undefined)
    assert.deepEqual([verdict.firstSeq, verdict.end.seq], [6, 10])
    assert.match((await problemOf(pruned, { from: 5 })) ?? '', /^begins late 5/)
  })

  describe('against an anchor', () => {
    const { anchors } = given
    const cut = (files: Files) => {
      for (const name of [digest4, `${digest4}.signature`, logs[3] ?? '']) files.delete(name)
    }
    it('shows that its end was cut off', async () => {
      assert.equal(await problemOf(cut), undefined)
      assert.equal(await problemOf(cut, { anchors }), `cut off 10 in fleetkey/${digest4}`)
    })

    it('shows that it was rolled back and goes on otherwise', async () => {
      const other = givenExport([[3, 2], [], [4], [1]], {
        sha256Hex,
        sign,
        record: (seq) => `{"other":${seq}}`,
      })
      const replaced = (files: Files) => {
        files.clear()
        for (const [name, text] of other.files) files.set(name, text)
      }
      assert.equal(await problemOf(replaced), undefined)
      assert.match(
        (await problemOf(replaced, { anchors: anchors.slice(1, 3) })) ?? '',
        /^rolled back 6/,
      )
    })

    it('takes no lines that the deployment has not signed', async () => {
      const [anchor] = anchors
      assert.ok(anchor)
      const forged = { ...anchor, hash: 'f'.repeat(64) }
      const verdict = await verdictOf(() => {}, { anchors: [forged] })
      assert.deepEqual([verdict.problem, verdict.ignoredAnchors], [undefined, 1])
    })

    it('as it is written in a line', () => {
      for (const anchor of anchors) assert.deepEqual(decodeAnchor(encodeAnchor(anchor)), anchor)
      assert.equal(decodeAnchor('{"object":"a/b"}'), undefined)
      assert.equal(decodeAnchor('null'), undefined)
      assert.equal(decodeAnchor('{'), undefined)
    })
  })

  it('shows two trails that lie in one place, as after a rollback of the database', async () => {
    const fork = givenExport([[3, 2], [], [4, 1]], { sha256Hex, sign })
    const twice = (files: Files) => {
      files.delete(digest3).valueOf()
      for (const [name, text] of fork.files) files.set(name, text)
    }
    assert.equal(await problemOf(twice), `forked 11 in ${digest4}`)
  })
})

describe('a log file that somebody made to keep whoever verifies busy', () => {
  it('is told from the right one with a few hashes of what is longer than any record', async () => {
    const long = givenExport([[500]], { sha256Hex, sign, record: (seq) => `{"eventID":"${seq}"}` })
    const files: Files = new Map(long.files)
    const name = [...files.keys()].find((one) => one.includes('/CloudTrail/')) ?? assert.fail()
    const content = encodeLogFile(['x'.repeat(1024 * 1024)])
    files.set(name, content)
    let hashed = 0
    const { problem } = await verifyExport(
      {
        names: [...files.keys()],
        read: async (one) => {
          const text = files.get(one)
          return text === undefined ? undefined : { content: text, hash: sha256Hex(text) }
        },
        signatureOf: async (one) => files.get(`${one}.signature`),
      },
      {
        isSigned,
        sha256Hex: (data) => {
          hashed += data.length
          return sha256Hex(data)
        },
      },
    )
    assert.equal(problem?.kind, 'altered')
    assert.ok(hashed < 8 * 1024 * 1024, `${hashed} bytes`)
  })

  it('is read no further than one record too many', () => {
    const content = encodeLogFile(Array.from({ length: 1_000_000 }, () => ''))
    assert.equal(decodeLogFile(content, { expected: 3 }).records.length, 4)
  })
})
