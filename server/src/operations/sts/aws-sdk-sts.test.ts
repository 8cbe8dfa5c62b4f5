import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  ExpiredTokenException,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  InvalidIdentityTokenException,
  MalformedPolicyDocumentException,
  PackedPolicyTooLargeException,
  STSClient,
  STSServiceException,
  type Credentials,
} from '@aws-sdk/client-sts'
import {
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  IAMClient,
  ListOpenIDConnectProvidersCommand,
} from '@aws-sdk/client-iam'
import type { ApiClient } from '../../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'
import {
  documentOf,
  givenRole,
  trusting,
  trustingProvider,
  type GivenRole,
} from '../../testing/given-role.ts'
import { startOidcIssuer, type OidcIssuer } from '../../testing/oidc-issuer.ts'

let plane: ControlPlane
let issuer: OidcIssuer
let ann: ApiClient
let role: GivenRole
before(async () => {
  plane = await startControlPlane()
  issuer = await startOidcIssuer()
  ann = await plane.user('ann', { Effect: 'Allow', Action: 'sts:*', Resource: '*' })
  await plane.root.done('CreateOpenIDConnectProvider', {
    Url: issuer.url,
    ClientIDList: ['fleetkey'],
  })
  const { UserId } = await ann.done('GetCallerIdentity', {})
  role = await givenRole(plane, { trust: [trusting(UserId), trustingProvider(issuer.name)] })
})
after(async () => {
  await issuer.close()
  await plane.close()
})

const options = (credentials: {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}) => ({
  endpoint: plane.url,
  region: 'on-prem-1',
  credentials,
  maxAttempts: 1,
})
const keyOf = ({ accessKeyId, secretAccessKey }: ApiClient) => ({ accessKeyId, secretAccessKey })
const sts = (client: ApiClient = ann) => new STSClient(options(keyOf(client)))
const stsAs = ({ AccessKeyId = '', SecretAccessKey = '', SessionToken = '' }: Credentials) =>
  new STSClient(
    options({
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    }),
  )

async function refusal(work: Promise<unknown>): Promise<STSServiceException> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof STSServiceException, String(error))
  return error
}

describe('the AWS SDK for JavaScript, unmodified', () => {
  it('assumes a role with everything that it can ask for, and works as it', async () => {
    const answer = await sts().send(
      new AssumeRoleCommand({
        RoleArn: role.arn,
        RoleSessionName: 'work',
        DurationSeconds: 900,
        Policy: documentOf({ Effect: 'Allow', Action: '*', Resource: '*' }),
        Tags: [{ Key: 'team', Value: 'sre' }],
        TransitiveTagKeys: ['team'],
        ExternalId: 'handshake',
        SourceIdentity: 'ann',
      }),
    )
    assert.ok(answer.Credentials?.Expiration instanceof Date)
    assert.ok((answer.PackedPolicySize ?? 0) > 0)
    assert.equal(answer.SourceIdentity, 'ann')
    assert.equal(answer.AssumedRoleUser?.AssumedRoleId, `${role.id}:work`)
    const caller = await stsAs(answer.Credentials).send(new GetCallerIdentityCommand({}))
    assert.deepEqual([caller.UserId, caller.Arn], [`${role.id}:work`, answer.AssumedRoleUser?.Arn])
    const { Account } = await sts().send(
      new GetAccessKeyInfoCommand({ AccessKeyId: answer.Credentials.AccessKeyId }),
    )
    assert.equal(Account, caller.Account)
  })

  it('gets a session token', async () => {
    const { Credentials = {} as Credentials } = await sts().send(
      new GetSessionTokenCommand({ DurationSeconds: 900 }),
    )
    const caller = await stsAs(Credentials).send(new GetCallerIdentityCommand({}))
    assert.match(caller.Arn ?? '', /:user\/ann$/)
  })

  it('assumes a role with a web identity', async () => {
    const answer = await sts().send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: role.arn,
        RoleSessionName: 'ann',
        WebIdentityToken: issuer.token(),
      }),
    )
    assert.deepEqual(
      [answer.SubjectFromWebIdentityToken, answer.Provider, answer.Audience],
      ['ann-1', issuer.name, 'fleetkey'],
    )
    const caller = await stsAs(answer.Credentials ?? ({} as Credentials)).send(
      new GetCallerIdentityCommand({}),
    )
    assert.match(caller.Arn ?? '', /:assumed-role\/.*\/ann$/)
  })

  it('sees refusals as the errors that it knows', async () => {
    const named = { RoleArn: role.arn, RoleSessionName: 'work' }
    const denied = await refusal(sts(await plane.user('bob')).send(new AssumeRoleCommand(named)))
    assert.deepEqual([denied.name, denied.$metadata.httpStatusCode], ['AccessDenied', 403])
    const malformed = await refusal(sts().send(new AssumeRoleCommand({ ...named, Policy: '{}' })))
    assert.ok(malformed instanceof MalformedPolicyDocumentException)
    const arn = `arn:aws:iam::aws:policy/${'p'.repeat(120)}`
    const PolicyArns = Array.from({ length: 10 }, () => ({ arn }))
    const Policy = documentOf({
      Effect: 'Allow',
      Action: '*',
      Resource: `arn:aws:s3:::${'x'.repeat(1000)}`,
    })
    const large = await refusal(sts().send(new AssumeRoleCommand({ ...named, Policy, PolicyArns })))
    assert.ok(large instanceof PackedPolicyTooLargeException)
    const invalid = await refusal(
      sts().send(new AssumeRoleCommand({ ...named, DurationSeconds: 1 })),
    )
    assert.deepEqual([invalid.name, invalid.$metadata.httpStatusCode], ['ValidationError', 400])
    const withToken = (WebIdentityToken: string) =>
      refusal(sts().send(new AssumeRoleWithWebIdentityCommand({ ...named, WebIdentityToken })))
    assert.ok(
      (await withToken(issuer.token({ aud: 'x' }))) instanceof InvalidIdentityTokenException,
    )
    const seconds = Math.floor(Date.now() / 1000)
    const expired = await withToken(issuer.token({ iat: seconds - 600, exp: seconds - 300 }))
    assert.ok(expired instanceof ExpiredTokenException)
    assert.equal(expired.$metadata.httpStatusCode, 400)
  })

  it('manages OIDC providers', async () => {
    const iam = new IAMClient(options(keyOf(plane.root)))
    const { OpenIDConnectProviderArn } = await iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: 'https://id.example.org/realm',
        ClientIDList: ['a', 'b'],
        ThumbprintList: ['a'.repeat(40)],
        Tags: [{ Key: 'team', Value: 'sre' }],
      }),
    )
    assert.match(OpenIDConnectProviderArn ?? '', /:oidc-provider\/id\.example\.org\/realm$/)
    const got = await iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }))
    assert.deepEqual(
      [got.Url, got.ClientIDList, got.ThumbprintList, got.Tags],
      ['id.example.org/realm', ['a', 'b'], ['a'.repeat(40)], [{ Key: 'team', Value: 'sre' }]],
    )
    assert.ok(got.CreateDate instanceof Date)
    const listed = async () =>
      (await iam.send(new ListOpenIDConnectProvidersCommand({}))).OpenIDConnectProviderList?.map(
        ({ Arn }) => Arn,
      )
    assert.ok((await listed())?.includes(OpenIDConnectProviderArn))
    await iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }))
    assert.ok(!(await listed())?.includes(OpenIDConnectProviderArn))
  })
})
