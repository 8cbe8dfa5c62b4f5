import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { findAction } from '@fleetkey/iam/actions/catalogue'
import type { CatalogueAction } from '@fleetkey/iam/actions/service'
import { OPERATIONS } from './operations.ts'

/** Asked for beside the action of the operation, or instead of what else would be asked for. */
const ASKED_FOR_BESIDE = [
  'sts:TagSession',
  'sts:SetSourceIdentity',
  'iam:TagMFADevice',
  'fleetkey:GrantAnyPermission',
]

/** Of AWS; no such things are here, or nothing that is asked for. */
const NOT_HERE = ['key-pair', 'network-interface', 'volume']

/** A new operation, or new keys: */
const HOW = 'Write it anew: WRITE_DOCS=1 node --test server/src/operations/actions-table.test.ts'

const DOCUMENT = new URL('../../../docs/operate/policies.md', import.meta.url)

describe('docs/operate/policies.md', () => {
  it('names every action that is asked for here, on what, and its condition keys', () => {
    const text = readFileSync(DOCUMENT, 'utf8')
    const [, table] = /\n\| action \|[^\n]*\n\| --- [^\n]*\n((?:\|[^\n]*\n)+)/.exec(text) ?? []
    assert.ok(table)
    const right = rows().join('')
    if (process.env['WRITE_DOCS'])
      writeFileSync(
        DOCUMENT,
        text.replace(table, () => right),
      )
    else assert.equal(table, right, `${HOW}\n${right}`)
  })
})

/** Actions that are asked for on the same things and have the same keys share a row. */
function rows(): readonly string[] {
  const asked = OPERATIONS.filter(({ needsNoPermission }) => !needsNoPermission)
  const names = new Set([...asked.map(({ action }) => action), ...ASKED_FOR_BESIDE])
  const shared = new Map<string, string[]>()
  for (const name of names) {
    const action = findAction(name)
    assert.ok(action, name)
    const rest = `| ${resourcesOf(action)} |${keysOf(action)} |\n`
    shared.set(rest, [...(shared.get(rest) ?? []), action.name])
  }
  return [...shared]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([rest, actions]) => `| ${named(actions)} ${rest}`)
}

/** The service is said once. */
function named(actions: readonly string[]): string {
  let service = ''
  return actions
    .toSorted()
    .map((action) => {
      const [prefix = '', name = ''] = action.split(':')
      const shown = prefix === service ? name : action
      service = prefix
      return `\`${shown}\``
    })
    .join(', ')
}

function resourcesOf({ resources }: CatalogueAction): string {
  const arns = resources
    .filter(({ name }) => !NOT_HERE.includes(name))
    .map(({ arn }) =>
      arn
        .replace('${Partition}', 'aws')
        .replace('${Region}', 'REGION')
        .replace('${Account}', 'ACCOUNT')
        .replace('${NameWithPath}', 'PATH/NAME')
        .replace(/\$\{\w*Id\}/, 'ID'),
    )
  return arns.length === 0 ? '`*`' : arns.map((arn) => `\`${arn}\``).join(', ')
}

function keysOf({ keys, resources }: CatalogueAction): string {
  const all = new Set([...keys, ...resources.flatMap((resource) => resource.keys)])
  return [...all]
    .toSorted()
    .map((key, index) => `${index === 0 ? ' ' : ''}\`${key.replace(/\$\{\w+\}/, '…')}\``)
    .join(', ')
}
