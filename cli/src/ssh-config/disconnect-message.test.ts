import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { disconnectMessage } from './disconnect-message.ts'

const hasSsh = spawnSync('ssh', ['-V']).error === undefined

describe('a disconnect message', { skip: hasSsh ? false : 'no ssh here' }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'fleetkey-disconnect-'))
  after(() => rmSync(dir, { recursive: true }))

  for (const text of [
    'You may not.',
    'x',
    'A longer reason, with a number of words in it, and an ü.',
  ]) {
    it(`is read by ssh: ${text}`, () => {
      const file = join(dir, 'message')
      writeFileSync(file, disconnectMessage(text))
      const proxy = `ProxyCommand=sh -c 'cat ${file}; cat >/dev/null'`
      const { stderr, status } = spawnSync('ssh', ['-F', 'none', '-o', proxy, 'nowhere'], {
        encoding: 'utf8',
        timeout: 10_000,
      })
      assert.equal(status, 255)
      assert.ok(
        stderr.includes(text.replace('ü', String.raw`\303\274`)) || stderr.includes(text),
        stderr,
      )
    })
  }
})
