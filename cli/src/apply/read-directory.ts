import {
  answersOf,
  asAnswer,
  numberOf,
  optionalTextOf,
  textOf,
  textsOf,
  unexpected,
  type Answer,
} from '../api/answer.ts'
import type { ApiClient } from '../api/api-client.ts'
import { listAll } from '../api/list-all.ts'
import { GET_CALLER_IDENTITY, iamOperation } from '../api/operations.ts'
import { providerArns, providerNameOf } from '../commands/iam/provider-arn.ts'
import { numberOfVersion } from '../commands/iam/policy-versions.ts'
import type {
  Account,
  Directory,
  Group,
  Holder,
  ManagedPolicy,
  Provider,
  Role,
  Tags,
  User,
} from './directory.ts'
import { documentOf, type Document } from './document.ts'

type Api = Pick<ApiClient, 'call'>

/** Everything that apply manages, as it is now, and where. */
export async function readDirectory(
  api: Api,
): Promise<{ readonly directory: Directory; readonly account: Account }> {
  const identity = await api.call(GET_CALLER_IDENTITY, {})
  const arn = textOf(identity, 'Arn')
  const accountId = textOf(identity, 'Account')
  const details = await readDetails(api)
  const own = details.Policies.filter((policy) => !isOfAws(textOf(policy, 'Arn')))
  const aws = details.Policies.filter((policy) => isOfAws(textOf(policy, 'Arn')))
  const users = details.UserDetailList.map((user) => [textOf(user, 'UserName'), user] as const)
  const [policies, settings, providers] = await Promise.all([
    readEach(own, (policy) => readPolicy(api, policy)),
    readRoleSettings(api),
    readProviders(api),
  ])
  return {
    directory: {
      policies: new Map(policies),
      users: new Map(users.map(([name, user]) => [name, readUser(user)])),
      groups: new Map(
        details.GroupDetailList.map((group) => {
          const name = textOf(group, 'GroupName')
          const members = users.filter(([, user]) => textsOf(user, 'GroupList').includes(name))
          return [name, readGroup(group, new Set(members.map(([member]) => member)))]
        }),
      ),
      roles: new Map(
        details.RoleDetailList.map((role) => {
          const name = textOf(role, 'RoleName')
          return [name, readRole(role, settings.get(name))]
        }),
      ),
      providers,
    },
    account: {
      accountId,
      partition: arn.split(':')[1] ?? 'aws',
      awsPolicies: new Map(
        aws.map((policy) => [textOf(policy, 'Arn'), versionsOf(policy).document]),
      ),
      caller: callerOf(arn),
    },
  }
}

const LISTS = ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'] as const

/** A page counts all kinds together, so no page alone has all of any. */
async function readDetails(
  api: Api,
): Promise<Readonly<Record<(typeof LISTS)[number], readonly Answer[]>>> {
  const operation = iamOperation('GetAccountAuthorizationDetails')
  const pages: Answer[] = []
  const collecting: Api = {
    call: async (...call) => {
      const page = await api.call(...call)
      pages.push(page)
      return page
    },
  }
  await listAll(collecting, operation, { member: 'Policies' })
  const all = (list: string) => pages.flatMap((page) => answersOf(page, list))
  return {
    UserDetailList: all('UserDetailList'),
    GroupDetailList: all('GroupDetailList'),
    RoleDetailList: all('RoleDetailList'),
    Policies: all('Policies'),
  }
}

const isOfAws = (arn: string): boolean => /^arn:[^:]*:iam::aws:/.test(arn)

/** A few at a time: there may be hundreds. */
async function readEach<T>(
  answers: readonly Answer[],
  read: (answer: Answer) => Promise<T>,
): Promise<readonly T[]> {
  const found: T[] = []
  for (let index = 0; index < answers.length; index += 8) {
    found.push(...(await Promise.all(answers.slice(index, index + 8).map(read))))
  }
  return found
}

/** Its tags are told by GetPolicy alone. */
async function readPolicy(api: Api, detail: Answer): Promise<readonly [string, ManagedPolicy]> {
  const PolicyArn = textOf(detail, 'Arn')
  const answer = await api.call(iamOperation('GetPolicy'), { PolicyArn })
  const policy: ManagedPolicy = {
    path: textOf(detail, 'Path'),
    description: optionalTextOf(detail, 'Description') ?? '',
    tags: tagsOf(asAnswer(answer['Policy'], 'Policy')),
    ...versionsOf(detail),
  }
  return [textOf(detail, 'PolicyName'), policy]
}

