import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  AddRoleToInstanceProfileCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccountAliasCommand,
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeleteAccountAliasCommand,
  DeleteConflictException,
  DeleteInstanceProfileCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DetachGroupPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  EntityAlreadyExistsException,
  GetAccountAuthorizationDetailsCommand,
  GetAccountSummaryCommand,
  GetInstanceProfileCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  IAMClient,
  LimitExceededException,
  ListAccountAliasesCommand,
  ListAttachedGroupPoliciesCommand,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListInstanceProfilesForRoleCommand,
  ListInstanceProfileTagsCommand,
  ListPolicyVersionsCommand,
  MalformedPolicyDocumentException,
  NoSuchEntityException,
  paginateGetAccountAuthorizationDetails,
  paginateListInstanceProfiles,
  paginateListPolicies,
  paginateListRoles,
  RemoveRoleFromInstanceProfileCommand,
  SetDefaultPolicyVersionCommand,
  TagInstanceProfileCommand,
  UntagInstanceProfileCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  UpdateRoleDescriptionCommand,
} from '@aws-sdk/client-iam'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'

let plane: ControlPlane
let client: IAMClient
let account = ''
before(async () => {
  plane = await startControlPlane()
  const { accessKeyId, secretAccessKey } = plane.root
  client = new IAMClient({
    endpoint: plane.url,
    region: 'on-prem-1',
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
  })
  account = (await plane.root.done('GetCallerIdentity', {})).Account
  await plane.root.done('CreateUser', { UserName: 'ann' })
  await plane.root.done('CreateGroup', { GroupName: 'staff' })
})
after(async () => {
  client.destroy()
  await plane.close()
})

const document = (Action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] })
const trust = (principal: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole' }],
  })
const annTrusted = () => trust(`arn:aws:iam::${account}:user/ann`)

/** What a person gets who reads the document of an answer: AWS URL-encodes it. */
const decoded = (text: string | undefined) => decodeURIComponent(text ?? '')

