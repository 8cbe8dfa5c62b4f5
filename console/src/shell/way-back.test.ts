import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { signInPath, wayBack } from './way-back.ts'

const ORIGIN = 'https://fleetkey.example.com'
const back = (next: string) => wayBack(`?${new URLSearchParams({ next }).toString()}`, ORIGIN)

describe('the way back after signing in', () => {
  it('leads to the page that was wanted, with its query and place', () => {
    const here = { pathname: '/instances/i-1/connect', search: '?user=root', hash: '#tunnel' }
    const [, search = ''] = signInPath(here).split('/sign-in')
    assert.equal(wayBack(search, ORIGIN), '/instances/i-1/connect?user=root#tunnel')
    assert.equal(signInPath({ pathname: '/', search: '', hash: '' }), '/sign-in')
    assert.equal(wayBack('', ORIGIN), '/')
  })

  it('leads to no other site (an open redirect would end at a page that asks for the password again)', () => {
    for (const next of [
      'https://evil.example',
      '//evil.example',
      '///evil.example',
      '/\\evil.example',
      '\\\\evil.example',
      '/\t/evil.example',
      '/\n/evil.example',
      '/.//evil.example',
      '/..//evil.example/x',
      '/%2e//evil.example',
      'javascript:alert(1)',
      'data:text/html,x',
      'evil.example',
      '@evil.example',
      ' //evil.example',
      '/sign-in?next=/x',
    ]) {
      assert.equal(back(next), '/', JSON.stringify(next))
    }
  })
})
