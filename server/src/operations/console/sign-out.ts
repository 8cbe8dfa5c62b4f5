import { operation } from '../operation.ts'
import { requireConsoleSession } from './require-console-session.ts'

/** Ends the session of this browser, with all that was made with it. Ours. */
export const signOut = operation({
  name: 'SignOut',
  service: 'fleetkey',
  action: 'fleetkey:SignOut',
  needsNoPermission: true,
  access: 'write',
  parse: () => ({}),
  resources: () => [{ arn: '*' }],
  trail: () => ({ requestParameters: {} }),
  async run(_input, call) {
    requireConsoleSession(call.caller)
    await call.store.identities.sessions.end(call.caller.accessKeyId)
    call.keepInBrowser(undefined)
    return {}
  },
})
