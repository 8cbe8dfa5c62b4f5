import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { CHAIN_START, nextLink, type ChainLink } from '@fleetkey/domain/trail-chain'
import { EXIT_CODES } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { ChainCheck, type ChainRecord } from './chain.ts'

const sha256Hex = (text: string) => createHash('sha256').update(text).digest('hex')

function chainOf(records: readonly string[]): readonly ChainRecord[] {
  let last: ChainLink = CHAIN_START
  return records.map((record) => {
    last = nextLink(last, record, sha256Hex)
    return { ...last, record }
  })
}

const good = chainOf(['{"a":1}', '{"a":2}', '{"a":3}', '{"a":4}'])
const [first, second, third, fourth] = good as [ChainRecord, ChainRecord, ChainRecord, ChainRecord]

function check(records: readonly ChainRecord[], head: ChainLink = fourth): void {
  const chain = new ChainCheck()
  for (const record of records) chain.add(record)
  chain.finish(head)
}

const says = (message: string) => (error: unknown) =>
  error instanceof Failure &&
  error.exitCode === EXIT_CODES.trailBroken &&
  error.message.startsWith(message)

describe('ChainCheck', () => {
  it('takes a whole chain', () => check(good))
  it('takes one that has grown since the head was noted', () => check(good, second))
  it('names an altered record', () => {
    const altered = { ...second, record: '{"a":9}' }
    assert.throws(() => check([first, altered, third, fourth]), says('Record 2 was altered'))
  })
  it('names a record altered together with its hash (the next no longer follows)', () => {
    const { hash } = nextLink(first, '{"a":9}', sha256Hex)
    const altered = { seq: 2, hash, record: '{"a":9}' }
    assert.throws(() => check([first, altered, third, fourth]), says('Record 3 was altered'))
  })
  it('names a missing record', () => {
    assert.throws(() => check([first, third, fourth]), says('Record 2 is missing'))
  })
  it('names a record out of order', () => {
    assert.throws(() => check([first, second, first]), says('Record 1 is out of order'))
  })
  it('names the first record of a tail that is cut off', () => {
    assert.throws(() => check([first, second]), says('Record 3 is missing: the tail is cut off'))
  })
  it('sees that the whole chain was made anew', () => {
    const anew = chainOf(['{"b":1}', '{"b":2}', '{"b":3}', '{"b":4}'])
    assert.throws(() => check(anew), says('Record 4 is not the one that the head names'))
  })
})
