import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'

let plane: ControlPlane
let account = ''
before(async () => {
  plane = await startControlPlane()
  account = (await plane.root.done('GetCallerIdentity', {})).Account
})
after(() => plane.close())

const AWS = 'arn:aws:iam::aws:policy/'
const own = (name: string) => `arn:aws:iam::${account}:policy/${name}`

const allowing = (Action: string, Resource = '*') =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action, Resource } })

async function refused(operation: string, fields: object, status: number, code: string) {
  const answer = await plane.root.call(operation, fields)
  assert.deepEqual([answer.status, answer.code], [status, code], answer.text)
  return answer.message
}

async function created(PolicyName: string, more: object = {}) {
  const fields = { PolicyName, PolicyDocument: allowing('iam:ListUsers'), ...more }
  return (await plane.root.done('CreatePolicy', fields)).Policy
}

const list = (operation: string, fields: object) => plane.root.done(operation, fields)

describe('managed policies', () => {
  it('are created with all that they may have, shown, listed and deleted', async () => {
    const policy = await created('full', {
      Path: '/team/',
      Description: 'who is there',
      Tags: [{ Key: 'Team', Value: 'blue' }],
    })
    const { PolicyId, CreateDate, UpdateDate, ...rest } = policy
    assert.match(PolicyId, /^ANPA[A-Z2-7]{17}$/)
    assert.equal(CreateDate, UpdateDate)
    assert.deepEqual(rest, {
      PolicyName: 'full',
      Arn: own('team/full'),
      Path: '/team/',
      DefaultVersionId: 'v1',
      AttachmentCount: 0,
      PermissionsBoundaryUsageCount: 0,
      IsAttachable: true,
      Description: 'who is there',
      Tags: [{ Key: 'Team', Value: 'blue' }],
    })
    const PolicyArn = policy.Arn
    assert.deepEqual((await plane.root.done('GetPolicy', { PolicyArn })).Policy, policy)
    const { Description, Tags, ...listed } = policy
    assert.ok(Description !== undefined && Tags !== undefined)
    assert.deepEqual(await list('ListPolicies', { PathPrefix: '/team/' }), {
      Policies: [listed],
      IsTruncated: false,
    })
    await plane.root.done('DeletePolicy', { PolicyArn })
    const message = await refused('GetPolicy', { PolicyArn }, 404, 'NoSuchEntity')
    assert.equal(message, `Policy ${PolicyArn} was not found.`)
    await refused('DeletePolicy', { PolicyArn }, 404, 'NoSuchEntity')
  })

  it('are refused twice, regardless of case; but may have a name that AWS uses too', async () => {
    await created('Twice')
    const fields = { PolicyName: 'twice', PolicyDocument: allowing('iam:*') }
    const message = await refused('CreatePolicy', fields, 409, 'EntityAlreadyExists')
    assert.equal(message, 'A policy called twice already exists. Duplicate names are not allowed.')
    const mine = await created('ReadOnlyAccess')
    assert.equal(mine.Arn, own('ReadOnlyAccess'))
    await plane.root.done('DeletePolicy', { PolicyArn: mine.Arn })
    await plane.root.done('GetPolicy', { PolicyArn: `${AWS}ReadOnlyAccess` })
  })

  it('are refused when they do not parse', async () => {
    for (const PolicyDocument of ['{', '{}', allowing('iam:*').replace('Effect', 'effect')]) {
      const fields = { PolicyName: 'wrong', PolicyDocument }
      await refused('CreatePolicy', fields, 400, 'MalformedPolicyDocument')
      const version = { PolicyArn: own('Twice'), PolicyDocument }
      await refused('CreatePolicyVersion', version, 400, 'MalformedPolicyDocument')
    }
  })

  it('are refused in the older version of the language, in which variables are plain text', async () => {
    const PolicyDocument = allowing('iam:GetUser').replace('2012-10-17', '2008-10-17')
    const fields = { PolicyName: 'old', PolicyDocument }
    const message = await refused('CreatePolicy', fields, 400, 'MalformedPolicyDocument')
    assert.equal(message, 'Policy document must be version 2012-10-17 or greater.')
  })

  it('are refused over 6144 characters, white space not counted', async () => {
    const sized = (size: number) => {
      const arn = `arn:aws:iam::${account}:user/`
      return allowing('iam:*', `${arn}${'x'.repeat(size - allowing('iam:*', arn).length)}`)
    }
    const spaced = sized(6144).replaceAll(',', ',\n    ')
    const { Arn } = await created('long', { PolicyDocument: spaced })
    const { PolicyVersion } = await list('GetPolicyVersion', { PolicyArn: Arn, VersionId: 'v1' })
    assert.equal(PolicyVersion.Document, spaced)
    const over = { PolicyName: 'over', PolicyDocument: sized(6145) }
    const message = await refused('CreatePolicy', over, 409, 'LimitExceeded')
    assert.equal(message, 'Cannot exceed quota for PolicySize: 6144')
  })

  it('are found by their whole ARN only: another path or account is another policy', async () => {
    const { Arn } = await created('strict', { Path: '/a/' })
    for (const PolicyArn of [
      own('strict'),
      own('a/b/strict'),
      own('a/Strict'),
      Arn.replace(account, '999900001111'),
      Arn.replace(account, 'aws'),
    ]) {
      await refused('GetPolicy', { PolicyArn }, 404, 'NoSuchEntity')
    }
    for (const PolicyArn of ['strict', own(''), own('*'), Arn.replace(':policy', ':user')]) {
      await refused('GetPolicy', { PolicyArn }, 400, 'ValidationException')
    }
  })

  it('cannot be deleted while attached, with other versions, or as a boundary; by force but the last', async () => {
    const { Arn: PolicyArn } = await created('held')
    const UserName = 'holder'
    await plane.root.done('CreateUser', { UserName })
    await plane.root.done('AttachUserPolicy', { UserName, PolicyArn })
    const refusal = () => refused('DeletePolicy', { PolicyArn }, 409, 'DeleteConflict')
    assert.equal(await refusal(), 'Cannot delete a policy attached to entities.')
    await plane.root.done('DetachUserPolicy', { UserName, PolicyArn })
    const PolicyDocument = allowing('iam:GetUser')
    await plane.root.done('CreatePolicyVersion', { PolicyArn, PolicyDocument })
    assert.match(await refusal(), /^This policy has more than one version\. Before you delete /)
    await plane.root.done('AttachUserPolicy', { UserName, PolicyArn })
    await plane.root.done('DeletePolicy', { PolicyArn, Force: true })
    assert.deepEqual((await list('ListAttachedUserPolicies', { UserName })).AttachedPolicies, [])

    const bounding = (await created('bounding')).Arn
    const bounded = { UserName, PermissionsBoundary: bounding }
    await plane.root.done('PutUserPermissionsBoundary', bounded)
    for (const Force of [false, true]) {
      const fields = { PolicyArn: bounding, Force }
      await refused('DeletePolicy', fields, 409, 'DeleteConflict')
    }
  })

  it('of AWS are there and cannot be changed, not even by root', async () => {
    const PolicyArn = `${AWS}AdministratorAccess`
    const { Policy } = await plane.root.done('GetPolicy', { PolicyArn })
    assert.deepEqual([Policy.Arn, Policy.DefaultVersionId], [PolicyArn, 'v1'])
    const version = { PolicyArn, VersionId: 'v1' }
    const before = await list('GetPolicyVersion', version)
    for (const [operation, fields] of [
      ['CreatePolicyVersion', { PolicyArn, PolicyDocument: allowing('iam:*') }],
      ['SetDefaultPolicyVersion', version],
      ['DeletePolicyVersion', version],
      ['DeletePolicy', { PolicyArn }],
      ['DeletePolicy', { PolicyArn, Force: true }],
    ] as const) {
      await refused(operation, fields, 400, 'AccessDeniedException')
    }
    assert.deepEqual(await list('GetPolicyVersion', version), before)
  })
})

