import { entityAlreadyExists, noSuchEntity } from '@fleetkey/domain/exceptions/iam'
import type { Members } from '@fleetkey/wire/aws/validation'
import { operation } from '../operation.ts'
import { fromMembers } from './from-members.ts'
import { pageOf, readPage, type Page } from './paging.ts'

/** An account has one at most. */
const SETTING = 'account-alias'

/** As AWS, which puts it into a host name: no dash at an end, and no two in a row. */
const ALIAS = { min: 3, max: 63, pattern: /^[a-z0-9]+(-[a-z0-9]+)*$/ }

interface Input {
  readonly alias: string
}

/** A name for people; takes the place of the one before. IAM API reference, "CreateAccountAlias". */
export const createAccountAlias = operation<Input>({
  name: 'CreateAccountAlias',
  service: 'iam',
  action: 'iam:CreateAccountAlias',
  access: 'write',
  parse: fromMembers(readAlias),
  resources: () => [{ arn: '*' }],
  trail: ({ alias }) => ({ requestParameters: { accountAlias: alias } }),
  async run({ alias }, { store }) {
    if ((await store.settings.get(SETTING)) === alias) {
      throw entityAlreadyExists(`The account alias ${alias}`)
    }
    await store.settings.set(SETTING, alias)
    return {}
  },
})

/** IAM API reference, "DeleteAccountAlias". */
export const deleteAccountAlias = operation<Input>({
  name: 'DeleteAccountAlias',
  service: 'iam',
  action: 'iam:DeleteAccountAlias',
  access: 'write',
  parse: fromMembers(readAlias),
  resources: () => [{ arn: '*' }],
  trail: ({ alias }) => ({ requestParameters: { accountAlias: alias } }),
  async run({ alias }, { store }) {
    if ((await store.settings.get(SETTING)) !== alias) {
      throw noSuchEntity(`account alias with name ${alias}`)
    }
    await store.settings.set(SETTING, undefined)
    return {}
  },
})

/** None or one. IAM API reference, "ListAccountAliases". */
export const listAccountAliases = operation<{ page: Page }>({
  name: 'ListAccountAliases',
  service: 'iam',
  action: 'iam:ListAccountAliases',
  access: 'read',
  parse: fromMembers((v) => ({ page: readPage(v) })),
  resources: () => [{ arn: '*' }],
  trail: () => ({ requestParameters: {} }),
  async run({ page }, { store }) {
    const alias = await store.settings.get(SETTING)
    const { rows, end } = pageOf(page, alias === undefined ? [] : [alias], (name) => name)
    return { AccountAliases: rows, ...end }
  },
})

function readAlias(v: Members): Input {
  return { alias: v.requiredString('AccountAlias', ALIAS) }
}
