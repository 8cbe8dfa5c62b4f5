import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { buffer } from 'node:stream/consumers'
import { MessageChannel } from 'node:worker_threads'
import { MAX_TREE_THINGS, NOT_IN_ARCHIVE } from '@fleetkey/wire/terminal/file-tree'
import { BytePort } from '../byte-port.ts'
import type { FileAnswer, FileOrder, TreeWord } from '../file-messages.ts'
import { sftpOfTree, type Tree } from '../testing/sftp-of-tree.ts'
import { doWithFiles } from './files.ts'

const HOME = {
  home: { box: { a: 'one', deep: { b: 'two!' }, out: { link: '/etc' }, pipe: ['socket'] } },
  etc: { passwd: 'root' },
} satisfies Tree

type Odd = Parameters<typeof sftpOfTree>[1]

/** Has it done, and hears all that is said. */
async function heard(order: FileOrder, host: ReturnType<typeof sftpOfTree>, stopAt = Infinity) {
  const { port1, port2 } = new MessageChannel()
  const words: (TreeWord | FileAnswer)[] = []
  port1.on('message', (word: TreeWord | FileAnswer) => {
    words.push(word)
    if (words.length === stopAt) port1.postMessage('stop')
  })
  const closed = new Promise((resolve) => void port1.once('close', resolve))
  const source = { open: () => Promise.resolve(host.sftp), drop() {} }
  await doWithFiles(order, port2, { source })
  await closed
  const last = words.at(-1)
  assert.ok(last !== undefined)
  return { words, last }
}

async function tree(
  kind: 'count-tree' | 'remove-tree',
  path: string,
  root: Tree = HOME,
  odd?: Odd,
) {
  const host = sftpOfTree(root, odd)
  const { last } = await heard({ kind, path }, host)
  return { last, paths: host.paths() }
}

async function archive(names: readonly string[], root: Tree = HOME, odd?: Odd): Promise<Buffer> {
  const { port1, port2 } = new MessageChannel()
  const answer = new Promise<FileAnswer>((resolve) => void port1.once('message', resolve))
  const { sftp } = sftpOfTree(root, odd)
  const source = { open: () => Promise.resolve(sftp), drop() {} }
  const done = doWithFiles({ kind: 'archive', path: '/home', names }, port2, { source })
  const said = await answer
  if (said.kind === 'failed') throw new Error(said.failure.says)
  const bytes = new BytePort(port1)
  bytes.end()
  const all = await buffer(bytes)
  await done
  return all
}

describe('a folder of a host', () => {
  it('is counted with all that is in it, and no link is gone through', async () => {
    const { last } = await tree('count-tree', '/home/box')
    assert.deepEqual(last, {
      kind: 'end',
      files: 4,
      folders: 2,
      bytes: 7,
      problems: [],
      problemCount: 0,
    })
  })

  it('is taken away with all that is in it, and nothing that a link in it leads to', async () => {
    const { last, paths } = await tree('remove-tree', '/home/box')
    assert.deepEqual([last.kind, 'files' in last && last.files], ['end', 4])
    assert.deepEqual(paths, ['/', '/etc', '/etc/passwd', '/home'])
  })

  it('is not gone into when a link was put in its place meanwhile (files elsewhere would be deleted)', async () => {
    const { last, paths } = await tree('remove-tree', '/home/box', HOME, {
      realPath: (path) => (path === '/home/box/deep' ? '/etc' : undefined),
    })
    assert.match(JSON.stringify(last), /is no folder any more, or was put elsewhere/)
    assert.ok(paths.includes('/home/box/deep/b'))
    assert.ok(!paths.includes('/home/box/a'))
  })

  it('keeps what may not be deleted and the folders around it, by name, and nothing else', async () => {
    const forbidden = new Set(['/home/box/deep/b'])
    const { last, paths } = await tree('remove-tree', '/home/box', HOME, { forbidden })
    assert.deepEqual(paths.slice(3), ['/home', '/home/box', '/home/box/deep', '/home/box/deep/b'])
    assert.ok(last.kind === 'end' && last.problemCount === 1)
    assert.deepEqual(last.problems, ['/home/box/deep/b: Permission denied'])
  })

  it('stops between two files when it is told to, and says how far it came', async () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`f${at}`, 'x']))
    const host = sftpOfTree({ box: many })
    // The answer that it is gone through is the first word.
    const { last } = await heard({ kind: 'remove-tree', path: '/box' }, host, 1)
    assert.ok(last.kind === 'end' && last.files < 200, JSON.stringify(last))
    assert.equal(host.paths().length, 202 - last.files)
  })

  it('has no names that lead out of it (what they lead to would be deleted)', async () => {
    const alsoNames = (path: string) =>
      path === '/home/box' ? ['../../etc/passwd', '', 'a\0'] : []
    const forbidden = new Set(['/home/box/a'])
    const { last, paths } = await tree('remove-tree', '/home/box', HOME, { alsoNames, forbidden })
    assert.match(JSON.stringify(last), /3 of the names in it are none that a file can have/)
    assert.ok(paths.includes('/etc/passwd'))
  })

  it('has an end, also when the host tells of more and more (it would be gone through for ever)', async () => {
    const alsoNames = () => Array.from({ length: MAX_TREE_THINGS }, (_, at) => `n${at}`)
    const { last, paths } = await tree('remove-tree', '/home/box', HOME, { alsoNames })
    assert.ok(last.kind === 'end' && last.failure?.kind === 'too-many')
    assert.ok(paths.includes('/home/box/a'))
  })

  it('is none by the name of the one above', async () => {
    for (const path of ['/home/..', '/', '/home/box/.', '..']) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { last } = await tree('remove-tree', path)
      assert.ok(last.kind === 'failed' && last.failure.kind === 'wrong-kind', path)
    }
  })

  it('that is not there is said so at once', async () => {
    const { last } = await tree('count-tree', '/home/nothing')
    assert.ok(last.kind === 'failed' && last.failure.kind === 'not-found')
  })
})

