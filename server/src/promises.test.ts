import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { it } from 'node:test'

const ROOT = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8')

/** `path` "name of a test", at the end of a row. */
const ROW = /\| `([^`]+)` "(.+)" \|$/

it('names only tests that there are (a promise would look kept by one that is gone)', () => {
  const rows = read('docs/promises.md')
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\| (?:---|promise|attack)/.test(line))
  assert.ok(rows.length > 50)
  for (const row of rows) {
    const [, path = '', name = ''] = ROW.exec(row) ?? assert.fail(row)
    assert.ok(read(path).includes(name), row)
  }
})
