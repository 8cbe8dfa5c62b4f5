import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { whileLocked } from './session-lock.ts'

describe('whileLocked', () => {
  let env: { HOME: string }
  before(() => {
    env = { HOME: mkdtempSync(join(tmpdir(), 'fleetkey-lock-')) }
  })
  after(() => rmSync(env.HOME, { recursive: true, force: true }))

  it('lets one in at a time, and the next when that one failed', async () => {
    const log: string[] = []
    const work = (name: string) =>
      whileLocked(env, 'a', async () => {
        log.push(`${name} in`)
        await new Promise((resolve) => setTimeout(resolve, 5))
        log.push(`${name} out`)
        if (name === 'one') throw new Error('it failed')
      })
    const [one] = await Promise.allSettled([work('one'), work('two')])
    assert.equal(one.status, 'rejected')
    assert.deepEqual(log, ['one in', 'one out', 'two in', 'two out'])
  })

  it('keeps profiles apart', async () => {
    await whileLocked(env, 'a', () => whileLocked(env, 'b', async () => undefined))
  })

  it('is free again when its owner was killed', async () => {
    const file = new URL('session-lock.ts', import.meta.url).pathname
    const code = `
      const { whileLocked } = await import(${JSON.stringify(file)})
      await whileLocked(${JSON.stringify(env)}, 'a', async () => {
        console.log('mine')
        await new Promise((resolve) => setTimeout(resolve, 60_000))
      })`
    const owner = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    await once(owner.stdout, 'data')
    let mine = false
    const waiting = whileLocked(env, 'a', async () => {
      mine = true
    })
    await new Promise((resolve) => setTimeout(resolve, 120))
    assert.equal(mine, false)
    owner.kill('SIGKILL')
    await waiting
    assert.equal(mine, true)
  })
})