describe('the IAM client of the AWS SDK, unmodified', () => {
  it('manages policies and their versions', async () => {
    const { Policy } = await client.send(
      new CreatePolicyCommand({
        PolicyName: 'look',
        Path: '/team/',
        Description: 'to look, with a ü',
        PolicyDocument: document('iam:GetUser'),
        Tags: [{ Key: 'Team', Value: 'blue + green' }],
      }),
    )
    assert.ok(Policy?.CreateDate instanceof Date)
    const PolicyArn = Policy.Arn ?? ''
    assert.equal(PolicyArn, `arn:aws:iam::${account}:policy/team/look`)
    const shown = await client.send(new GetPolicyCommand({ PolicyArn }))
    assert.deepEqual(shown.Policy, Policy)
    assert.deepEqual(
      [Policy.Description, Policy.Tags, Policy.AttachmentCount, Policy.IsAttachable],
      ['to look, with a ü', [{ Key: 'Team', Value: 'blue + green' }], 0, true],
    )

    const PolicyDocument = `${document('iam:Get*')}\n`
    const made = await client.send(
      new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }),
    )
    assert.equal(made.PolicyVersion?.IsDefaultVersion, true)
    const second = await client.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v2' }))
    assert.equal(decoded(second.PolicyVersion?.Document), PolicyDocument)
    await client.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }))
    const { Versions } = await client.send(new ListPolicyVersionsCommand({ PolicyArn }))
    assert.deepEqual(
      Versions?.map(({ VersionId, IsDefaultVersion }) => [VersionId, IsDefaultVersion]),
      [
        ['v2', false],
        ['v1', true],
      ],
    )
    await assert.rejects(
      client.send(new DeletePolicyCommand({ PolicyArn })),
      DeleteConflictException,
    )
    await client.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v2' }))
    await client.send(new DeletePolicyCommand({ PolicyArn }))
    await assert.rejects(
      client.send(new GetPolicyCommand({ PolicyArn })),
      (error) =>
        error instanceof NoSuchEntityException &&
        error.$metadata.httpStatusCode === 404 &&
        error.message === `Policy ${PolicyArn} was not found.`,
    )
  })

  it('attaches policies and lists them from both sides', async () => {
    const PolicyArn = 'arn:aws:iam::aws:policy/IAMReadOnlyAccess'
    await client.send(
      new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: annTrusted() }),
    )
    const [user, group, role] = [{ UserName: 'ann' }, { GroupName: 'staff' }, { RoleName: 'r' }]
    await client.send(new AttachUserPolicyCommand({ ...user, PolicyArn }))
    await client.send(new AttachGroupPolicyCommand({ ...group, PolicyArn }))
    await client.send(new AttachRolePolicyCommand({ ...role, PolicyArn }))
    const lists = [
      await client.send(new ListAttachedUserPoliciesCommand(user)),
      await client.send(new ListAttachedGroupPoliciesCommand(group)),
      await client.send(new ListAttachedRolePoliciesCommand(role)),
    ]
    for (const { AttachedPolicies, IsTruncated } of lists) {
      assert.deepEqual(
        [AttachedPolicies, IsTruncated],
        [[{ PolicyName: 'IAMReadOnlyAccess', PolicyArn }], false],
      )
    }
    const entities = await client.send(new ListEntitiesForPolicyCommand({ PolicyArn }))
    assert.deepEqual(
      [
        entities.PolicyUsers?.map(({ UserName }) => UserName),
        entities.PolicyGroups?.map(({ GroupName }) => GroupName),
        entities.PolicyRoles?.map(({ RoleName }) => RoleName),
      ],
      [['ann'], ['staff'], ['r']],
    )
    await client.send(new DetachUserPolicyCommand({ ...user, PolicyArn }))
    await client.send(new DetachGroupPolicyCommand({ ...group, PolicyArn }))
    await client.send(new DetachRolePolicyCommand({ ...role, PolicyArn }))
    await assert.rejects(
      client.send(new DetachRolePolicyCommand({ ...role, PolicyArn })),
      NoSuchEntityException,
    )
    await client.send(new DeleteRoleCommand(role))
  })

  it('manages roles', async () => {
    const RoleName = 'deploy'
    const AssumeRolePolicyDocument = annTrusted()
    const { Role } = await client.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument,
        MaxSessionDuration: 7200,
        PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
        Tags: [{ Key: 'Team', Value: '' }],
      }),
    )
    assert.equal(decoded(Role?.AssumeRolePolicyDocument), AssumeRolePolicyDocument)
    const shown = await client.send(new GetRoleCommand({ RoleName }))
    assert.deepEqual(shown.Role, Role)
    assert.deepEqual(
      [Role?.MaxSessionDuration, Role?.PermissionsBoundary?.PermissionsBoundaryArn, Role?.Tags],
      [7200, 'arn:aws:iam::aws:policy/ReadOnlyAccess', [{ Key: 'Team', Value: '' }]],
    )
    await client.send(new UpdateRoleCommand({ RoleName, MaxSessionDuration: 3600 }))
    const Description = 'deploys <everything>'
    const changed = await client.send(new UpdateRoleDescriptionCommand({ RoleName, Description }))
    assert.deepEqual(
      [changed.Role?.Description, changed.Role?.MaxSessionDuration],
      [Description, 3600],
    )
    const PolicyDocument = trust(account)
    await client.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }))
    const roles = []
    for await (const page of paginateListRoles({ client, pageSize: 1 }, {})) {
      roles.push(...(page.Roles ?? []))
    }
    assert.deepEqual(
      roles.map((role) => [role.RoleName, decoded(role.AssumeRolePolicyDocument)]),
      [[RoleName, PolicyDocument]],
    )
    const profiles = await client.send(new ListInstanceProfilesForRoleCommand({ RoleName }))
    assert.deepEqual(profiles.InstanceProfiles, [])
    await assert.rejects(
      client.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument })),
      EntityAlreadyExistsException,
    )
    await client.send(new DeleteRoleCommand({ RoleName }))
  })

  it('makes instance profiles along with roles', async () => {
    const RoleName = 'web'
    const InstanceProfileName = 'web'
    await client.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust(account) }))
    const Tags = [{ Key: 'a', Value: 'b' }]
    await client.send(new CreateInstanceProfileCommand({ InstanceProfileName, Tags }))
    const both = { InstanceProfileName, RoleName }
    await client.send(new AddRoleToInstanceProfileCommand(both))
    const { InstanceProfile } = await client.send(
      new GetInstanceProfileCommand({ InstanceProfileName }),
    )
    assert.deepEqual(InstanceProfile?.Tags, Tags)
    const [role] = InstanceProfile?.Roles ?? []
    assert.equal(role?.RoleName, RoleName)
    assert.equal(decoded(role?.AssumeRolePolicyDocument), trust(account))
    assert.ok(InstanceProfile?.CreateDate instanceof Date)
    const profiles = await client.send(new ListInstanceProfilesForRoleCommand({ RoleName }))
    assert.equal(profiles.InstanceProfiles?.[0]?.Arn, InstanceProfile?.Arn)
    const names = []
    for await (const page of paginateListInstanceProfiles({ client, pageSize: 1 }, {})) {
      names.push(...(page.InstanceProfiles ?? []).map((one) => one.InstanceProfileName))
    }
    assert.deepEqual(names, [InstanceProfileName])
    await client.send(
      new TagInstanceProfileCommand({ InstanceProfileName, Tags: [{ Key: 'c', Value: 'd' }] }),
    )
    await client.send(new UntagInstanceProfileCommand({ InstanceProfileName, TagKeys: ['a'] }))
    const tags = await client.send(new ListInstanceProfileTagsCommand({ InstanceProfileName }))
    assert.deepEqual(tags.Tags, [{ Key: 'c', Value: 'd' }])
    await assert.rejects(
      client.send(new DeleteInstanceProfileCommand({ InstanceProfileName })),
      DeleteConflictException,
    )
    await client.send(new RemoveRoleFromInstanceProfileCommand(both))
    await client.send(new DeleteInstanceProfileCommand({ InstanceProfileName }))
    await client.send(new DeleteRoleCommand({ RoleName }))
  })

  it('is told in its own words why a trust policy is refused', async () => {
    const principal = `arn:aws:iam::${account}:user/none`
    await assert.rejects(
      client.send(
        new CreateRoleCommand({ RoleName: 'x', AssumeRolePolicyDocument: trust(principal) }),
      ),
      (error) =>
        error instanceof MalformedPolicyDocumentException &&
        error.$metadata.httpStatusCode === 400 &&
        error.message === `Invalid principal in policy: "AWS":"${principal}"`,
    )
  })

  it('is told of quotas', async () => {
    const PolicyDocument = document('iam:GetUser')
    const { Policy } = await client.send(
      new CreatePolicyCommand({ PolicyName: 'q', PolicyDocument }),
    )
    const version = { PolicyArn: Policy?.Arn ?? '', PolicyDocument }
    for (let count = 2; count <= 5; count++) {
      await client.send(new CreatePolicyVersionCommand(version))
    }
    await assert.rejects(
      client.send(new CreatePolicyVersionCommand(version)),
      LimitExceededException,
    )
  })

  it('pages through policies', async () => {
    const names = []
    for await (const page of paginateListPolicies({ client, pageSize: 2 }, { Scope: 'AWS' })) {
      names.push(...(page.Policies ?? []).map(({ PolicyName }) => PolicyName))
    }
    assert.ok(names.includes('AdministratorAccess') && names.includes('EC2InstanceConnect'))
    assert.equal(new Set(names).size, names.length)
  })

  it('looks at the account', async () => {
    await client.send(new CreateAccountAliasCommand({ AccountAlias: 'acme' }))
    const { AccountAliases } = await client.send(new ListAccountAliasesCommand({}))
    assert.deepEqual(AccountAliases, ['acme'])
    await client.send(new DeleteAccountAliasCommand({ AccountAlias: 'acme' }))
    const { SummaryMap } = await client.send(new GetAccountSummaryCommand({}))
    assert.deepEqual([SummaryMap?.Users, SummaryMap?.VersionsPerPolicyQuota], [1, 5])
    const details = await client.send(
      new GetAccountAuthorizationDetailsCommand({ Filter: ['User', 'AWSManagedPolicy'] }),
    )
    assert.deepEqual(
      details.UserDetailList?.map(({ UserName }) => UserName),
      ['ann'],
    )
    const administrator = details.Policies?.find(
      ({ PolicyName }) => PolicyName === 'AdministratorAccess',
    )
    assert.deepEqual(JSON.parse(decoded(administrator?.PolicyVersionList?.[0]?.Document)), {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
    })
    const kinds = [0, 0]
    const pages = paginateGetAccountAuthorizationDetails({ client, pageSize: 1 }, {})
    for await (const { UserDetailList = [], GroupDetailList = [] } of pages) {
      kinds[0] = (kinds[0] ?? 0) + UserDetailList.length
      kinds[1] = (kinds[1] ?? 0) + GroupDetailList.length
    }
    assert.deepEqual(kinds, [1, 1])
  })
})
