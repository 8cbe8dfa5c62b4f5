import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { OWN_EVENTS } from '@fleetkey/domain/own-event'
import { OPERATIONS } from './operations.ts'

const SOURCES = new URL('../', import.meta.url)

const pageOf = (name: string): string =>
  readFileSync(new URL(`../../../docs/api/${name}`, import.meta.url), 'utf8')

/** The operations that a page tells of, with the service that it says they belong to: the rows of its table of operations. */
function tableOf(page: string, serviceOf: (firstCell: string) => string) {
  const rows = page
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').slice(1, -1))
  const column = rows[0]?.findIndex((cell) => cell.trim() === 'operations') ?? -1
  const end = rows.findIndex(([first], index) => index > 1 && first?.trim() === 'code')
  return rows.slice(2, end === -1 ? undefined : end).flatMap((cells) =>
    [...(cells[column] ?? '').matchAll(/`([A-Z]\w*)`/g)].map(([, name = '']) => ({
      name,
      service: serviceOf(cells[0] ?? ''),
    })),
  )
}

const told = [
  ...tableOf(pageOf('README.md'), (cell) => cell.replaceAll(/[ `]/g, '')),
  ...tableOf(pageOf('iam.md'), () => 'iam'),
  ...tableOf(pageOf('ec2.md'), () => 'ec2'),
  ...tableOf(pageOf('fleetkey.md'), () => 'fleetkey'),
]
const spelled = ({ service, name }: { readonly service: string; readonly name: string }) =>
  `${service} ${name}`

describe('the pages of the API', () => {
  it('tell of every operation there is, in full, once, with its service', () => {
    assert.deepEqual(told.map(spelled).toSorted(), OPERATIONS.map(spelled).toSorted())
  })
})

describe('events that are no calls', () => {
  const recorded = globSync('**/*.ts', { cwd: SOURCES, exclude: ['**/*.test.ts', 'testing/**'] })
    .map((file) => readFileSync(new URL(file, SOURCES), 'utf8'))
    .flatMap((text) => [...text.matchAll(/eventName: '([A-Z]\w+)'/g)])
    .map(([, name = '']) => name)

  it('are all on the list, from which pages and this test have them', () => {
    const calls = OPERATIONS.flatMap(({ name, recordedAs }) => [name, recordedAs?.eventName])
    const known = new Set<string | undefined>([...calls, ...OWN_EVENTS])
    assert.ok(recorded.includes('SessionStarted'), 'it looks where they are recorded')
    assert.deepEqual(
      recorded.filter((name) => !known.has(name)),
      [],
    )
  })

  it('are told of', () => {
    const page = readFileSync(new URL('../../docs/operate/events.md', SOURCES), 'utf8')
    assert.deepEqual(
      OWN_EVENTS.filter((name) => !page.includes(`\`${name}\``)),
      [],
    )
  })
})
