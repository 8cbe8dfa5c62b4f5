import { personOf } from '@fleetkey/domain/owner'
import type { TerminalEnd } from '@fleetkey/domain/terminal-end'
import { operation, type Call } from '../operation.ts'
import { ownSessions } from './own-sessions.ts'

const SIGNED_OUT: TerminalEnd = {
  cause: 'signed-out',
  says: 'You signed out everywhere, which ends your terminals.',
}

/**
 * Ends all sessions of one's own, in browsers and of keys, with their terminals: of whom a provider vouched for, in all roles. Once it has
 * returned none of them opens anything. Ours.
 */
export const signOutEverywhere = operation({
  name: 'SignOutEverywhere',
  service: 'fleetkey',
  action: 'fleetkey:SignOutEverywhere',
  needsNoPermission: true,
  access: 'write',
  parse: () => ({}),
  resources: (_input, { principalArn }) => [{ arn: principalArn }],
  trail: () => ({ requestParameters: {} }),
  async run(_input, call) {
    const own = await ownSessions(call)
    await endOwn(call)
    // Whoever does this has perhaps left one open where they are no more.
    if (call.owner !== undefined) {
      call.terminals.endThoseOf({ person: personOf(call.owner) }, SIGNED_OUT)
    }
    call.keepInBrowser(undefined)
    return { EndedSessions: own.length }
  },
})

/** Also those that were made meanwhile. */
async function endOwn({ caller, store, now }: Call): Promise<void> {
  const { principal, session, accessKeyId } = caller
  const { sessions } = store.identities
  const issuedBefore = now() + 1
  if (principal.kind === 'user') await sessions.endAll(principal.userId, issuedBefore)
  else if (session?.webIdentity === undefined) await sessions.end(accessKeyId)
  else await sessions.endAllOfPerson(session.webIdentity, issuedBefore)
}
