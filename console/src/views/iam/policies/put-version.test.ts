import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { versionToGo } from './put-version.ts'

const versions = (inForce: number, ...numbers: readonly number[]) =>
  numbers.map((number) => ({
    VersionId: `v${number}`,
    IsDefaultVersion: number === inForce,
    CreateDate: number,
  }))

describe('versionToGo', () => {
  it('is the oldest by number, never the one in force', () => {
    assert.equal(versionToGo(versions(12, 12, 11, 10, 9, 2)), 'v2')
    assert.equal(versionToGo(versions(2, 12, 11, 10, 9, 2)), 'v9')
  })

  it('is none while there is room', () => {
    assert.equal(versionToGo(versions(4, 4, 3, 2, 1)), undefined)
  })
})
