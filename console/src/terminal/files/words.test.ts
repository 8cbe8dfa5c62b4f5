import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { modeText, octalText } from './byte-words.ts'
import { above, nameProblem, onTheWay, within } from './remote-path.ts'

describe('paths of a host', () => {
  it('are put together with one slash', () => {
    assert.equal(within('/', 'etc'), '/etc')
    assert.equal(within('/home/a', 'x y'), '/home/a/x y')
  })

  it('lead up to the root', () => {
    assert.equal(above('/home/a'), '/home')
    assert.equal(above('/home'), '/')
    assert.equal(above('/'), undefined)
  })

  it('have each folder on the way', () => {
    assert.deepEqual(
      onTheWay('/home/a').map(({ path }) => path),
      ['/', '/home', '/home/a'],
    )
  })
})

describe('a name that is given on a host', () => {
  it('is one name, of one thing', () => {
    assert.equal(nameProblem('a b', ['a']), undefined)
    assert.match(nameProblem('a', ['a']) ?? '', /taken/)
    assert.match(nameProblem('../a', []) ?? '', /no \//)
    assert.match(nameProblem('..', []) ?? '', /above/)
    assert.equal(nameProblem('ä'.repeat(127), []), undefined)
    assert.match(nameProblem('ä'.repeat(128), []) ?? '', /255 bytes/)
  })
})

describe('modeText', () => {
  it('is as ls has it', () => {
    assert.equal(modeText(0o755), 'rwxr-xr-x')
    assert.equal(modeText(0o100640), 'rw-r-----')
    assert.equal(octalText(0o644), '0644')
    assert.equal(octalText(0o4755), '4755')
  })
})
