import assert from 'node:assert/strict'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { after, it } from 'node:test'
import { replaceFile } from './replace-file.ts'

const dir = fs.mkdtempSync(`${tmpdir()}/replace-file-`)
after(() => fs.rmSync(dir, { recursive: true }))
const rights = { mode: 0o640, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }

it('gives the mode asked for, whatever the umask', () => {
  const umask = process.umask(0o077)
  replaceFile(`${dir}/a`, 'text', { ...rights, mode: 0o664 })
  process.umask(umask)
  assert.equal(fs.statSync(`${dir}/a`).mode & 0o7777, 0o664)
})

it('replaces a link and leaves alone what it points at', () => {
  fs.writeFileSync(`${dir}/victim`, 'mine')
  fs.symlinkSync(`${dir}/victim`, `${dir}/link`)
  replaceFile(`${dir}/link`, 'ours', rights)
  assert.equal(fs.readFileSync(`${dir}/victim`, 'utf8'), 'mine')
  assert.ok(fs.lstatSync(`${dir}/link`).isFile())
})

it('leaves nothing when it fails', () => {
  fs.mkdirSync(`${dir}/directory/below`, { recursive: true })
  assert.throws(() => replaceFile(`${dir}/directory`, 'text', rights))
  assert.deepEqual(
    fs.readdirSync(dir).filter((name) => name.startsWith('.')),
    [],
  )
})
