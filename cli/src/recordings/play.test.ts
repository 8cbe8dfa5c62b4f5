import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { CastEvent } from '@fleetkey/domain/asciicast'
import { play, type PlayKey, type PlayParts } from './play.ts'

const shown = (at: number, text: string): CastEvent => ({ code: 'o', at, text })
const THREE = [shown(0.5, 'one'), shown(1, 'two'), shown(21, 'three')]

/** Plays with keys that are pressed at moments of the player's clock; what it shows, and when. */
async function played(
  events: readonly CastEvent[],
  change: Partial<PlayParts> = {},
  presses: readonly (readonly [number, PlayKey])[] = [],
) {
  let ms = 0
  const left = [...presses]
  const out: string[] = []
  let opened = 0
  const end = await play({
    async *events() {
      opened += 1
      yield { width: 80, height: 24 }
      yield* events
    },
    out: (text) => {
      if (/^[a-z]/.test(text)) out.push(`${text}@${Math.round(ms)}`)
    },
    keyWithin(within) {
      const [next] = left
      if (next === undefined || next[0] > ms + within) {
        ms += within
        return Promise.resolve(undefined)
      }
      left.shift()
      ms = Math.max(ms, next[0])
      return Promise.resolve(next[1])
    },
    speed: 1,
    idleLimit: Infinity,
    from: 0,
    elapsed: () => ms,
    ...change,
  })
  return { out, end, opened }
}

describe('playing a recording', () => {
  it('shows all of it at its time', async () => {
    const { out, end } = await played(THREE)
    assert.deepEqual(out, ['one@500', 'two@1000', 'three@21000'])
    assert.equal(end, 'ended')
  })

  it('goes faster or slower, and over pauses', async () => {
    assert.deepEqual((await played(THREE, { speed: 2 })).out, ['one@250', 'two@500', 'three@10500'])
    assert.deepEqual((await played(THREE, { idleLimit: 2 })).out, [
      'one@500',
      'two@1000',
      'three@3000',
    ])
  })

  it('begins where it is told, with all that was shown until then', async () => {
    assert.deepEqual((await played(THREE, { from: 20 })).out, ['one@0', 'two@0', 'three@1000'])
  })

  it('heeds keys', async () => {
    const pause = await played(THREE, {}, [
      [700, 'pause'],
      [5700, 'pause'],
    ])
    assert.deepEqual(pause.out, ['one@500', 'two@6000', 'three@26000'])
    const forward = await played(THREE, {}, [[2000, 'forward']])
    assert.deepEqual(forward.out, ['one@500', 'two@1000', 'three@11000'])
    const back = await played(THREE, {}, [[11_000, 'back']])
    assert.deepEqual(back.out, ['one@500', 'two@1000', 'one@11000', 'two@11000', 'three@31000'])
    assert.equal(back.opened, 2)
    const faster = await played(THREE, {}, [
      [1000, 'faster'],
      [1000, 'faster'],
    ])
    assert.deepEqual(faster.out, ['one@500', 'two@1000', 'three@6000'])
    const step = await played(THREE, {}, [[1500, 'step']])
    assert.deepEqual(step.out, ['one@500', 'two@1000', 'three@1500'])
    const quit = await played(THREE, {}, [[1500, 'quit']])
    assert.deepEqual([quit.out, quit.end], [['one@500', 'two@1000'], 'quit'])
  })

  it('lets nothing through that does more than draw, also across events', async () => {
    const texts: string[] = []
    await played([shown(0, '\u001b]52;c;'), shown(1, 'cm0='), shown(2, '\u0007\u001b[6nend')], {
      out: (text) => void texts.push(text),
    })
    const all = texts.join('')
    assert.ok(!all.includes('52') && !all.includes('cm0=') && !all.includes('[6n'))
    assert.ok(all.includes('end'))
  })
})
