import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { linkAddress } from './link-address.ts'

describe('linkAddress', () => {
  it('takes http and https', () => {
    assert.deepEqual(linkAddress('https://example.com/a?b#c'), {
      href: 'https://example.com/a?b#c',
      host: 'example.com',
      warnings: [],
    })
    assert.equal(linkAddress('http://10.0.0.7:8080')?.host, '10.0.0.7:8080')
  })

  it('refuses every other scheme (a script would run in the page, others start programs)', () => {
    for (const address of [
      'javascript:alert(1)',
      'JavaScript:alert(1)',
      ' javascript:alert(1)',
      'java\tscript:alert(1)',
      'data:text/html,x',
      'blob:https://example.com/1',
      'file:///etc/passwd',
      'ssh://host',
      'vscode://open',
      'about:blank',
      '//example.com',
      'example.com',
      '',
    ]) {
      assert.equal(linkAddress(address), undefined, address)
    }
  })

  it('refuses what is too long to be read', () => {
    assert.equal(linkAddress(`https://example.com/${'a'.repeat(2048)}`), undefined)
  })

  it('warns of a name before the @', () => {
    assert.match(linkAddress('https://bank.com@evil.example/')?.warnings[0] ?? '', /evil\.example/)
  })

  it('warns of letters of other scripts and shows their ASCII form', () => {
    const address = linkAddress('https://аpple.com/')
    assert.equal(address?.host, 'xn--pple-43d.com')
    assert.equal(address?.warnings.length, 1)
    assert.equal(linkAddress('https://login.аpple.com/')?.warnings.length, 1)
  })

  it('warns of a text that is the address of another host', () => {
    assert.match(
      linkAddress('https://evil.example/', 'https://bank.com/login')?.warnings[0] ?? '',
      /shows it as bank\.com; it leads to evil\.example/,
    )
    assert.deepEqual(linkAddress('https://bank.com/', 'bank.com/login')?.warnings, [])
    assert.deepEqual(linkAddress('https://bank.com/', 'click here')?.warnings, [])
  })
})
