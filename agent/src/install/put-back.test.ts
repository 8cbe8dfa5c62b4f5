import assert from 'node:assert/strict'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { after, it } from 'node:test'
import { allOrNothing, rememberFile } from './put-back.ts'

const dir = fs.mkdtempSync(`${tmpdir()}/put-back-`)
after(() => fs.rmSync(dir, { recursive: true }))

it('puts a file back byte for byte, with its mode', () => {
  const bytes = Buffer.from([...Array(256).keys()])
  fs.writeFileSync(`${dir}/a`, bytes, { mode: 0o600 })
  const putBack = rememberFile(`${dir}/a`)
  fs.rmSync(`${dir}/a`)
  fs.writeFileSync(`${dir}/a`, 'other', { mode: 0o644 })
  putBack()
  assert.deepEqual(fs.readFileSync(`${dir}/a`), bytes)
  assert.equal(fs.statSync(`${dir}/a`).mode & 0o777, 0o600)
})

it('removes a file that was not there', () => {
  const putBack = rememberFile(`${dir}/b`)
  fs.writeFileSync(`${dir}/b`, '')
  putBack()
  assert.equal(fs.existsSync(`${dir}/b`), false)
})

it('undoes the last step first and throws the error', async () => {
  const done: string[] = []
  const failing = allOrNothing(async (putBack) => {
    putBack.push(
      () => void done.push('first'),
      () => void done.push('second'),
    )
    throw new Error('no')
  })
  await assert.rejects(failing, /^Error: no$/)
  assert.deepEqual(done, ['second', 'first'])
})

it('undoes the rest when one undoing fails, and says so', async () => {
  const done: string[] = []
  const failing = allOrNothing(async (putBack) => {
    putBack.push(
      () => void done.push('first'),
      () => {
        throw new Error('worse')
      },
    )
    throw new Error('no')
  })
  await assert.rejects(failing, AggregateError)
  assert.deepEqual(done, ['first'])
})
