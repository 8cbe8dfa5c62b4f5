import assert from 'node:assert/strict'
import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { logFileOf } from './find-sshd-log.ts'
import { findLogFileProblems, followLogFile } from './log-file.ts'

// Only root can make what only root can have written.
const skip = process.getuid?.() === 0 ? false : 'needs root'

describe("sshd's own file", { skip }, () => {
  let folder: string
  let path: string
  before(() => {
    // /tmp is everybody's
    folder = mkdtempSync('/var/lib/fleetkey-log-')
    path = join(folder, 'sshd.log')
  })
  after(() => rmSync(folder, { recursive: true }))

  function follow(): { readonly lines: string[]; readonly read: () => string[]; close(): void } {
    const lines: string[] = []
    const file = followLogFile(path, (line) => lines.push(line))
    const read = () => {
      file.read()
      return lines.splice(0)
    }
    return { lines, read, close: () => file.close() }
  }

  it('is read from its end on, line by line', () => {
    writeFileSync(path, 'before\r\n')
    const file = follow()
    assert.deepEqual(file.read(), [])
    appendFileSync(path, 'one\r\ntw')
    assert.deepEqual(file.read(), ['one'])
    appendFileSync(path, 'o\r\n')
    assert.deepEqual(file.read(), ['two'])
    file.close()
  })

  it('is followed through rotation: what was written last to the old one, then the new one whole', () => {
    writeFileSync(path, '')
    const file = follow()
    appendFileSync(path, 'last of the old\r\n')
    renameSync(path, `${path}.1`)
    writeFileSync(path, 'first of the new\r\n')
    assert.deepEqual(file.read(), ['last of the old', 'first of the new'])
    truncateSync(path)
    appendFileSync(path, 'cut\r\n')
    assert.deepEqual(file.read(), ['cut'])
    file.close()
  })

  it('costs bounded memory when somebody floods it', () => {
    writeFileSync(path, '')
    const file = follow()
    appendFileSync(path, `${'x'.repeat(3_000_000)}\r\nlast\r\n`)
    assert.deepEqual(file.read(), ['last'])
    file.close()
  })

  it('is not read when others than root could have written it', () => {
    for (const mode of [0o666, 0o620]) {
      writeFileSync(path, '')
      chmodSync(path, mode)
      const file = follow()
      appendFileSync(path, 'forged\r\n')
      assert.deepEqual(file.read(), [])
      assert.match(findLogFileProblems(path)[0] ?? '', /writable by root only/)
      file.close()
    }
  })
})

describe('the command line of sshd', () => {
  it('names its file, in whatever way it was given', () => {
    for (const [line, path] of [
      [
        'sshd: /usr/sbin/sshd -E /var/log/sshd.log [listener] 0 of 10-100 startups',
        '/var/log/sshd.log',
      ],
      ['/usr/sbin/sshd -D -E/var/log/sshd.log', '/var/log/sshd.log'],
      ['/usr/sbin/sshd -DE /var/log/sshd.log', '/var/log/sshd.log'],
      ['sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups', undefined],
      ['', undefined],
    ] as const)
      assert.equal(logFileOf(line), path, line)
  })
})
