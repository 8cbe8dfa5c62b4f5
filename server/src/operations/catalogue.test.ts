import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { findAction } from '@fleetkey/iam/actions/catalogue'
import { OPERATIONS } from './operations.ts'

describe('the catalogue of actions', () => {
  it('has the action of every operation, spelled the same (the linter would call it a mistake)', () => {
    for (const { name, action } of OPERATIONS) {
      assert.equal(findAction(action)?.name, action, name)
    }
  })

  it('agrees on who changes something', () => {
    for (const { name, action, access } of OPERATIONS) {
      const isRead = ['List', 'Read'].includes(findAction(action)?.access ?? '')
      // AWS calls GetSessionToken a read; it makes something.
      if (name !== 'GetSessionToken') assert.equal(access === 'read', isRead, name)
    }
  })
})
