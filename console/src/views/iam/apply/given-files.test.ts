import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseWantedFile } from '@fleetkey/iam/apply/parse-file'
import { EXAMPLE } from './example.ts'
import { findPolicyFile, readGiven, sortFiles } from './given-files.ts'

const given = (name: string, text = '') => ({ name, text })

describe('files that are given', () => {
  it('are the one in YAML, the last one, and the policies beside it', () => {
    const sorted = sortFiles([given('a.yaml'), given('p.JSON'), given('b.yml'), given('q.json')])
    assert.equal(sorted.file?.name, 'b.yml')
    assert.deepEqual(
      sorted.policies.map(({ name }) => name),
      ['p.JSON', 'q.json'],
    )
    assert.equal(sortFiles([given('p.json')]).file, undefined)
  })

  it('are found by the last part of a path, and what is not there is said', () => {
    const policies = [given('limits.json', '{}')]
    assert.equal(findPolicyFile(policies, 'bounds/limits.json'), '{}')
    assert.throws(() => findPolicyFile(policies, 'bounds/other.json'), {
      name: 'ApplyFault',
      message: 'The file names bounds/other.json, which was not given.',
    })
  })

  it('are refused when they are long, or no text', async () => {
    const file = (bytes: readonly number[], size = bytes.length) => ({
      name: 'iam.yaml',
      size,
      arrayBuffer: () => Promise.resolve(Uint8Array.from(bytes).buffer),
    })
    assert.equal((await readGiven(file([0x61]))).text, 'a')
    await assert.rejects(readGiven(file([], 2 ** 21)), /longer than a mebibyte/)
    await assert.rejects(readGiven(file([0xff, 0xfe])), /cannot be read as text/)
  })
})

describe('the example of the page', () => {
  it('is such a file', async () => {
    const readFile = () => Promise.reject(new Error('it names no file'))
    const file = await parseWantedFile(EXAMPLE, { name: 'the file', readFile })
    assert.deepEqual([...(file.groups?.keys() ?? [])], ['sre'])
    assert.deepEqual([...(file.policies?.keys() ?? [])], ['staging-logins'])
  })
})
