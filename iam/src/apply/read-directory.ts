import type { Ask } from './account-call.ts'
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
import {
  asFields,
  eachOf,
  numberOf,
  optionalTextOf,
  textOf,
  textsOf,
  unexpected,
  type Fields,
} from './fields.ts'

/** Everything that apply manages, as it is now, and where. */
export async function readDirectory(
  ask: Ask,
): Promise<{ readonly directory: Directory; readonly account: Account }> {
  const identity = asFields(
    await ask({ service: 'sts', operation: 'GetCallerIdentity', input: {} }),
    'the answer',
  )
  const arn = textOf(identity, 'Arn')
  const accountId = textOf(identity, 'Account')
  const details = await readDetails(ask)
  const own = details.Policies.filter((policy) => !isOfAws(textOf(policy, 'Arn')))
  const aws = details.Policies.filter((policy) => isOfAws(textOf(policy, 'Arn')))
  const users = details.UserDetailList.map((user) => [textOf(user, 'UserName'), user] as const)
  const [policies, settings, providers] = await Promise.all([
    readEach(own, (policy) => readPolicy(ask, policy)),
    readRoleSettings(ask),
    readProviders(ask),
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
  ask: Ask,
): Promise<Readonly<Record<(typeof LISTS)[number], readonly Fields[]>>> {
  const pages = await readPages(ask, 'GetAccountAuthorizationDetails')
  const all = (list: string) => pages.flatMap((page) => eachOf(page, list))
  return {
    UserDetailList: all('UserDetailList'),
    GroupDetailList: all('GroupDetailList'),
    RoleDetailList: all('RoleDetailList'),
    Policies: all('Policies'),
  }
}

/** All pages of one of IAM's lists. */
async function readPages(ask: Ask, operation: string): Promise<readonly Fields[]> {
  const pages: Fields[] = []
  const markers = new Set<string>()
  for (let Marker: string | undefined; ;) {
    const page = await askIam(ask, operation, { MaxItems: 1000, Marker })
    pages.push(page)
    Marker = page['IsTruncated'] === true ? optionalTextOf(page, 'Marker') : undefined
    if (Marker === undefined) return pages
    // A page that leads back would be asked for without end.
    if (markers.has(Marker)) throw unexpected('a list that leads back to itself')
    markers.add(Marker)
  }
}

async function askIam(ask: Ask, operation: string, input: Fields): Promise<Fields> {
  return asFields(await ask({ service: 'iam', operation, input }), 'the answer')
}

const isOfAws = (arn: string): boolean => /^arn:[^:]*:iam::aws:/.test(arn)

/** A few at a time: there may be hundreds. */
async function readEach<T>(
  answers: readonly Fields[],
  read: (answer: Fields) => Promise<T>,
): Promise<readonly T[]> {
  const found: T[] = []
  for (let index = 0; index < answers.length; index += 8) {
    found.push(...(await Promise.all(answers.slice(index, index + 8).map(read))))
  }
  return found
}

/** Its tags are told by GetPolicy alone. */
async function readPolicy(ask: Ask, detail: Fields): Promise<readonly [string, ManagedPolicy]> {
  const PolicyArn = textOf(detail, 'Arn')
  const answer = await askIam(ask, 'GetPolicy', { PolicyArn })
  const policy: ManagedPolicy = {
    path: textOf(detail, 'Path'),
    description: optionalTextOf(detail, 'Description') ?? '',
    tags: tagsOf(asFields(answer['Policy'], 'Policy')),
    ...versionsOf(detail),
  }
  return [textOf(detail, 'PolicyName'), policy]
}

function versionsOf(detail: Fields): Pick<ManagedPolicy, 'document' | 'otherVersions'> {
  const versions = eachOf(detail, 'PolicyVersionList')
  const inForce = versions.find((version) => version['IsDefaultVersion'] === true)
  if (inForce === undefined) throw unexpected('a policy without a version in force')
  const others = versions
    .filter((version) => version !== inForce)
    .map((version) => textOf(version, 'VersionId'))
  return {
    document: documentIn(inForce, 'Document'),
    otherVersions: others.toSorted((one, other) => Number(one.slice(1)) - Number(other.slice(1))),
  }
}

const documentIn = (answer: Fields, field: string): Document => documentOf(textOf(answer, field))

function readHolder(detail: Fields, noun: 'User' | 'Group' | 'Role'): Holder {
  const attached = eachOf(detail, 'AttachedManagedPolicies').map((policy) => {
    const arn = textOf(policy, 'PolicyArn')
    return isOfAws(arn) ? arn : textOf(policy, 'PolicyName')
  })
  const inline = eachOf(detail, `${noun}PolicyList`).map(
    (policy) => [textOf(policy, 'PolicyName'), documentIn(policy, 'PolicyDocument')] as const,
  )
  return {
    path: textOf(detail, 'Path'),
    attached: new Set(attached),
    inline: new Map(inline),
  }
}

function readUser(detail: Fields): User {
  return { ...readHolder(detail, 'User'), ...readBounds(detail) }
}

function readGroup(detail: Fields, members: ReadonlySet<string>): Group {
  return { ...readHolder(detail, 'Group'), members }
}

function readRole(detail: Fields, settings: RoleSettings | undefined): Role {
  return {
    ...readHolder(detail, 'Role'),
    ...readBounds(detail),
    trust: documentIn(detail, 'AssumeRolePolicyDocument'),
    ...(settings ?? { description: '', maxSessionSeconds: 3600 }),
  }
}

function readBounds(detail: Fields): Pick<User, 'boundary' | 'tags'> {
  const boundary = detail['PermissionsBoundary']
  const arn =
    boundary === undefined
      ? undefined
      : textOf(asFields(boundary, 'PermissionsBoundary'), 'PermissionsBoundaryArn')
  const name = arn === undefined || isOfAws(arn) ? arn : arn.slice(arn.lastIndexOf('/') + 1)
  return { boundary: name, tags: tagsOf(detail) }
}

const tagsOf = (answer: Fields): Tags =>
  new Map(eachOf(answer, 'Tags').map((tag) => [textOf(tag, 'Key'), textOf(tag, 'Value')]))

type RoleSettings = Pick<Role, 'description' | 'maxSessionSeconds'>

/** What GetAccountAuthorizationDetails leaves out. */
async function readRoleSettings(ask: Ask): Promise<ReadonlyMap<string, RoleSettings>> {
  const pages = await readPages(ask, 'ListRoles')
  return new Map(
    pages
      .flatMap((page) => eachOf(page, 'Roles'))
      .map((role) => [
        textOf(role, 'RoleName'),
        {
          description: optionalTextOf(role, 'Description') ?? '',
          maxSessionSeconds: numberOf(role, 'MaxSessionDuration'),
        },
      ]),
  )
}

async function readProviders(ask: Ask): Promise<ReadonlyMap<string, Provider>> {
  const found = new Map<string, Provider>()
  const list = await askIam(ask, 'ListOpenIDConnectProviders', {})
  for (const one of eachOf(list, 'OpenIDConnectProviderList')) {
    const arn = textOf(one, 'Arn')
    const answer = await askIam(ask, 'GetOpenIDConnectProvider', {
      OpenIDConnectProviderArn: arn,
    })
    // Its issuer without the scheme, as condition keys have it.
    const name = arn.slice(arn.indexOf('/') + 1)
    found.set(name, {
      // IAM does not tell the scheme; plain http is for loopback alone.
      url: `${/^(localhost|127\.0\.0\.1|\[::1\])(:|\/|$)/.test(name) ? 'http' : 'https'}://${name}`,
      clientIds: new Set(textsOf(answer, 'ClientIDList')),
      claims: new Map(
        eachOf(answer, 'ClaimTags').map((one) => [textOf(one, 'Claim'), textOf(one, 'TagKey')]),
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
