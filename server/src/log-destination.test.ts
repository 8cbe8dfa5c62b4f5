import assert from 'node:assert/strict'
import { closeSync, openSync } from 'node:fs'
import { it } from 'node:test'
import pino from 'pino'
import { logDestination } from './log-destination.ts'

it('lets nothing fail because its log cannot be written (a full disk would answer with nothing but 500)', () => {
  const full = openSync('/dev/full', 'w')
  try {
    const log = pino({ base: null }, logDestination(full))
    for (const line of ['one', 'two', 'three']) assert.doesNotThrow(() => log.error(line))
  } finally {
    closeSync(full)
  }
})
