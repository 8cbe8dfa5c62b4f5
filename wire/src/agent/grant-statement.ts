import type { Grant } from '@fleetkey/domain/grant'
import { isOptionProfile } from '@fleetkey/domain/option-profile'
import { isBytes32, isCount, isText, type StatementKind } from './statement.ts'

const isHex = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f]{32,64}$/.test(value)

export const grantStatement: StatementKind<Grant> = {
  domain: 'fleetkey-grant-v1',
  fields: {
    deployment: isText,
    grantId: isHex,
    instanceId: isText,
    agentKey: isBytes32,
    nonce: isHex,
    osUser: isText,
    uid: isCount,
    keyType: isText,
    keyBlob: (value): value is string => typeof value === 'string' && value.length <= 8192,
    optionProfile: isOptionProfile,
    ttl: isCount,
    issuedAt: isCount,
    principalArn: isText,
    requestId: isText,
    intentSeq: isCount,
    intentHash: isHex,
  },
}
