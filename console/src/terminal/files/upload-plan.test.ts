import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FileListing } from '@fleetkey/wire/terminal/file-listing'
import type { Dropped } from './dropped-files.ts'
import { planUpload } from './upload-plan.ts'

/** The host has /srv with `a` and `box`, in which is `b`. */
const FOLDERS: Readonly<Record<string, readonly (readonly [string, 'file' | 'folder'])[]>> = {
  '/srv': [
    ['a', 'file'],
    ['box', 'folder'],
  ],
  '/srv/box': [['b', 'file']],
}

function listing(path: string): FileListing {
  const entries = (FOLDERS[path] ?? []).map(([name, kind]) => ({
    name,
    kind,
    size: 1,
    modifiedAt: 0,
    mode: 0o644,
  }))
  return { path, entries, truncated: false }
}

const drop = (...paths: readonly string[]): Dropped => ({
  folders: paths.filter((path) => path.endsWith('/')).map((path) => path.slice(0, -1)),
  files: paths
    .filter((path) => !path.endsWith('/'))
    .map((path) => ({ path, file: new File([], path) })),
})

async function plan(dropped: Dropped) {
  const asked: string[] = []
  const { folders, files } = await planUpload(dropped, {
    into: listing('/srv'),
    async list(path) {
      asked.push(path)
      return listing(path)
    },
  })
  return { asked, folders, files: files.map(({ to, isTaken }) => [to, isTaken]) }
}

describe('an upload', () => {
  it('knows which files would be replaced, in folders too', async () => {
    assert.deepEqual(await plan(drop('a', 'c', 'box/', 'box/b', 'box/c')), {
      asked: ['/srv/box'],
      folders: [],
      files: [
        ['/srv/a', true],
        ['/srv/c', false],
        ['/srv/box/b', true],
        ['/srv/box/c', false],
      ],
    })
  })

  it('makes the folders that are not there, and lists none of them (each is on record)', async () => {
    assert.deepEqual(await plan(drop('new/', 'new/er/', 'new/er/b')), {
      asked: [],
      folders: ['/srv/new', '/srv/new/er'],
      files: [['/srv/new/er/b', false]],
    })
  })
})
