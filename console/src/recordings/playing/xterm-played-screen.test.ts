import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { givenScreen, seen } from './given-played.ts'

const ESC = '\u001b'
const RUNS = 120

const each = (of: readonly string[], end = '') => of.map((one) => `${ESC}[${one}${end}`)

/** What shells and full-screen programs send. */
const PARTS = [
  ['a', 'hello world ', 'ü€', '漢字', 'e\u0301', '\r\n', '\r', '\b', '\t', '\n', 'x'.repeat(30)],
  each(
    ['0', '1;31', '7', '4', '4:3', '38;5;200', '48;2;1;2;3', '39', '22', '95', '38:2::9:8:7'],
    'm',
  ),
  each(['A', 'B', 'C', '3D', 'K', '1K', '2J', 'J', 'L', '2M', 'P', '2@', 'S', 'T', '4X', '5G']),
  each(['1;1H', '3;5H', '12;24H', '6;20H', '2;6r', 'r', '3;8r', '?6h', '?6l']),
  each([
    '?1049h',
    '?1049l',
    '?47h',
    '?47l',
    '?25l',
    '?25h',
    '?7l',
    '?7h',
    '4h',
    '4l',
    '!p',
    's',
    'u',
  ]),
  [`${ESC}M`, `${ESC}D`, `${ESC}E`, `${ESC}7`, `${ESC}8`, `${ESC}]0;title\u0007`, `${ESC}c`],
]
/** What draws with other sets of characters. */
const SETS = [
  [
    'lqqk',
    'abc',
    '\r\n',
    '\u000e',
    '\u000f',
    `${ESC}(0`,
    `${ESC}(B`,
    `${ESC})0`,
    `${ESC})B`,
    `${ESC}(A`,
  ],
  each(['1;31m', '0m', '3;5H', 'K']),
]

async function holds(parts: readonly (readonly string[])[], numRuns: number): Promise<void> {
  const part = fc.oneof(...parts.map((some) => fc.constantFrom(...some)))
  const stream = fc.array(part, { maxLength: 30 }).map((all) => all.join(''))
  await fc.assert(
    fc.asyncProperty(stream, stream, async (before, after) => {
      const straight = givenScreen(24, 12)
      await straight.screen.show(before)
      const snapshot = straight.screen.snapshot()
      const restored = givenScreen(80, 24)
      await restored.screen.show(`${ESC}[31;5mrubbish${ESC}[2;3r${ESC}(0${ESC}[?25l${ESC}[4h`)
      await restored.screen.restore(snapshot)
      assert.deepEqual(seen(restored), seen(straight), 'put back')
      await straight.screen.show(after)
      await restored.screen.show(after)
      assert.deepEqual(seen(restored), seen(straight), 'and what came after')
      straight.screen.dispose()
      restored.screen.dispose()
    }),
    { numRuns },
  )
}

describe('a screen that is put back', () => {
  it('shows what it showed, and what comes after is as if nothing had been', () =>
    holds(PARTS, RUNS))

  it('draws lines where lines were drawn', () => holds(SETS, RUNS))
})
