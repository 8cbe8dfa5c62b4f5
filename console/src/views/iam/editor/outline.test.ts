import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readOutline, statementOf } from './outline.ts'

const told = (text: string) =>
  readOutline(text).pieces.map(({ role, text: said, path }) => `${role} ${said} @${path.join('/')}`)

describe('readOutline', () => {
  it('tells keys from values, and where each stands', () => {
    assert.deepEqual(told('{"Statement": [{"Sid": "A"}, {"Action": ["x:Y", "x:Z"]}], "Id": "i"}'), [
      'key Statement @Statement',
      'key Sid @Statement/0/Sid',
      'value A @Statement/0/Sid',
      'key Action @Statement/1/Action',
      'value x:Y @Statement/1/Action/0',
      'value x:Z @Statement/1/Action/1',
      'key Id @Id',
      'value i @Id',
    ])
  })

  it('goes on behind a quote that is missing', () => {
    assert.deepEqual(
      told('{"Version": "2012\n  "Statement": {"Effect": "Allow"'),
      [
        'key Version @Version',
        'value 2012 @Version',
        'value Statement @Version',
        'value Allow @Version/Effect',
      ].toSpliced(3, 0, 'key Effect @Version/Effect'),
    )
  })

  it('gives offsets with the quotes, and of what is not closed up to the end', () => {
    const text = '{"a\\"b": "c'
    const [key, value] = readOutline(text).pieces
    assert.equal(text.slice(key?.from, key?.to), '"a\\"b"')
    assert.equal(key?.text, 'a"b')
    assert.deepEqual([value?.to, value?.isClosed], [text.length, false])
  })

  it('never runs beyond the text', () => {
    for (const text of ['"\\', '{"a\\', '[', '}}]]', '"', ':,', '']) {
      for (const { to } of readOutline(text).pieces) assert.ok(to <= text.length, text)
    }
  })
})

describe('statementOf', () => {
  it('counts from 1, and takes one without a list for the first', () => {
    assert.deepEqual(statementOf(['Statement', 1, 'Action']), { number: 2, rest: ['Action'] })
    assert.deepEqual(statementOf(['Statement', 'Action']), { number: 1, rest: ['Action'] })
    assert.deepEqual(statementOf(['Statement']), { number: 1, rest: [] })
    assert.equal(statementOf(['Version']), undefined)
  })
})