function versionsOf(detail: Answer): Pick<ManagedPolicy, 'document' | 'otherVersions'> {
  const versions = answersOf(detail, 'PolicyVersionList')
  const inForce = versions.find((version) => version['IsDefaultVersion'] === true)
  if (inForce === undefined) throw unexpected('a policy without a version in force')
  const others = versions
    .filter((version) => version !== inForce)
    .map((version) => textOf(version, 'VersionId'))
  return {
    document: documentIn(inForce, 'Document'),
    otherVersions: others.toSorted((one, other) => numberOfVersion(one) - numberOfVersion(other)),
  }
}

const documentIn = (answer: Answer, field: string): Document => documentOf(textOf(answer, field))

function readHolder(detail: Answer, noun: 'User' | 'Group' | 'Role'): Holder {
  const attached = answersOf(detail, 'AttachedManagedPolicies').map((policy) => {
    const arn = textOf(policy, 'PolicyArn')
    return isOfAws(arn) ? arn : textOf(policy, 'PolicyName')
  })
  const inline = answersOf(detail, `${noun}PolicyList`).map(
    (policy) => [textOf(policy, 'PolicyName'), documentIn(policy, 'PolicyDocument')] as const,
  )
  return {
    path: textOf(detail, 'Path'),
    attached: new Set(attached),
    inline: new Map(inline),
  }
}

function readUser(detail: Answer): User {
  return { ...readHolder(detail, 'User'), ...readBounds(detail) }
}

function readGroup(detail: Answer, members: ReadonlySet<string>): Group {
  return { ...readHolder(detail, 'Group'), members }
}

function readRole(detail: Answer, settings: RoleSettings | undefined): Role {
  return {
    ...readHolder(detail, 'Role'),
    ...readBounds(detail),
    trust: documentIn(detail, 'AssumeRolePolicyDocument'),
    ...(settings ?? { description: '', maxSessionSeconds: 3600 }),
  }
}

function readBounds(detail: Answer): Pick<User, 'boundary' | 'tags'> {
  const boundary = detail['PermissionsBoundary']
  const arn =
    boundary === undefined
      ? undefined
      : textOf(asAnswer(boundary, 'PermissionsBoundary'), 'PermissionsBoundaryArn')
  const name = arn === undefined || isOfAws(arn) ? arn : arn.slice(arn.lastIndexOf('/') + 1)
  return { boundary: name, tags: tagsOf(detail) }
}

const tagsOf = (answer: Answer): Tags =>
  new Map(answersOf(answer, 'Tags').map((tag) => [textOf(tag, 'Key'), textOf(tag, 'Value')]))

type RoleSettings = Pick<Role, 'description' | 'maxSessionSeconds'>

/** What GetAccountAuthorizationDetails leaves out. */
async function readRoleSettings(api: Api): Promise<ReadonlyMap<string, RoleSettings>> {
  const answer = await listAll(api, iamOperation('ListRoles'), { member: 'Roles' })
  return new Map(
    answersOf(answer, 'Roles').map((role) => [
      textOf(role, 'RoleName'),
      {
        description: optionalTextOf(role, 'Description') ?? '',
        maxSessionSeconds: numberOf(role, 'MaxSessionDuration'),
      },
    ]),
  )
}

async function readProviders(api: Api): Promise<ReadonlyMap<string, Provider>> {
  const found = new Map<string, Provider>()
  for (const arn of await providerArns(api)) {
    const answer = await api.call(iamOperation('GetOpenIDConnectProvider'), {
      OpenIDConnectProviderArn: arn,
    })
    const name = providerNameOf(arn)
    found.set(name, {
      // IAM does not tell the scheme; plain http is for loopback alone.
      url: `${/^(localhost|127\.0\.0\.1|\[::1\])(:|\/|$)/.test(name) ? 'http' : 'https'}://${name}`,
      clientIds: new Set(textsOf(answer, 'ClientIDList')),
      claims: new Map(
        answersOf(answer, 'ClaimTags').map((one) => [textOf(one, 'Claim'), textOf(one, 'TagKey')]),
      ),
    })
  }
  return found
}

/** Root is nobody's entry. */
function callerOf(arn: string): Account['caller'] {
  const [, kind, rest = ''] = /:(user|assumed-role)\/(.+)$/.exec(arn) ?? []
  if (kind === 'user') return { kind: 'user', name: rest.slice(rest.lastIndexOf('/') + 1) }
  return kind === undefined ? undefined : { kind: 'role', name: rest.split('/')[0] ?? '' }
}
