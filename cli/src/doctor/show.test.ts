import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { paintFor } from '../output.ts'
import { showFindings } from './show.ts'

const COMMAND = `nft insert rule inet wall in ip saddr 10.0.0.9/32 tcp dport 22 accept comment '"fleetkey"'`

function shown(columns: number | undefined): string {
  let out = ''
  const paint = paintFor({}, {})
  showFindings(
    {
      env: {},
      interactive: false,
      paintOut: paint,
      paintErr: paint,
      width: () => columns,
      out: (text) => (out += text),
      err: () => undefined,
      now: () => 0,
    },
    [
      {
        check: 'firewall',
        state: 'bad',
        says: `It drops ${'what comes from there, '.repeat(5)}without an answer.`,
        mend: { says: `Let ${'it in, and '.repeat(12)}keep that.`, commands: [COMMAND] },
      },
    ],
  )
  return out
}

describe('findings', () => {
  it('fit into the terminal, with commands whole, to be pasted', () => {
    const lines = shown(80).trimEnd().split('\n')
    assert.deepEqual(
      lines.filter((line) => line.length > 80).map((line) => line.trim()),
      [COMMAND],
    )
    assert.match(lines[1] ?? '', /^ {12}\S/)
    assert.ok(lines.length > 4)
  })

  it('are whole lines where no terminal is, for grep', () => {
    assert.equal(shown(undefined).trimEnd().split('\n').length, 3)
  })
})
