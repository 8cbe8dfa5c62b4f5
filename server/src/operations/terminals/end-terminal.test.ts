import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { TerminalEnd } from '@fleetkey/domain/terminal-end'
import type { Call } from '../operation.ts'
import { endTerminal } from './end-terminal.ts'

const terminalId = `t-${'a'.repeat(32)}`

/** Somebody asks it of the terminal of ann, or of none. */
async function ended(owner: string, { isThere = true } = {}) {
  const ends: TerminalEnd[] = []
  const call = {
    owner,
    realm: { partition: 'aws', region: 'on-prem-1', accountId: '111122223333' },
    caller: { principal: { kind: 'user', userName: 'bob', userId: owner, path: '/' } },
    store: { instances: { get: async () => undefined } },
    terminals: {
      find: () => (isThere ? { terminalId, owner: 'AIDAANN', instanceId: 'i-1' } : undefined),
      end: (_id: string, end: TerminalEnd) => isThere && ends.push(end) > 0,
    },
  } as unknown as Call
  const input = { terminalId } as never
  const [resource] = await endTerminal.resources(input, call)
  await endTerminal.run(input, call, undefined as never)
  return { needsNoPolicy: resource?.isOwn === true, end: ends[0] }
}

it('needs a policy for whoever it is not of, and tells them who it was', async () => {
  assert.deepEqual(await ended('AIDAANN'), {
    needsNoPolicy: true,
    end: { cause: 'ended', says: 'You ended the terminal.' },
  })
  assert.deepEqual(await ended('AIDABOB'), {
    needsNoPolicy: false,
    end: { cause: 'ended-by-other', says: 'bob ended the terminal.' },
  })
  await assert.rejects(ended('AIDAANN', { isThere: false }), { code: 'TerminalNotFoundException' })
})