describe('an archive of a host’s files', () => {
  let place: string
  before(() => (place = mkdtempSync(join(tmpdir(), 'archive-'))))
  after(() => rmSync(place, { recursive: true }))

  const tar = (bytes: Buffer, ...args: readonly string[]) =>
    execFileSync('tar', [...args], { input: bytes, cwd: place, encoding: 'utf8' })
  const missing = (bytes: Buffer) => tar(bytes, '-xOf', '-', NOT_IN_ARCHIVE)

  it('is unpacked by tar: files, folders, modes, times, links as links', async () => {
    tar(await archive(['box']), '-xpf', '-')
    assert.equal(readFileSync(join(place, 'box/deep/b'), 'utf8'), 'two!')
    assert.equal(readlinkSync(join(place, 'box/out')), '/etc')
    const { mode, mtimeMs } = statSync(join(place, 'box/a'))
    assert.deepEqual([mode & 0o7777, mtimeMs], [0o644, 1_700_000_000_000])
  })

  it('has long names, names of all letters, and large files between small ones', async () => {
    const long = 'ä'.repeat(100)
    const large = 'x'.repeat(300_001)
    const box = { [long]: { [long]: 'deep' }, large, small: 'y', out: { link: `/${long}` } }
    const bytes = await archive(['box', 'other'], { home: { box, other: 'z' } })
    assert.equal(bytes.length % 512, 0)
    assert.deepEqual(tar(bytes, '--quoting-style=literal', '-tf', '-').split('\n'), [
      'box/',
      'box/large',
      'box/small',
      `box/${long}/`,
      `box/${long}/${long}`,
      'box/out',
      'other',
      '',
    ])
    assert.equal(tar(bytes, '-xOf', '-', 'box/large'), large)
  })

  it('has names of each length where the length of what says them gets one digit longer', async () => {
    const names = Array.from({ length: 12 }, (_, at) => `ä${'x'.repeat(80 + at)}`)
    const bytes = await archive(names, {
      home: Object.fromEntries(names.map((name) => [name, ''])),
    })
    const listed = tar(bytes, '--quoting-style=literal', '-tf', '-')
    assert.deepEqual(listed.trim().split('\n'), names)
  })

  it('has links after all else of their folder (what comes after one could be unpacked through it)', async () => {
    const bytes = await archive(['box'], { home: { box: { A: { link: '/etc' }, a: { x: '' } } } })
    assert.deepEqual(tar(bytes, '-tf', '-').split('\n'), ['box/', 'box/a/', 'box/a/x', 'box/A', ''])
    // Also of those that were named: where capitals do not count, A is the place of what is in a.
    const named = await archive(['A', 'a'], { home: { A: { link: '/etc' }, a: { x: '' } } })
    assert.deepEqual(tar(named, '-tf', '-').split('\n'), ['a/', 'a/x', 'A', ''])
  })

  it('says what is not in it', async () => {
    const forbidden = new Set(['/home/box/a', '/home/box/deep'])
    const text = missing(await archive(['box'], HOME, { forbidden }))
    assert.deepEqual(text.split('\n').toSorted(), [
      '',
      '/home/box/a: Permission denied',
      '/home/box/deep: Permission denied',
      '/home/box/pipe: a socket, pipe or device',
    ])
  })

  it('is whole when a file is shorter than the host said, and says so', async () => {
    const box = { large: 'x'.repeat(200_000), next: 'y' }
    const bytes = await archive(['box'], { home: { box } }, { cutAt: 150_000 })
    assert.equal(tar(bytes, '-xOf', '-', 'box/next'), 'y')
    assert.match(missing(bytes), /only 150000 of its 200000 bytes came/)
  })

  it('is none of what is not there', async () => {
    await assert.rejects(archive(['nothing']), /No such file/)
  })
})
