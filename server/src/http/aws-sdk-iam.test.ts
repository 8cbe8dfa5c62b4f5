import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import * as iam from '@aws-sdk/client-iam'
import { createdPolicy, createdRole } from '../store/contract/given-identities.ts'
import { openSqliteStore } from '../store/sqlite/open.ts'
import type { Store } from '../store/store.ts'
import type { ApiClient } from '../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'

// What people have in their scripts: AWS's own client, which speaks AWS Query and reads XML by AWS's model.

let plane: ControlPlane
let store: Store
let client: iam.IAMClient
let account = ''
before(async () => {
  plane = await startControlPlane({
    openStore: async (options) => (store = await openSqliteStore(options)),
  })
  client = sdk(plane.root)
  account = (await plane.root.done('GetCallerIdentity', {})).Account
})
after(async () => {
  client.destroy()
  await plane.close()
})

const sdk = ({
  accessKeyId,
  secretAccessKey,
}: Pick<ApiClient, 'accessKeyId' | 'secretAccessKey'>) =>
  new iam.IAMClient({
    endpoint: plane.url,
    region: 'on-prem-1',
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
  })

const arn = (rest: string) => `arn:aws:iam::${account}:${rest}`
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
const DOCUMENT = `{ "Version": "2012-10-17",
  "Statement": {"Effect":"Allow","Action":"iam:GetUser","Resource":"arn:aws:iam::*:user/a+b=c"} }`
const TAGS = [
  { Key: 'cost center', Value: 'a+b=c: é' },
  { Key: 'team', Value: '' },
]
const sameTime = (date: Date | undefined) => Math.abs((date?.getTime() ?? 0) - Date.now()) < 60_000

/** What is under a page's name, over all pages that AWS's paginator asks for, one item each. It writes into the input that it gets. */
async function walked<Page, Item>(
  pages: AsyncIterable<Page>,
  items: (page: Page) => readonly Item[] | undefined,
): Promise<readonly Item[]> {
  const found: Item[] = []
  let count = 0
  for await (const page of pages) {
    found.push(...(items(page) ?? []))
    count++
  }
  assert.equal(count, Math.max(found.length, 1))
  return found
}
const byOne = () => ({ client, pageSize: 1 })

