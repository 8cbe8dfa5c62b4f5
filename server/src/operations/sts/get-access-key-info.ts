import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { validate } from '@fleetkey/wire/aws/validation'
import { operation } from '../operation.ts'

/** Which account an access key is of: there is one here. AWS STS API reference, "GetAccessKeyInfo". */
export const getAccessKeyInfo = operation<{ accessKeyId: string }>({
  name: 'GetAccessKeyInfo',
  service: 'sts',
  action: 'sts:GetAccessKeyInfo',
  access: 'read',
  parse(fields) {
    const v = validate(fields)
    const accessKeyId = v.requiredString('AccessKeyId', { min: 16, max: 128, pattern: /^\w*$/ })
    v.finish(validationFailure)
    return { accessKeyId }
  },
  resources: () => [{ arn: '*' }],
  trail: ({ accessKeyId }) => ({ requestParameters: { accessKeyId } }),
  async run({ accessKeyId }, { store, realm }) {
    const credential = await store.identities.credential(accessKeyId)
    if (credential === undefined) throw validationFailure('The access key is not known here.')
    return { Account: realm.accountId }
  },
})
