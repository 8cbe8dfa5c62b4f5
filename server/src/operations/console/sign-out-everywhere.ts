import type { TerminalEnd } from '@fleetkey/domain/terminal-end'
import { operation } from '../operation.ts'
import { ownSessions } from './own-sessions.ts'

const SIGNED_OUT: TerminalEnd = {
  cause: 'signed-out',
  says: 'You signed out everywhere, which ends your terminals.',
}

/** Ends all sessions of one's own, in browsers and of keys, with their terminals, and this one last. Once it has returned none of them opens anything. Ours. */
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
    const { principal } = call.caller
    const { sessions } = call.store.identities
    const own = await ownSessions(call)
    if (principal.kind === 'user') {
      // Also those that were made meanwhile.
      await sessions.endAll(principal.userId, call.now() + 1)
    } else {
      for (const { accessKeyId } of own) await sessions.end(accessKeyId)
    }
    // Whoever does this has perhaps left one open where they are no more.
    if (call.owner !== undefined) call.terminals.endThoseOf({ owner: call.owner }, SIGNED_OUT)
    call.keepInBrowser(undefined)
    return { EndedSessions: own.length }
  },
})