describe('lists of policies', () => {
  const names = async (fields: object): Promise<string[]> =>
    (await list('ListPolicies', fields)).Policies.map(
      (policy: { PolicyName: string }) => policy.PolicyName,
    )
  const PathPrefix = '/listed/'
  before(async () => {
    for (const name of ['attached', 'bounding-1', 'unused'])
      await created(name, { Path: PathPrefix })
    await plane.root.done('CreateUser', { UserName: 'listed' })
    const user = { UserName: 'listed' }
    await plane.root.done('AttachUserPolicy', { ...user, PolicyArn: own('listed/attached') })
    const PermissionsBoundary = own('listed/bounding-1')
    await plane.root.done('PutUserPermissionsBoundary', { ...user, PermissionsBoundary })
  })

  it('tell the account’s from those of AWS', async () => {
    const local = await names({ Scope: 'Local' })
    const ofAws = await names({ Scope: 'AWS' })
    assert.ok(local.includes('unused') && !local.includes('AdministratorAccess'))
    assert.ok(ofAws.includes('AdministratorAccess') && !ofAws.includes('unused'))
    assert.deepEqual((await names({})).toSorted(), [...local, ...ofAws].toSorted())
  })

  it('tell what is attached and what is a boundary', async () => {
    assert.deepEqual(await names({ PathPrefix }), ['attached', 'bounding-1', 'unused'])
    assert.deepEqual(await names({ PathPrefix, OnlyAttached: true }), ['attached'])
    const used = (PolicyUsageFilter: string) => names({ PathPrefix, PolicyUsageFilter })
    assert.deepEqual(await used('PermissionsPolicy'), ['attached'])
    assert.deepEqual(await used('PermissionsBoundary'), ['bounding-1'])
    const { Policies } = await list('ListPolicies', { PathPrefix })
    const counts = Policies.map(
      (policy: { AttachmentCount: number; PermissionsBoundaryUsageCount: number }) => [
        policy.AttachmentCount,
        policy.PermissionsBoundaryUsageCount,
      ],
    )
    assert.deepEqual(counts, [
      [1, 0],
      [0, 1],
      [0, 0],
    ])
  })

  it('come in pages that lose none, also of two policies with one name', async () => {
    await created('EC2InstanceConnect')
    for (const filter of [{}, { Scope: 'Local' }, { PolicyUsageFilter: 'PermissionsBoundary' }]) {
      const all = (await list('ListPolicies', filter)).Policies
      const paged = []
      let page: { Marker?: string; Policies: object[]; IsTruncated: boolean } | undefined
      do {
        page = await list('ListPolicies', { ...filter, MaxItems: 1, Marker: page?.Marker ?? null })
        paged.push(...(page?.Policies ?? []))
        assert.equal(page?.Policies.length, 1)
      } while (page?.IsTruncated)
      assert.deepEqual(paged, all)
    }
  })

  it('are refused with words that mean nothing', async () => {
    for (const fields of [{ Scope: 'Mine' }, { PolicyUsageFilter: 'Any' }, { PathPrefix: 'x' }]) {
      await refused('ListPolicies', fields, 400, 'ValidationException')
    }
  })
})

