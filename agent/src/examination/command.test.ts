import assert from 'node:assert/strict'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { after, describe, it } from 'node:test'
import { askLikeSshd } from './ask-like-sshd.ts'
import { judgeAnswer } from './command.ts'

describe('a program asked as sshd asks', () => {
  const root = fs.mkdtempSync(`${tmpdir()}/ask-like-sshd-`)
  after(() => fs.rmSync(root, { recursive: true }))
  const as = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, limitMs: 5000 }
  const ask = (script: string, limitMs = as.limitMs) => {
    const path = `${root}/${String(fs.readdirSync(root).length)}`
    fs.writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    return askLikeSshd([path, 'alice'], { ...as, limitMs })
  }

  it('answers, or says why not', async () => {
    assert.equal((await ask('[ "$1" = alice ] && [ "$PWD" = / ]')).kind, 'answered')
    assert.deepEqual(await ask('echo no such file >&2; exit 3'), {
      kind: 'failed',
      says: 'no such file\n',
    })
    assert.deepEqual(await ask('exit 3'), { kind: 'failed', says: 'exit code 3' })
  })

  it('has nothing of our environment', async () => {
    process.env['FLEETKEY_TEST_SECRET'] = 'x'
    assert.equal((await ask('[ -z "${FLEETKEY_TEST_SECRET-}" ]')).kind, 'answered')
    delete process.env['FLEETKEY_TEST_SECRET']
  })

  it('is ended when it hangs', async () => {
    assert.deepEqual(await ask('while :; do :; done', 50), { kind: 'late', afterMs: 50 })
  })
})

it('what the helper answered is judged', () => {
  const judge = (answer: Parameters<typeof judgeAnswer>[0]) => {
    const path = '/usr/lib/fleetkey/authorized-keys'
    const [found] = judgeAnswer(answer, { path, isOurs: false })
    const [ours] = judgeAnswer(answer, { path, isOurs: true })
    assert.deepEqual([ours?.state, ours?.cause], [found?.state, found?.cause])
    assert.equal(found?.mend?.fix, found?.state === 'bad' ? 'helper' : undefined)
    // To write the same file again mends nothing.
    assert.equal(ours?.mend?.fix, undefined)
    return [found?.state, found?.cause]
  }
  assert.deepEqual(judge({ kind: 'answered', tookMs: 3 }), ['good', undefined])
  assert.deepEqual(judge({ kind: 'answered', tookMs: 1500 }), ['note', undefined])
  assert.deepEqual(judge({ kind: 'late', afterMs: 2000 }), ['bad', 'command-slow'])
  assert.deepEqual(judge({ kind: 'late', afterMs: 500 }), ['unknown', undefined])
  assert.deepEqual(judge({ kind: 'failed', says: 'exit code 1' }), ['bad', 'command-failed'])
})
