import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { TERMINAL_END_CAUSES } from '@fleetkey/domain/terminal-end'
import { endHeading, isFailure } from './end-words.ts'

describe('the end of a terminal', () => {
  it('has a heading of its own for each cause', () => {
    const headings = TERMINAL_END_CAUSES.map((cause) => endHeading({ cause, says: '' }))
    assert.equal(new Set(headings).size, TERMINAL_END_CAUSES.length)
  })

  it('tells the exit code of a shell that failed', () => {
    assert.match(endHeading({ cause: 'exited', says: '', exitCode: 3 }), /exit code 3/)
    assert.equal(endHeading({ cause: 'exited', says: '', exitCode: 0 }), 'The shell ended')
  })

  it('is no failure when somebody left', () => {
    assert.equal(isFailure({ cause: 'exited', says: '' }), false)
    assert.equal(isFailure({ cause: 'host-lost', says: '' }), true)
  })
})
