import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { createLaunches } from './launches.ts'

const dir = mkdtempSync(join(tmpdir(), 'fleetkey-launches-'))
after(() => rmSync(dir, { recursive: true }))

describe('launch programs', () => {
  it('run a few at once, whatever is asked for (a thousand terminated instances would be a thousand processes)', async () => {
    const text = 'echo + >>"$1/log"; sleep 0.4; echo - >>"$1/log"; [ "$2" = good ]'
    const programOf = (mood: string) => ({
      description: '',
      program: ['/bin/sh', '-c', text, 'sh', dir, mood],
    })
    const launches = createLaunches({
      images: { good: programOf('good'), bad: programOf('bad') },
      install: undefined,
      url: () => 'https://fleetkey.example.com',
      newBoundary: () => 'b',
      log: { info() {}, error() {} },
    })
    const ends = await Promise.allSettled(
      Array.from({ length: 60 }, (_, index) =>
        launches.end({
          instanceId: 'i-0123456789abcdef0',
          tags: {},
          launch: {
            imageId: index % 3 === 0 ? 'bad' : 'good',
            instanceType: 'small',
            reservationId: 'r-1',
            index,
          },
        }),
      ),
    )
    assert.equal(ends.filter(({ status }) => status === 'fulfilled').length, 40)
    let now = 0
    let most = 0
    for (const sign of readFileSync(join(dir, 'log'), 'utf8').trim().split('\n')) {
      now += sign === '+' ? 1 : -1
      most = Math.max(most, now)
    }
    assert.equal(now, 0)
    assert.ok(most > 1 && most <= 16, String(most))
  })
})
