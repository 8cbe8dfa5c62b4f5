import { rootArn } from '@fleetkey/domain/arn'
import type { AccessKeyRow } from '../../store/credential-store.ts'
import type { EntityRow } from '../../store/identity-store.ts'
import { operation, type Call } from '../operation.ts'
import { entityArn } from './entity-arn.ts'
import { passwordPolicy } from './login-profiles.ts'

/**
 * AWS makes the report in the background and keeps it for four hours. Here it is made when it is got, so there is nothing to wait for and
 * nothing that is old. IAM API reference, "GenerateCredentialReport".
 */
export const generateCredentialReport = operation({
  name: 'GenerateCredentialReport',
  service: 'iam',
  action: 'iam:GenerateCredentialReport',
  access: 'read',
  parse: () => ({}),
  resources: () => [{ arn: '*' }],
  trail: () => ({ requestParameters: {} }),
  run: async () => ({
    State: 'COMPLETE',
    Description: 'The report is made when it is asked for.',
  }),
})

/** Who can prove themselves by what, and how old that is: a line of CSV for root and for each user. IAM API reference, "GetCredentialReport". */
export const getCredentialReport = operation({
  name: 'GetCredentialReport',
  service: 'iam',
  action: 'iam:GetCredentialReport',
  access: 'read',
  parse: () => ({}),
  resources: () => [{ arn: '*' }],
  trail: () => ({ requestParameters: {} }),
  async run(_input, call) {
    const rows = [HEADINGS, await rootRow(call), ...(await userRows(call))]
    return {
      Content: new TextEncoder().encode(rows.map(csvLine).join('\n')),
      ReportFormat: 'text/csv',
      GeneratedTime: new Date(call.now()),
    }
  },
})

/** IAM User Guide, "Get credential reports for your AWS account". */
const HEADINGS = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  'password_next_rotation',
  'mfa_active',
  ...[1, 2].flatMap((number) => [
    `access_key_${number}_active`,
    `access_key_${number}_last_rotated`,
    `access_key_${number}_last_used_date`,
    `access_key_${number}_last_used_region`,
    `access_key_${number}_last_used_service`,
  ]),
  'cert_1_active',
  'cert_1_last_rotated',
  'cert_2_active',
  'cert_2_last_rotated',
]

const NONE = 'N/A'
/** There are no signing certificates here. */
const CERTIFICATES = ['false', NONE, 'false', NONE]

async function rootRow({ store, realm }: Call): Promise<readonly string[]> {
  const keys = await store.identities.keys.list(undefined)
  return [
    '<root_account>',
    rootArn(realm),
    NONE,
    ...Array.from({ length: 4 }, () => 'not_supported'),
    'false',
    ...keyFields(keys),
    ...CERTIFICATES,
  ]
}

/** So many are looked up at a time: one after the other takes its time, all at once would keep others from the store. */
const TOGETHER = 50

async function userRows(call: Call): Promise<readonly (readonly string[])[]> {
  const { entities, mfa, passkeys } = call.store.identities
  const users = await entities.list({ kind: 'user' })
  const factors = [...(await mfa.list(undefined)), ...(await passkeys.list(undefined))]
  const withFactor = new Set(factors.map(({ userId }) => userId))
  const { maxPasswordAge } = await passwordPolicy(call)
  const rows: (readonly string[])[] = []
  for (let from = 0; from < users.length; from += TOGETHER) {
    const some = users.slice(from, from + TOGETHER)
    const made = some.map((user) =>
      userRow(user, { hasFactor: withFactor.has(user.id), maxPasswordAge, call }),
    )
    rows.push(...(await Promise.all(made)))
  }
  return rows
}

async function userRow(
  user: EntityRow,
  {
    hasFactor,
    maxPasswordAge,
    call: { store, realm },
  }: { readonly hasFactor: boolean; readonly maxPasswordAge: number; readonly call: Call },
): Promise<readonly string[]> {
  const { passwords, keys } = store.identities
  const [password, own] = await Promise.all([passwords.get(user.id), keys.list(user.id)])
  const { changedAt, lastUsedAt } = password ?? {}
  const rotation =
    changedAt === undefined || maxPasswordAge === 0
      ? NONE
      : timeText(changedAt + maxPasswordAge * 86_400_000)
  return [
    user.name,
    entityArn(user, realm),
    timeText(user.createdAt),
    String(password !== undefined),
    password === undefined
      ? NONE
      : lastUsedAt === undefined
        ? 'no_information'
        : timeText(lastUsedAt),
    changedAt === undefined ? NONE : timeText(changedAt),
    rotation,
    String(hasFactor),
    ...keyFields(own),
    ...CERTIFICATES,
  ]
}

/** Of two keys, as many as an account's user may have. */
function keyFields(keys: readonly AccessKeyRow[]): readonly string[] {
  return [keys[0], keys[1]].flatMap((key) => {
    if (key === undefined) return ['false', NONE, NONE, NONE, NONE]
    const { status, createdAt, lastUsed } = key
    return [
      String(status === 'Active'),
      timeText(createdAt),
      ...(lastUsed === undefined
        ? [NONE, NONE, NONE]
        : [timeText(lastUsed.at), lastUsed.region, lastUsed.service]),
    ]
  })
}

/** To the second, as AWS writes it. */
const timeText = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, '+00:00')

/** Names may hold a comma (RFC 4180). */
const csvLine = (fields: readonly string[]): string =>
  fields.map((field) => (field.includes(',') ? `"${field}"` : field)).join(',')
