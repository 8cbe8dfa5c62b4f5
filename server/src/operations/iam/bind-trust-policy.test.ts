import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Realm } from '@fleetkey/domain/realm'
import type { EntityKind, EntityRow } from '../../store/identity-store.ts'
import { bindTrustPolicy, showTrustPolicy, type Trustees } from './bind-trust-policy.ts'

const realm: Realm = { partition: 'aws', region: 'on-prem-1', accountId: '111122223333' }
const row = (kind: EntityKind, id: string, name: string, path = '/'): EntityRow => ({
  id,
  kind,
  name,
  path,
  createdAt: 0,
  tags: {},
})
const ANN = row('user', 'AIDAANN', 'ann')
const BOB = row('user', 'AIDABOB', 'bob', '/ops/night/')
const DEPLOY = row('role', 'AROADEPLOY', 'deploy', '/ci/')
const IDP = row('provider', 'AOIPIDP', 'id.example.org/realms/main')

const having = (...rows: EntityRow[]): Trustees => ({
  find: (kind, name) => Promise.resolve(rows.find((one) => one.kind === kind && one.name === name)),
  byId: (id) => Promise.resolve(rows.find((one) => one.id === id)),
})
const all = having(ANN, BOB, DEPLOY, IDP)

const trusting = (type: string, ...names: string[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { [type]: names }, Action: 'sts:AssumeRole' }],
  })
const bind = (text: string) => bindTrustPolicy(text, all, realm)

const BOUND: readonly (readonly [string, string])[] = [
  ['arn:aws:iam::111122223333:user/ann', 'AIDAANN'],
  ['arn:aws:iam::111122223333:user/ops/night/bob', 'AIDABOB'],
  ['arn:aws:iam::111122223333:role/ci/deploy', 'AROADEPLOY'],
  ['arn:aws:sts::111122223333:assumed-role/deploy/run-7', 'AROADEPLOY:run-7'],
]

describe('a trust policy', () => {
  for (const [arn, id] of BOUND) {
    it(`is stored with ${id} for ${arn}, and shown with the ARN`, async () => {
      assert.equal(await bind(trusting('AWS', arn)), trusting('AWS', id))
      assert.equal(await showTrustPolicy(trusting('AWS', id), all, realm), trusting('AWS', arn))
      assert.equal(await bind(trusting('AWS', id)), trusting('AWS', id))
    })
    it(`shows ${id} when nobody has it any more, and takes it no more`, async () => {
      const nobody = having(row('user', 'AIDANEW', 'ann'))
      const bound = trusting('AWS', id)
      assert.equal(await showTrustPolicy(bound, nobody, realm), bound)
      await assert.rejects(bindTrustPolicy(bound, nobody, realm), {
        code: 'MalformedPolicyDocument',
        message: `Invalid principal in policy: "AWS":"${id}"`,
      })
    })
  }

  for (const name of [
    '*',
    '111122223333',
    'arn:aws:iam::111122223333:root',
    'arn:aws:iam::999900001111:user/ann',
    'arn:aws:iam::999900001111:role/nobody',
    'arn:aws:sts::999900001111:assumed-role/r/s',
  ]) {
    it(`keeps ${name} as it is`, async () => {
      assert.equal(await bind(trusting('AWS', name)), trusting('AWS', name))
    })
  }

  it('keeps services and registered providers, by ARN or by name', async () => {
    const arn = 'arn:aws:iam::111122223333:oidc-provider/id.example.org/realms/main'
    for (const name of [arn, IDP.name]) {
      assert.equal(await bind(trusting('Federated', name)), trusting('Federated', name))
    }
    const service = trusting('Service', 'ec2.amazonaws.com')
    assert.equal(await bind(service), service)
  })

  for (const [type, name] of [
    ['AWS', 'arn:aws:iam::111122223333:user/none'],
    ['AWS', 'arn:aws:iam::111122223333:user/Ann'],
    // Of another path: whoever wrote it may mean somebody else.
    ['AWS', 'arn:aws:iam::111122223333:user/bob'],
    ['AWS', 'arn:aws:iam::111122223333:user/ops/ann'],
    ['AWS', 'arn:aws:iam::111122223333:role/ann'],
    ['AWS', 'arn:aws:iam::111122223333:role/deploy'],
    ['AWS', 'arn:aws:sts::111122223333:assumed-role/none/s'],
    ['AWS', 'AIDANOBODY'],
    ['AWS', 'AROANOBODY:s'],
    ['Federated', 'other.example.org'],
    ['Federated', 'arn:aws:iam::111122223333:oidc-provider/other.example.org'],
    ['Federated', 'arn:aws:iam::999900001111:oidc-provider/id.example.org/realms/main'],
    ['Federated', 'arn:aws:iam::111122223333:saml-provider/id.example.org/realms/main'],
    // Evil twins: what the parser refuses never comes as far as a look-up.
    ['AWS', 'arn:aws:iam::111122223333:user/*'],
  ] as const) {
    it(`is refused with ${type} ${name} (would trust nobody, or whoever comes to have that name)`, async () => {
      await assert.rejects(bind(trusting(type, name)), {
        code: 'MalformedPolicyDocument',
        status: 400,
        message: `Invalid principal in policy: "${type}":"${name}"`,
      })
    })
  }

  it('keeps everything else as it was written', async () => {
    const arn = 'arn:aws:iam::111122223333:user/ann'
    const text = String.raw`{
  "Id" : "${arn}",
	"Version":"2012-10-17", "Statement":{"Sid":"a", "Effect":"Allow",
    "Princip\u0061l":{"AWS": "arn:aws:iam::111122223333:user\/ann"},
    "Action":["sts:AssumeRole"],"Condition":{"NumericEquals":{"aws:x":[1.50, "2"]},
    "StringEquals":{"AWS":"${arn}", "aws:PrincipalArn":["${arn}"]}}}}
`
    assert.equal(
      await bind(text),
      text.replace(String.raw`"arn:aws:iam::111122223333:user\/ann"`, '"AIDAANN"'),
    )
  })

  it('binds each principal under the word that it stands under', async () => {
    const text = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: BOUND[0]?.[0] }, Action: 'sts:AssumeRole' },
        {
          Effect: 'Deny',
          Principal: { AWS: [BOUND[0]?.[0], BOUND[2]?.[0]], Federated: IDP.name },
          Action: 'sts:*',
        },
      ],
    })
    const principals = JSON.parse(await bind(text)).Statement.map(
      (statement: { Principal: object }) => statement.Principal,
    )
    assert.deepEqual(principals, [
      { AWS: 'AIDAANN' },
      { AWS: ['AIDAANN', 'AROADEPLOY'], Federated: IDP.name },
    ])
  })

  it('is refused when it does not parse', async () => {
    await assert.rejects(bind('{"Statement":'), { code: 'MalformedPolicyDocument' })
  })
})
