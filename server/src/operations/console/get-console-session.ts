import { isSetUpWanted } from '../../identities/set-up-token.ts'
import { operation } from '../operation.ts'
import { requireConsoleSession } from './require-console-session.ts'
import { shownConsoleSession } from './shown-session.ts'

/**
 * Who is signed in to the console in this browser, and what its pages show beside the cookie; from which address it was asked, which is a
 * proxy's where `HandedOn` says that there is one. Nobody: `SignedIn: false`. Ours.
 */
export const getConsoleSession = operation({
  name: 'GetConsoleSession',
  service: 'fleetkey',
  action: 'fleetkey:GetConsoleSession',
  needsNoPermission: true,
  access: 'read',
  tellsCsrfToken: true,
  // Whether there is somebody who could sign in.
  ofStrangers: async ({ store }) => ({ SignedIn: false, IsSetUp: !(await isSetUpWanted(store)) }),
  parse: () => ({}),
  resources: () => [{ arn: '*' }],
  trail: () => ({ requestParameters: {} }),
  run: (_input, call) => ({
    ...shownConsoleSession(call.caller.principal, requireConsoleSession(call.caller), call),
    SourceAddress: call.origin.sourceAddress,
    HandedOn: call.origin.browser?.isHandedOn === true,
  }),
})