describe('versions of a policy', () => {
  it('are made, looked at, chosen and deleted; a number is never given again', async () => {
    const { Arn: PolicyArn } = await created('versioned')
    const PolicyDocument = ` ${allowing('iam:GetUser')}\n`
    const second = await plane.root.done('CreatePolicyVersion', { PolicyArn, PolicyDocument })
    assert.deepEqual(
      [second.PolicyVersion.VersionId, second.PolicyVersion.IsDefaultVersion],
      ['v2', false],
    )
    assert.ok(!('Document' in second.PolicyVersion))
    const third = { PolicyArn, PolicyDocument: allowing('iam:GetRole'), SetAsDefault: true }
    const { PolicyVersion } = await plane.root.done('CreatePolicyVersion', third)
    assert.deepEqual([PolicyVersion.VersionId, PolicyVersion.IsDefaultVersion], ['v3', true])
    const policy = async () => (await plane.root.done('GetPolicy', { PolicyArn })).Policy
    assert.equal((await policy()).DefaultVersionId, 'v3')

    const { Versions } = await list('ListPolicyVersions', { PolicyArn })
    assert.deepEqual(
      Versions.map((one: { VersionId: string }) => one.VersionId),
      ['v3', 'v2', 'v1'],
    )
    assert.deepEqual(Versions[0], PolicyVersion)
    const shown = await list('GetPolicyVersion', { PolicyArn, VersionId: 'v2' })
    assert.deepEqual(shown.PolicyVersion, { ...second.PolicyVersion, Document: PolicyDocument })

    await plane.root.done('SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v2' })
    assert.equal((await policy()).DefaultVersionId, 'v2')
    await plane.root.done('DeletePolicyVersion', { PolicyArn, VersionId: 'v3' })
    const fourth = await plane.root.done('CreatePolicyVersion', { PolicyArn, PolicyDocument })
    assert.equal(fourth.PolicyVersion.VersionId, 'v4')
    const standing = { PolicyArn, VersionId: 'v2' }
    assert.equal(
      await refused('DeletePolicyVersion', standing, 409, 'DeleteConflict'),
      'Cannot delete the default version of a policy.',
    )
  })

  it('are five at most', async () => {
    const { Arn: PolicyArn } = await created('five')
    const fields = { PolicyArn, PolicyDocument: allowing('iam:GetUser') }
    for (let count = 2; count <= 5; count++) await plane.root.done('CreatePolicyVersion', fields)
    assert.match(
      await refused('CreatePolicyVersion', fields, 409, 'LimitExceeded'),
      /^A managed policy can have up to 5 versions\. Before you create a new version/,
    )
    const first = await list('ListPolicyVersions', { PolicyArn, MaxItems: 3 })
    const second = await list('ListPolicyVersions', { PolicyArn, Marker: first.Marker })
    const ids = [...first.Versions, ...second.Versions].map((version) => version.VersionId)
    assert.deepEqual(ids, ['v5', 'v4', 'v3', 'v2', 'v1'])
  })

  it('that are not there are refused', async () => {
    const { Arn: PolicyArn } = await created('one')
    for (const operation of [
      'GetPolicyVersion',
      'SetDefaultPolicyVersion',
      'DeletePolicyVersion',
    ]) {
      const message = await refused(operation, { PolicyArn, VersionId: 'v9' }, 404, 'NoSuchEntity')
      assert.equal(message, `Policy ${PolicyArn} version v9 does not exist or is not attachable.`)
      const none = { PolicyArn: own('none'), VersionId: 'v1' }
      const noPolicy = await refused(operation, none, 404, 'NoSuchEntity')
      assert.equal(noPolicy, `Policy ${own('none')} does not exist or is not attachable.`)
      for (const VersionId of ['1', 'v0', 'v01', 'v1.5', 'v1e9', '$LATEST']) {
        await refused(operation, { PolicyArn, VersionId }, 400, 'ValidationException')
      }
    }
    await refused('ListPolicyVersions', { PolicyArn: own('none') }, 404, 'NoSuchEntity')
  })
})

