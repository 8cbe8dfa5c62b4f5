import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { OPERATIONS } from './operations.ts'

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
