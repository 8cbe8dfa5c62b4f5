import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { withTerminals, type OpenTerminal } from './open-terminal.ts'

const one = (TerminalId: string, Devices = 1) => ({ TerminalId, Devices }) as OpenTerminal

describe('the open terminals', () => {
  it('are as they were told last: new ones first, those that ended no more', () => {
    const news = { changed: [one('t-2', 2), one('t-4'), one('t-5')], gone: ['t-3', 't-5'] }
    const now = withTerminals([one('t-1'), one('t-2'), one('t-3')], news)
    assert.deepEqual(
      now.map(({ TerminalId, Devices }) => `${TerminalId} ${Devices}`),
      ['t-4 1', 't-1 1', 't-2 2'],
    )
  })
})