describe('the IAM client of the AWS SDK for JavaScript, unmodified', () => {
  it('makes, shows, lists, tags, renames and deletes users', async () => {
    const named = { UserName: 'ann+x=y,z.@-_' }
    const { User } = await client.send(
      new iam.CreateUserCommand({
        ...named,
        Path: '/a/b/',
        Tags: TAGS,
        PermissionsBoundary: READ_ONLY,
      }),
    )
    assert.equal(User?.Arn, arn(`user/a/b/${named.UserName}`))
    assert.ok(sameTime(User?.CreateDate))
    assert.deepEqual(User?.Tags, TAGS)
    assert.equal(User?.PermissionsBoundary?.PermissionsBoundaryArn, READ_ONLY)
    const shown = await client.send(new iam.GetUserCommand(named))
    assert.deepEqual(shown.User, User)
    const other = { UserName: 'bob' }
    await client.send(new iam.CreateUserCommand(other))
    const users = await walked(iam.paginateListUsers(byOne(), {}), (page) => page.Users)
    assert.deepEqual(
      users.map(({ UserName }) => UserName),
      [named.UserName, 'bob'],
    )
    assert.deepEqual(Object.keys(users[0] ?? {}).toSorted(), [
      'Arn',
      'CreateDate',
      'Path',
      'UserId',
      'UserName',
    ])
    await client.send(new iam.TagUserCommand({ ...other, Tags: TAGS }))
    const tags = await walked(iam.paginateListUserTags(byOne(), { ...other }), (page) => page.Tags)
    assert.deepEqual(tags, TAGS)
    await client.send(new iam.UntagUserCommand({ ...other, TagKeys: ['TEAM'] }))
    const left = await client.send(new iam.ListUserTagsCommand(other))
    assert.deepEqual([left.Tags, left.IsTruncated], [TAGS.slice(0, 1), false])
    await client.send(
      new iam.UpdateUserCommand({ ...other, NewUserName: 'robert', NewPath: '/c/' }),
    )
    const renamed = await client.send(new iam.GetUserCommand({ UserName: 'robert' }))
    assert.equal(renamed.User?.Arn, arn('user/c/robert'))
    await client.send(new iam.DeleteUserCommand({ UserName: 'robert' }))
    await client.send(new iam.DeleteUserCommand(named))
    const { Users } = await client.send(new iam.ListUsersCommand({}))
    assert.deepEqual(Users, [])
  })

  it('makes, fills, shows, lists, renames and deletes groups', async () => {
    const group = { GroupName: 'devs' }
    const created = await client.send(new iam.CreateGroupCommand({ ...group, Path: '/x/' }))
    assert.equal(created.Group?.Arn, arn('group/x/devs'))
    assert.ok(sameTime(created.Group?.CreateDate))
    for (const UserName of ['g1', 'g2']) {
      await client.send(new iam.CreateUserCommand({ UserName }))
      await client.send(new iam.AddUserToGroupCommand({ ...group, UserName }))
    }
    const shown = await client.send(new iam.GetGroupCommand(group))
    assert.deepEqual(shown.Group, created.Group)
    const members = await walked(iam.paginateGetGroup(byOne(), { ...group }), (page) => page.Users)
    assert.deepEqual(
      members.map(({ UserName }) => UserName),
      ['g1', 'g2'],
    )
    await client.send(new iam.CreateGroupCommand({ GroupName: 'more' }))
    const groups = await walked(iam.paginateListGroups(byOne(), {}), (page) => page.Groups)
    assert.deepEqual(
      groups.map(({ GroupName }) => GroupName),
      ['devs', 'more'],
    )
    const of = { UserName: 'g1' }
    await client.send(new iam.AddUserToGroupCommand({ GroupName: 'more', ...of }))
    const own = await walked(
      iam.paginateListGroupsForUser(byOne(), { ...of }),
      (page) => page.Groups,
    )
    assert.deepEqual(own, groups)
    await client.send(new iam.UpdateGroupCommand({ ...group, NewGroupName: 'engineers' }))
    const renamed = { GroupName: 'engineers' }
    for (const UserName of ['g1', 'g2']) {
      await client.send(new iam.RemoveUserFromGroupCommand({ ...renamed, UserName }))
    }
    await client.send(new iam.DeleteGroupCommand(renamed))
    const { Groups } = await client.send(new iam.ListGroupsCommand({}))
    assert.deepEqual(
      Groups?.map(({ GroupName }) => GroupName),
      ['more'],
    )
  })

  it('puts, gets, lists and deletes inline policies of users, groups and roles', async () => {
    await client.send(new iam.CreateUserCommand({ UserName: 'owner' }))
    await client.send(new iam.CreateGroupCommand({ GroupName: 'owner' }))
    await createdRole(store, { name: 'owner' })
    const policy = { PolicyName: 'p', PolicyDocument: DOCUMENT }
    const user = { UserName: 'owner', ...policy }
    const group = { GroupName: 'owner', ...policy }
    const role = { RoleName: 'owner', ...policy }
    await client.send(new iam.PutUserPolicyCommand(user))
    await client.send(new iam.PutGroupPolicyCommand(group))
    await client.send(new iam.PutRolePolicyCommand(role))
    const got = [
      await client.send(new iam.GetUserPolicyCommand(user)),
      await client.send(new iam.GetGroupPolicyCommand(group)),
      await client.send(new iam.GetRolePolicyCommand(role)),
    ]
    for (const { PolicyName, PolicyDocument } of got) {
      assert.equal(PolicyName, 'p')
      // RFC 3986, as AWS answers it and this client leaves it.
      assert.match(PolicyDocument ?? '', /^%7B%20%22Version%22/)
      assert.equal(decodeURIComponent(PolicyDocument ?? ''), DOCUMENT)
    }
    const listed = [
      await walked(iam.paginateListUserPolicies(byOne(), { ...user }), (page) => page.PolicyNames),
      await walked(
        iam.paginateListGroupPolicies(byOne(), { ...group }),
        (page) => page.PolicyNames,
      ),
      await walked(iam.paginateListRolePolicies(byOne(), { ...role }), (page) => page.PolicyNames),
    ]
    assert.deepEqual(listed, [['p'], ['p'], ['p']])
    await client.send(new iam.DeleteUserPolicyCommand(user))
    await client.send(new iam.DeleteGroupPolicyCommand(group))
    await client.send(new iam.DeleteRolePolicyCommand(role))
    const left = await client.send(new iam.ListRolePoliciesCommand(role))
    assert.deepEqual([left.PolicyNames, left.IsTruncated], [[], false])
  })

  it('puts and takes away the boundaries of users and roles', async () => {
    const user = { UserName: 'bounded' }
    const role = { RoleName: 'bounded' }
    await client.send(new iam.CreateUserCommand(user))
    const { id } = await createdRole(store, { name: 'bounded' })
    const PermissionsBoundary = READ_ONLY
    await client.send(new iam.PutUserPermissionsBoundaryCommand({ ...user, PermissionsBoundary }))
    await client.send(new iam.PutRolePermissionsBoundaryCommand({ ...role, PermissionsBoundary }))
    const shown = await client.send(new iam.GetUserCommand(user))
    assert.equal(shown.User?.PermissionsBoundary?.PermissionsBoundaryArn, READ_ONLY)
    assert.ok((await store.identities.entities.byId(id))?.boundaryId !== undefined)
    await client.send(new iam.DeleteUserPermissionsBoundaryCommand(user))
    await client.send(new iam.DeleteRolePermissionsBoundaryCommand(role))
    const after = await client.send(new iam.GetUserCommand(user))
    assert.equal(after.User?.PermissionsBoundary, undefined)
    assert.equal((await store.identities.entities.byId(id))?.boundaryId, undefined)
  })

  it('tags roles and policies', async () => {
    const role = { RoleName: 'tagged' }
    await createdRole(store, { name: 'tagged' })
    await createdPolicy(store, { name: 'tagged' })
    const policy = { PolicyArn: arn('policy/tagged') }
    await client.send(new iam.TagRoleCommand({ ...role, Tags: TAGS }))
    await client.send(new iam.TagPolicyCommand({ ...policy, Tags: TAGS }))
    const listed = [
      await walked(iam.paginateListRoleTags(byOne(), { ...role }), (page) => page.Tags),
      await walked(iam.paginateListPolicyTags(byOne(), { ...policy }), (page) => page.Tags),
    ]
    assert.deepEqual(listed, [TAGS, TAGS])
    const TagKeys = TAGS.map(({ Key }) => Key)
    await client.send(new iam.UntagRoleCommand({ ...role, TagKeys }))
    await client.send(new iam.UntagPolicyCommand({ ...policy, TagKeys }))
    assert.deepEqual((await client.send(new iam.ListRoleTagsCommand(role))).Tags, [])
    assert.deepEqual((await client.send(new iam.ListPolicyTagsCommand(policy))).Tags, [])
  })

  it('makes, uses, lists, switches and deletes access keys, also its own', async () => {
    await plane.user('keyed', { Effect: 'Allow', Action: 'iam:*', Resource: '*' })
    const { AccessKey } = await client.send(new iam.CreateAccessKeyCommand({ UserName: 'keyed' }))
    const { AccessKeyId = '', SecretAccessKey = '' } = AccessKey ?? {}
    assert.deepEqual([AccessKey?.UserName, AccessKey?.Status], ['keyed', 'Active'])
    assert.ok(sameTime(AccessKey?.CreateDate))
    const own = sdk({ accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey })
    assert.equal((await own.send(new iam.GetUserCommand({}))).User?.UserName, 'keyed')
    const pages = iam.paginateListAccessKeys({ client: own, pageSize: 1 }, {})
    const keys = await walked(pages, (page) => page.AccessKeyMetadata)
    assert.deepEqual([keys.length, keys[1]?.AccessKeyId], [2, AccessKeyId])
    const first = { AccessKeyId: keys[0]?.AccessKeyId ?? '' }
    await own.send(new iam.UpdateAccessKeyCommand({ ...first, Status: 'Inactive' }))
    const listed = await own.send(new iam.ListAccessKeysCommand({}))
    assert.equal(listed.AccessKeyMetadata?.[0]?.Status, 'Inactive')
    await own.send(new iam.DeleteAccessKeyCommand(first))
    const used = await own.send(new iam.GetAccessKeyLastUsedCommand({ AccessKeyId }))
    assert.equal(used.UserName, 'keyed')
    assert.equal(used.AccessKeyLastUsed?.ServiceName, 'N/A')
    own.destroy()
  })

  it('reads what somebody was last allowed and asked for', async () => {
    const user = { UserName: 'seen' }
    const { User } = await client.send(new iam.CreateUserCommand(user))
    const policy = { PolicyName: 'p', PolicyDocument: DOCUMENT }
    await client.send(new iam.PutUserPolicyCommand({ ...user, ...policy }))
    const { AccessKey } = await client.send(new iam.CreateAccessKeyCommand(user))
    const own = sdk({
      accessKeyId: AccessKey?.AccessKeyId ?? '',
      secretAccessKey: AccessKey?.SecretAccessKey ?? '',
    })
    await assert.rejects(own.send(new iam.GetUserCommand({})), { name: 'AccessDenied' })
    own.destroy()
    const { JobId } = await client.send(
      new iam.GenerateServiceLastAccessedDetailsCommand({
        Arn: User?.Arn,
        Granularity: 'ACTION_LEVEL',
      }),
    )
    const made = await client.send(new iam.GetServiceLastAccessedDetailsCommand({ JobId }))
    assert.equal(made.JobStatus, 'COMPLETED')
    assert.ok(sameTime(made.JobCreationDate) && sameTime(made.JobCompletionDate))
    const [service] = made.ServicesLastAccessed ?? []
    assert.equal(service?.ServiceNamespace, 'iam')
    assert.equal(service?.LastAuthenticatedEntity, User?.Arn)
    assert.ok(sameTime(service?.LastAuthenticated))
    assert.deepEqual(
      service?.TrackedActionsLastAccessed?.map(({ ActionName, LastAccessedTime }) => [
        ActionName,
        sameTime(LastAccessedTime),
      ]),
      [['GetUser', true]],
    )
    const each = await client.send(
      new iam.GetServiceLastAccessedDetailsWithEntitiesCommand({ JobId, ServiceNamespace: 'iam' }),
    )
    assert.equal(each.EntityDetailsList?.[0]?.EntityInfo?.Type, 'USER')
    assert.ok(sameTime(each.EntityDetailsList?.[0]?.LastAuthenticated))
  })

  it('takes root for the account, whose keys have no user name', async () => {
    const { User } = await client.send(new iam.GetUserCommand({}))
    assert.deepEqual([User?.Arn, User?.UserId], [arn('root'), account])
    const { AccessKey } = await client.send(new iam.CreateAccessKeyCommand({}))
    assert.equal(AccessKey?.UserName, undefined)
    await client.send(new iam.DeleteAccessKeyCommand({ AccessKeyId: AccessKey?.AccessKeyId }))
  })
})

