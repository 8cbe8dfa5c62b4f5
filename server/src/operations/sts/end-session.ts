import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { operation } from '../operation.ts'

/** Ends the temporary credential that signs, and all that were made with it: what signing out does. */
export const endSession = operation({
  name: 'EndSession',
  service: 'fleetkey',
  action: 'fleetkey:EndSession',
  needsNoPermission: true,
  access: 'write',
  parse: () => ({}),
  resources: () => [{ arn: '*' }],
  trail: () => ({ requestParameters: {} }),
  async run(_input, { caller, store }) {
    if (caller.session === undefined) {
      throw validationFailure(
        'A long-term access key signs this request: it is no session, and ends with DeleteAccessKey.',
      )
    }
    await store.identities.sessions.end(caller.accessKeyId)
    return {}
  },
})
