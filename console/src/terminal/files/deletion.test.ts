import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FileEntry } from '@fleetkey/wire/terminal/file-listing'
import { ApiRefusal } from '../../api/api-refusal.ts'
import { goThroughAll, type GoThrough } from './deletion.ts'
import type { TreeEnd } from './tree-doors.ts'

const entries = ['a', 'b', 'c'].map((name): FileEntry => {
  return { name, kind: 'folder', size: 0, modifiedAt: 0, mode: 0o755 }
})
const end = (more: Partial<TreeEnd> = {}): TreeEnd => {
  return { kind: 'end', files: 2, folders: 1, bytes: 10, problems: [], problemCount: 0, ...more }
}
const refused = (code: string) => new ApiRefusal({ code, message: code, status: 400 })

async function gone(goThrough: GoThrough, stop = new AbortController()) {
  const told: number[] = []
  const onSoFar = ({ files }: { readonly files: number }) => void told.push(files)
  const came = await goThroughAll(entries, goThrough, { signal: stop.signal, onSoFar })
  return { ...came, told, left: came.left.map(({ name }) => name), refusal: came.refusal?.code }
}

describe('several folders that are gone through', () => {
  it('add up, on the way too', async () => {
    const { files, folders, bytes, told, left } = await gone((_entry, { onSoFar }) => {
      onSoFar({ files: 1, folders: 0, bytes: 5 })
      return Promise.resolve(end())
    })
    assert.deepEqual([files, folders, bytes, left], [6, 3, 30, []])
    assert.deepEqual(told, [1, 2, 3, 4, 5, 6])
  })

  it('leave what could not be deleted, and go on with the others', async () => {
    const { problems, problemCount, left, files } = await gone(({ name }) => {
      if (name === 'a') return Promise.resolve(end({ problems: ['a/x: no'], problemCount: 1 }))
      return name === 'b'
        ? Promise.reject(refused('FileForbiddenException'))
        : Promise.resolve(end())
    })
    assert.deepEqual([problems, problemCount], [['a/x: no', 'FileForbiddenException'], 2])
    assert.deepEqual([left, files], [['a', 'b'], 4])
  })

  it('go no further when the host or the control plane does not answer, and count what is gone', async () => {
    const broken = { code: 'FileTimeoutException', message: 'late' }
    const late = await gone(({ name }) =>
      Promise.resolve(name === 'a' ? end() : end({ files: 1, broken })),
    )
    assert.deepEqual([late.refusal, late.left, late.files], [broken.code, ['b', 'c'], 3])
    const away = await gone(({ name }, { onSoFar }) => {
      if (name === 'a') return Promise.resolve(end())
      onSoFar({ files: 1, folders: 0, bytes: 0 })
      return Promise.reject(refused('Unreachable'))
    })
    assert.deepEqual([away.refusal, away.left, away.files], ['Unreachable', ['b', 'c'], 3])
  })

  it('stop when they are told to, which is no refusal', async () => {
    const stop = new AbortController()
    const came = await gone(({ name }) => {
      if (name === 'a') return Promise.resolve(end())
      stop.abort()
      return Promise.reject(stop.signal.reason as Error)
    }, stop)
    assert.deepEqual([came.isStopped, came.refusal, came.left], [true, undefined, ['b', 'c']])
  })
})
