import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ApiRefusal, asRefusal } from '../../../api/api-refusal.ts'
import { putVersion, versionToGo } from './put-version.ts'

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

describe('putVersion', () => {
  const put = async (refusals: readonly (string | undefined)[], toGo?: string) => {
    const asked: string[] = []
    const putting = putVersion({ PolicyArn: 'arn', document: '{}', toGo }, async (operation) => {
      const code = refusals[asked.length]
      asked.push(operation)
      if (code !== undefined) throw new ApiRefusal({ code, message: 'no', status: 400 })
    })
    const error: unknown = await putting.catch((refused: unknown) => refused)
    const refusal = error === undefined ? undefined : asRefusal(error)
    return [asked, refusal?.code, refusal?.doneBefore]
  }

  it('deletes no version for one that is refused (would be lost for nothing)', async () => {
    const denied = ['CreatePolicyVersion']
    assert.deepEqual(await put(['AccessDenied'], 'v1'), [denied, 'AccessDenied', undefined])
  })

  it('makes room where there is none, and says so when the new one is refused then', async () => {
    const all = ['CreatePolicyVersion', 'DeletePolicyVersion', 'CreatePolicyVersion']
    assert.deepEqual(await put(['LimitExceeded'], 'v1'), [all, undefined, undefined])
    const done = 'v1 is deleted already, to make room.'
    assert.deepEqual(await put(['LimitExceeded', undefined, 'NoSuchEntity'], 'v1'), [
      all,
      'NoSuchEntity',
      done,
    ])
    assert.deepEqual(await put([]), [['CreatePolicyVersion'], undefined, undefined])
  })
})
