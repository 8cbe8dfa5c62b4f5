import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Tags } from '@fleetkey/domain/instance'
import { validate } from '@fleetkey/wire/aws/validation'
import { fitting, matcherOf, readFilters, type Filterable } from './filters.ts'

interface Host {
  readonly name: string
  readonly addresses: readonly string[]
  readonly tags: Tags
}

const FILTERABLE: Filterable<Host> = {
  names: { name: ({ name }) => [name], address: ({ addresses }) => addresses },
  tags: ({ tags }) => tags,
}

const web: Host = { name: 'web-1', addresses: ['10.0.0.1', '10.0.0.2'], tags: { env: 'dev' } }

const read = (...filters: unknown[]) =>
  readFilters(validate(new Map([['Filters', filters]])), FILTERABLE)
const fits = (host: Host, ...filters: [name: string, ...values: string[]][]) =>
  matcherOf(read(...filters.map(([Name, ...Values]) => ({ Name, Values }))), FILTERABLE)(host)

describe('filters', () => {
  it('are all of them, each by any of its values', () => {
    assert.ok(fits(web))
    assert.ok(fits(web, ['name', 'db-1', 'web-1'], ['address', '10.0.0.2']))
    assert.ok(!fits(web, ['name', 'web-1'], ['address', '10.0.0.3']))
    assert.ok(!fits(web, ['name']))
  })

  it('know case, wildcards and what takes their meaning away', () => {
    const named = (name: string) => ({ ...web, name })
    for (const [pattern, name] of [
      ['web-*', 'web-'],
      ['*', ''],
      ['w?b-1', 'web-1'],
      ['*b*1', 'web-1'],
      ['\\*', '*'],
      ['a\\?b', 'a?b'],
      ['a\\\\*', 'a\\b'],
      ['\\web-1', 'web-1'],
      ['a\\', 'a\\'],
    ] as const) {
      assert.ok(fits(named(name), ['name', pattern]), `${pattern} fits ${name}`)
    }
    for (const [pattern, name] of [
      ['web', 'web-1'],
      ['WEB-1', 'web-1'],
      ['web-?', 'web-'],
      ['\\*', 'web-1'],
      ['a\\?b', 'axb'],
      ['.*', 'web-1'],
    ] as const) {
      assert.ok(!fits(named(name), ['name', pattern]), `${pattern} does not fit ${name}`)
    }
  })

  it('find tags by key and value', () => {
    assert.ok(fits(web, ['tag:env', 'd*'], ['tag-key', 'env'], ['tag-value', 'dev']))
    assert.ok(!fits(web, ['tag:Env', 'dev']))
    assert.ok(!fits(web, ['tag-value', 'env']))
    assert.ok(!fits(web, ['tag:toString', '*']), 'no property of every object is a tag')
    assert.ok(!fits({ ...web, tags: {} }, ['tag-key', '*']))
  })

  it('are refused when nothing has that name (would be passed over, and more shown than asked for)', () => {
    for (const name of ['nane', 'constructor', '__proto__', 'tag', 'Name', '']) {
      assert.throws(() => read({ Name: name, Values: ['x'] }), { code: 'InvalidParameterValue' })
    }
    assert.throws(() => read({ Name: 'a\u001b[2J', Values: [] }), {
      message: "The filter 'a?[2J' is invalid",
    })
    const untagged = { names: FILTERABLE.names }
    assert.throws(
      () =>
        readFilters(
          validate(new Map([['Filters', [{ Name: 'tag:env', Values: ['x'] }]]])),
          untagged,
        ),
      { code: 'InvalidParameterValue' },
    )
  })

  it('are bounded, so that one request cannot ask for any amount of work', () => {
    const values = (count: number) => Array.from({ length: count }, (_, n) => `*${n}*`)
    const filter = (count: number) => ({ Name: 'name', Values: values(count) })
    assert.equal(read(filter(200)).length, 1)
    const over = { code: 'FilterLimitExceeded' }
    assert.throws(() => read(filter(201)), over)
    assert.throws(() => read(...Array.from({ length: 51 }, () => filter(1))), over)
    const plain = { Name: 'name', Values: values(200).map((value) => value.replaceAll('*', '')) }
    assert.equal(read(...Array.from({ length: 10 }, () => plain)).length, 10)
    assert.throws(() => read(...Array.from({ length: 11 }, () => plain)), over)
    assert.throws(() => read(plain, filter(200), filter(1)), over)
  })

  it('let others have their turn while many rows are tried (one request held up the server for seconds)', async () => {
    let turns = 0
    const turn = setInterval(() => turns++, 1)
    const rows = Array.from({ length: 200 }, (_, index) => index)
    const found = await fitting(rows, (row) => {
      for (const until = performance.now() + 1; performance.now() < until;);
      return row % 2 === 0
    })
    clearInterval(turn)
    assert.deepEqual(
      found,
      rows.filter((row) => row % 2 === 0),
    )
    assert.ok(turns >= 5, String(turns))
  })
})
