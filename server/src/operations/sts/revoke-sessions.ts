import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { validate } from '@fleetkey/wire/aws/validation'
import { operation } from '../operation.ts'
import {
  holderResource,
  readHolder,
  requireHolder,
  shownHolder,
  type Holder,
} from './session-holder.ts'

interface Input {
  readonly holder: Holder
  /** Milliseconds since 1970. */
  readonly issuedBefore: number | undefined
}

/**
 * Ends the temporary credentials of a role or a user that were issued before a moment (epoch seconds, default: now), and all that were made
 * with them. Once it has returned they open nothing. Whoever may still assume the role can get a new one.
 */
export const revokeSessions = operation<Input>({
  name: 'RevokeSessions',
  service: 'fleetkey',
  action: 'fleetkey:RevokeSessions',
  access: 'write',

  parse(fields) {
    const v = validate(fields)
    const holder = readHolder(v)
    const issuedBefore = v.optionalNumber('IssuedBefore', { min: 0, max: 253_402_300_799 })
    v.finish(validationFailure)
    return { holder, issuedBefore: issuedBefore && issuedBefore * 1000 }
  },

  resources: ({ holder }, world) => holderResource(holder, world),

  trail: ({ holder, issuedBefore }) => ({
    requestParameters: {
      ...shownHolder(holder),
      ...(issuedBefore === undefined ? {} : { issuedBefore: new Date(issuedBefore).toISOString() }),
    },
  }),

  async run({ holder, issuedBefore }, call) {
    const { id } = await requireHolder(holder, call)
    // Also those of this very millisecond.
    const before = issuedBefore ?? call.now() + 1
    return { EndedSessions: await call.store.identities.sessions.endAll(id, before) }
  },
})
