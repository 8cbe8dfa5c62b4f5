import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { InstallRefused } from './install-report.ts'
import { blockText, withoutBlock } from './sshd-config-files.ts'

const block = blockText([['AuthorizedKeysCommandUser', 'fleetkey']])

describe('our block in sshd_config', () => {
  for (const text of [
    '',
    'Port 22\n',
    'no end',
    '\r\nPort 22\r\n',
    '\n\n',
    '\u00ff\u0000',
    block.slice(5),
  ])
    it(`leaves ${JSON.stringify(text)} as it was`, () => {
      assert.equal(withoutBlock(block + text), text)
    })

  it('is found after an editor changed the line ends, and below a line of somebody else', () => {
    assert.equal(
      withoutBlock(`# top\r\n${block.replaceAll('\n', '\r\n')}Port 22\r\n`),
      '# top\r\nPort 22\r\n',
    )
  })

  it('is not guessed at when its end is gone (would take settings of others away)', () => {
    assert.throws(() => withoutBlock(block.replace(/# <<<.*\n/, 'Port 22\n')), InstallRefused)
  })
})