describe('permission for policies', () => {
  it('to create them with tags is one more than without', async () => {
    const Resource = own('team/*')
    const statement = { Effect: 'Allow', Action: 'iam:CreatePolicy', Resource }
    const creator = await plane.user('creator', statement)
    const fields = { PolicyName: 'mine', PolicyDocument: allowing('iam:GetUser') }
    const tagged = { ...fields, Path: '/team/', Tags: [{ Key: 'Team', Value: 'blue' }] }
    const answer = await creator.call('CreatePolicy', tagged)
    assert.equal(answer.code, 'AccessDeniedException')
    assert.match(answer.message, /not authorized to perform: iam:TagPolicy on resource: /)
    assert.equal((await creator.call('CreatePolicy', fields)).code, 'AccessDeniedException')
    assert.equal((await creator.call('CreatePolicy', { ...fields, Path: '/team/' })).status, 200)
  })

  it('is for the tags that a policy has', async () => {
    const owned = await created('owned', { Tags: [{ Key: 'Owner', Value: 'pat' }] })
    const other = await created('other')
    const pat = await plane.user('pat', {
      Effect: 'Allow',
      Action: ['iam:CreatePolicyVersion', 'iam:SetDefaultPolicyVersion'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/Owner': 'pat' } },
    })
    const PolicyDocument = allowing('iam:GetUser')
    const change = ({ Arn }: { Arn: string }) =>
      pat.call('CreatePolicyVersion', { PolicyArn: Arn, PolicyDocument })
    assert.equal((await change(other)).code, 'AccessDeniedException')
    assert.equal((await change(owned)).status, 200)
  })
})
