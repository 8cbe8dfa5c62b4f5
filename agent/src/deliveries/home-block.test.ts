import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { withBlock } from './home-block.ts'

const ours = 'restrict,pty,expiry-time="20261122140600Z" ssh-ed25519 AAAA\n'
const put = (text: string | undefined) => withBlock(text === undefined ? undefined : { text }, ours)
const take = (text: string | undefined) => withBlock(text === undefined ? undefined : { text }, '')

describe('the block in authorized_keys', () => {
  for (const text of [
    'ssh-ed25519 BBBB me\n',
    'no end of line',
    'crlf\r\nline\r\n',
    '\n\n# mine\n',
    '\u00ff\u0000bytes\n',
    'restrict,pty,expiry-time="20261122140600Z" ssh-ed25519 CCCC of mine\n',
    '',
  ])
    it(`leaves ${JSON.stringify(text)} byte for byte`, () => {
      const with1 = put(text)
      assert.ok(with1?.includes(ours))
      assert.equal(put(with1), with1)
      assert.equal(take(with1), text)
    })

  it('takes the file away that it made', () => {
    assert.equal(take(put(undefined)), undefined)
    assert.equal(take(undefined), undefined)
  })

  it('keeps what the user wrote into a file that it made', () => {
    assert.equal(take(`${put(undefined)}ssh-ed25519 BBBB me\n`), 'ssh-ed25519 BBBB me\n')
  })

  it('takes no line of the user for ours when the end of the block was lost', () => {
    const [first = ''] = (put('') ?? '').split('\n')
    assert.equal(take(`${first}\nssh-ed25519 BBBB me\n`), 'ssh-ed25519 BBBB me\n')
  })

  it('replaces a block that is not at the top any more', () => {
    assert.equal(take(`# new first line\n${put('last\n')}`), '# new first line\nlast\n')
  })
})
