import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { tabIn } from './tab-in-url.ts'

const TABS = ['details', 'doctor']

describe('the tab that an address asks for', () => {
  it('is that one, and the first where there is no such tab: a page without any would be shown', () => {
    assert.equal(tabIn(new URLSearchParams('tab=doctor'), TABS), 'doctor')
    assert.equal(tabIn(new URLSearchParams(''), TABS), 'details')
    assert.equal(tabIn(new URLSearchParams('tab=no-such-tab'), TABS), 'details')
  })
})
