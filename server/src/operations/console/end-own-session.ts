import { noSuchEntity } from '@fleetkey/domain/exceptions/iam'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { validate } from '@fleetkey/wire/aws/validation'
import { operation } from '../operation.ts'
import { ownSessions } from './own-sessions.ts'

/** Signs out elsewhere: ends one session of one's own, with all that was made with it. Ours. */
export const endOwnSession = operation<{ accessKeyId: string }>({
  name: 'EndOwnSession',
  service: 'fleetkey',
  action: 'fleetkey:EndOwnSession',
  needsNoPermission: true,
  access: 'write',
  parse(fields) {
    const v = validate(fields)
    const accessKeyId = v.requiredString('AccessKeyId', { max: 32, pattern: /^ASIA[A-Z2-7]{16}$/ })
    v.finish(validationFailure)
    return { accessKeyId }
  },
  resources: (_input, { principalArn }) => [{ arn: principalArn }],
  trail: ({ accessKeyId }) => ({ requestParameters: { accessKeyId } }),
  async run({ accessKeyId }, call) {
    const isOwn = (await ownSessions(call)).some((row) => row.accessKeyId === accessKeyId)
    if (!isOwn || !(await call.store.identities.sessions.end(accessKeyId))) {
      throw noSuchEntity(`Session ${accessKeyId} of your own`)
    }
    if (accessKeyId === call.caller.accessKeyId) call.keepInBrowser(undefined)
    return {}
  },
})