describe('its refusals', () => {
  async function refusal(
    ask: (client: iam.IAMClient) => Promise<unknown>,
    whose: Pick<ApiClient, 'accessKeyId' | 'secretAccessKey'> = plane.root,
  ) {
    const asking = sdk(whose)
    try {
      await ask(asking)
    } catch (error) {
      assert.ok(error instanceof iam.IAMServiceException)
      return [error.constructor.name, error.name, error.$metadata.httpStatusCode, error.message]
    } finally {
      asking.destroy()
    }
    return assert.fail('it went through')
  }

  it('are the exceptions that its model knows, with the texts of AWS', async () => {
    const user = { UserName: 'held' }
    await client.send(new iam.CreateUserCommand(user))
    await client.send(new iam.CreateAccessKeyCommand(user))
    await client.send(new iam.CreateAccessKeyCommand(user))
    const policy = { ...user, PolicyName: 'p', PolicyDocument: '{}' }
    const twice = { ...user, Tags: [...TAGS, ...TAGS] }
    const found = [
      await refusal((one) => one.send(new iam.GetUserCommand({ UserName: 'none' }))),
      await refusal((one) => one.send(new iam.CreateUserCommand(user))),
      await refusal((one) => one.send(new iam.DeleteUserCommand(user))),
      await refusal((one) => one.send(new iam.CreateAccessKeyCommand(user))),
      await refusal((one) => one.send(new iam.TagUserCommand(twice))),
    ]
    assert.deepEqual(found, [
      [
        'NoSuchEntityException',
        'NoSuchEntityException',
        404,
        'The user with name none cannot be found.',
      ],
      [
        'EntityAlreadyExistsException',
        'EntityAlreadyExistsException',
        409,
        'User with name held already exists.',
      ],
      [
        'DeleteConflictException',
        'DeleteConflictException',
        409,
        'Cannot delete entity, must delete access keys first.',
      ],
      [
        'LimitExceededException',
        'LimitExceededException',
        409,
        'Cannot exceed quota for AccessKeysPerUser: 2',
      ],
      [
        'InvalidInputException',
        'InvalidInputException',
        400,
        'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      ],
    ])
    const [malformed] = await refusal((one) => one.send(new iam.PutUserPolicyCommand(policy)))
    assert.equal(malformed, 'MalformedPolicyDocumentException')
  })

  it('are AccessDenied without a permission, and ValidationError for what is no name', async () => {
    const nobody = await plane.user('nobody')
    const denied = await refusal((one) => one.send(new iam.ListUsersCommand({})), nobody)
    assert.deepEqual(denied.slice(1, 3), ['AccessDenied', 403])
    assert.match(
      String(denied[3]),
      new RegExp(`iam:ListUsers on resource: ${arn('user/')} because no identity-based policy`),
    )
    const invalid = await refusal((one) => one.send(new iam.CreateUserCommand({ UserName: 'a/b' })))
    assert.deepEqual(invalid.slice(1, 3), ['ValidationError', 400])
    const marker = await refusal((one) => one.send(new iam.ListUsersCommand({ Marker: 'x' })))
    assert.deepEqual(marker.slice(1), ['ValidationError', 400, 'Invalid Marker'])
  })
})
