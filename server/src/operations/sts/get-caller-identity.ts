import { principalId } from '@fleetkey/domain/principal'
import { operation } from '../operation.ts'

/** Who the credentials belong to. AWS STS API reference, "GetCallerIdentity". */
export const getCallerIdentity = operation({
  name: 'GetCallerIdentity',
  service: 'sts',
  action: 'sts:GetCallerIdentity',
  needsNoPermission: true,
  access: 'read',
  parse: () => ({}),
  resources: () => [{ arn: '*' }],
  trail: () => ({ requestParameters: {} }),
  run: (_input, { caller, principalArn, realm }) => ({
    UserId: principalId(caller.principal, realm),
    Account: realm.accountId,
    Arn: principalArn,
  }),
})
