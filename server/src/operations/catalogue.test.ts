import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { findAction } from '@fleetkey/iam/actions/catalogue'
import { OPERATIONS } from './operations.ts'

/** AWS calls them reads: here they make something, a session or a join token. */
const MAKES_SOMETHING = ['GetSessionToken', 'DescribeInstanceAttribute']

describe('the catalogue of actions', () => {
  it('has the action of every operation, spelled the same (the linter would call it a mistake)', () => {
    for (const { name, action } of OPERATIONS) {
      assert.equal(findAction(action)?.name, action, name)
    }
  })

  it('agrees on who changes something', () => {
    for (const { name, action, access } of OPERATIONS) {
      const isRead = ['List', 'Read'].includes(findAction(action)?.access ?? '')
      if (!MAKES_SOMETHING.includes(name)) assert.equal(access === 'read', isRead, name)
    }
  })
})
