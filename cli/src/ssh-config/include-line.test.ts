import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { hasInclude, withInclude, withoutInclude } from './include-line.ts'
import { ownHosts } from './own-hosts.ts'
import { replaceFile } from './replace-file.ts'

describe('the include in ~/.ssh/config', () => {
  const configs = {
    'an empty file': '',
    'a usual one': 'Host *\n  ServerAliveInterval 30\n',
    'one without an end of line': 'Host *',
    'one with empty lines first': '\n\nHost a\n',
    'one with Windows ends of line': 'Host a\r\n  User b\r\n',
  }
  for (const [what, config] of Object.entries(configs)) {
    it(`comes and goes without a trace: ${what}`, () => {
      const installed = withInclude(config, '/home/a/config')
      assert.ok(hasInclude(installed))
      assert.ok(installed.endsWith(config))
      assert.equal(withInclude(installed, '/home/a/config'), installed)
      assert.equal(withoutInclude(installed), config)
      assert.ok(!hasInclude(config))
    })
  }

  it('stands before every Host line, below which it would be for that host alone', () => {
    const lines = withInclude('Host a\n', '/c').split('\n')
    assert.ok(lines.findIndex((line) => line.startsWith('Include')) < lines.indexOf('Host a'))
  })

  it('takes only its own first line when somebody took away its last', () => {
    const broken = withInclude('Host a\n', '/c').replace(/# <<<.*\n/, '')
    assert.equal(withoutInclude(broken), 'Include /c\nHost a\n')
  })
})

describe('hosts of the person’s own', () => {
  it('are the names of Host lines, without patterns', () => {
    const config =
      'Host nas web.example.com "bastion" *.local !x\n  HostName 1.2.3.4\nhost=b\nMatch host c\n'
    assert.deepEqual(ownHosts(config), ['nas', 'web.example.com', 'bastion', 'b'])
  })
})

describe('replacing a file', () => {
  const dir = mkdtempSync(join(tmpdir(), 'fleetkey-replace-'))
  after(() => rmSync(dir, { recursive: true }))

  it('keeps its mode, and leaves nothing beside it', () => {
    const path = join(dir, 'config')
    writeFileSync(path, 'old')
    chmodSync(path, 0o640)
    replaceFile(path, 'new')
    assert.equal(readFileSync(path, 'utf8'), 'new')
    assert.equal(statSync(path).mode & 0o777, 0o640)
    assert.deepEqual(readdirSync(dir), ['config'])
  })

  it('leaves a symbolic link one (a folder of dot files stays in order)', () => {
    const [target, link] = [join(dir, 'dotfiles-config'), join(dir, 'link')]
    writeFileSync(target, 'old')
    symlinkSync(target, link)
    replaceFile(link, 'new')
    assert.ok(lstatSync(link).isSymbolicLink())
    assert.equal(readFileSync(target, 'utf8'), 'new')
  })

  it('makes a new one for its owner alone, with its folder', () => {
    const path = join(dir, 'ssh', 'config')
    assert.ok(!existsSync(path))
    replaceFile(path, 'new')
    assert.equal(statSync(path).mode & 0o777, 0o600)
    assert.equal(statSync(join(dir, 'ssh')).mode & 0o777, 0o700)
  })
})
