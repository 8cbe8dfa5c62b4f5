import assert from 'node:assert/strict'
import { appendFileSync, closeSync, existsSync, openSync, writeSync } from 'node:fs'
import { describe, it } from 'node:test'
import { scratchDirectory } from '../testing/agent-parts.ts'
import { LoginLog } from './login-log.ts'

describe('the log of logins', () => {
  it('gives each whole line once, also to an agent that starts again', (test) => {
    const directory = scratchDirectory(test)
    const log = new LoginLog(directory, undefined)
    assert.deepEqual(log.take(), [])
    appendFileSync(`${directory}/log`, 'one\ntwo\nthr')
    assert.deepEqual(log.take(), ['one', 'two'])
    assert.deepEqual(log.take(), [])
    appendFileSync(`${directory}/log`, 'ee\n\n')
    assert.deepEqual(new LoginLog(directory, log.position).take(), ['three', ''])
    // A position of another file, or none, is the beginning.
    assert.equal(new LoginLog(directory, undefined).take().length, 4)
  })

  it('makes place for a new one, and waits for those who still write to the old', (test) => {
    const directory = scratchDirectory(test)
    let now = 0
    const log = new LoginLog(directory, undefined, () => now)
    const line = 'x'.repeat(99)
    appendFileSync(`${directory}/log`, `${line}\n`.repeat(3000))
    const late = openSync(`${directory}/log`, 'a')
    assert.equal(log.take().length, 3000)
    assert.ok(!existsSync(`${directory}/log`))
    appendFileSync(`${directory}/log`, 'new\n')
    writeSync(late, 'late\n')
    closeSync(late)
    assert.deepEqual(log.take(), ['late', 'new'])
    now = 10_001
    assert.deepEqual(log.take(), [])
    assert.ok(!existsSync(`${directory}/log.before`))
    appendFileSync(`${directory}/log`, 'newer\n')
    assert.deepEqual(log.take(), ['newer'])
  })

  it('loses and repeats nothing when the agent dies between two of its steps', (test) => {
    const directory = scratchDirectory(test)
    const log = new LoginLog(directory, undefined)
    appendFileSync(`${directory}/log`, 'x\n'.repeat(200_000))
    const before = log.position
    assert.equal(log.take().length, 200_000)
    // Renamed, and not noted: all of it is read again.
    assert.equal(new LoginLog(directory, before).take().length, 200_000)
    appendFileSync(`${directory}/log`, 'new\n')
    assert.deepEqual(new LoginLog(directory, log.position).take(), ['new'])
  })
})
