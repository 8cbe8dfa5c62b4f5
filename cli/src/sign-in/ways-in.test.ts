import assert from 'node:assert/strict'
import { it } from 'node:test'
import { readWaysIn } from './ways-in.ts'

it('passes over clients that only the server has a secret for (the command would be refused there)', async () => {
  const cli = { issuer: 'https://idp.example', clientId: 'cli' }
  const console = { issuer: 'https://idp.example', clientId: 'console', hasSecret: true }
  const read = () =>
    Promise.resolve({ region: 'on-prem-1', providers: [console, cli], password: true })
  const { providers } = await readWaysIn({ read }, AbortSignal.timeout(1000))
  assert.deepEqual(providers, [cli])
})
