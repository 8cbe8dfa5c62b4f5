import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TrailEvent } from '@fleetkey/domain/trail-event'
import { generatePrivateKey } from '../secrets/ed25519.ts'
import type { ApiClient } from '../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import {
  connectAgent,
  enrolHost,
  enrolmentRequest,
  postEnrolment,
  type FakeAgent,
} from '../testing/fake-agent.ts'
import { PUBLIC_KEY, pushFields } from '../testing/push.ts'

// Every way in which something comes to be on record, and the exact shape of its records: what is missing here, nobody has looked at.

const ACCOUNT = '<account>'
const REGION = 'on-prem-1'
const FINGERPRINT = 'SHA256:+waLGJjEjxw1xWJoeTwUi1ERdjxXL+yTwyvs3VMjooU'

let plane: ControlPlane
let agent: FakeAgent
let alice: ApiClient
let instanceId = ''
let revoked: { readonly JoinToken: string; readonly JoinTokenId: string }
before(async () => {
  plane = await startControlPlane()
  agent = await connectAgent(plane, await enrolHost(plane, { Name: 'web-1', Env: 'dev' }))
  instanceId = agent.host.instanceId
  alice = await plane.user('alice')
  revoked = await plane.root.done('CreateJoinToken', {})
  await plane.root.done('RevokeJoinToken', { JoinTokenId: revoked.JoinTokenId })
  await plane.root.done('CreateLoginProfile', { UserName: 'alice', Password: 'a long Passw0rd!' })
})
after(async () => {
  await agent.close()
  await plane.close()
})

type Shape = Readonly<Record<string, unknown>>

/** What every record has, as CloudTrail's 1.08. */
const frame = {
  eventVersion: '1.08',
  eventTime: '<time>',
  awsRegion: REGION,
  sourceIPAddress: '127.0.0.1',
  userAgent: '',
  requestParameters: null,
  responseElements: null,
  requestID: '<request>',
  eventID: '<event>',
  eventType: 'AwsApiCall',
  managementEvent: true,
  recipientAccountId: ACCOUNT,
  eventCategory: 'Management',
}
const rootIdentity = () => ({
  type: 'Root',
  principalId: ACCOUNT,
  arn: `arn:aws:iam::${ACCOUNT}:root`,
  accountId: ACCOUNT,
  accessKeyId: plane.root.accessKeyId,
})
const aliceIdentity = () => ({
  type: 'IAMUser',
  principalId: '<AIDA>',
  arn: `arn:aws:iam::${ACCOUNT}:user/alice`,
  accountId: ACCOUNT,
  accessKeyId: alice.accessKeyId,
  userName: 'alice',
})
const stranger = { type: 'Unknown', principalId: 'anonymous' }
const aboutInstance = () => ({
  instanceId,
  instanceName: 'web-1',
  instanceTags: { Env: 'dev', Name: 'web-1' },
})
const instanceResource = () => [
  {
    ARN: `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/${instanceId}`,
    accountId: ACCOUNT,
    type: 'AWS::EC2::Instance',
  },
]
const push = () => ({
  ...frame,
  eventSource: 'ec2-instance-connect.amazonaws.com',
  eventName: 'SendSSHPublicKey',
  readOnly: false,
  resources: instanceResource(),
})
const pushFacts = () => ({ ...aboutInstance(), osUser: 'ec2-user', fingerprint: FINGERPRINT })
const ofService = (invokedBy: string) => ({
  ...frame,
  userIdentity: { type: 'AWSService', invokedBy },
  eventSource: 'fleetkey.amazonaws.com',
  eventType: 'AwsServiceEvent',
  sourceIPAddress: '',
})

/** The records of what is done, with what differs from run to run named instead. */
async function recordsOf(act: () => Promise<unknown>, count: number): Promise<readonly Shape[]> {
  const before = plane.trail().length
  await act()
  for (const end = Date.now() + 20_000; plane.trail().length < before + count;) {
    assert.ok(Date.now() < end, 'the records never came')
    await sleep(5)
  }
  const records = plane.trail().slice(before)
  assert.equal(new Set(records.map(({ event }) => event.eventID)).size, records.length)
  assert.ok(records.every(({ event, requestId }) => event.requestID === requestId))
  return records.map(({ event }) => named(event))
}

function named(event: TrailEvent): Shape {
  assert.match(event.eventTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  assert.match(event.requestID, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  const text = JSON.stringify({
    ...event,
    eventTime: '<time>',
    requestID: '<request>',
    eventID: '<event>',
  })
  return JSON.parse(
    text
      .replaceAll(event.recipientAccountId, ACCOUNT)
      .replaceAll(event.requestID, '<request>')
      .replaceAll(/"creationDate":"[^"]+"/g, '"creationDate":"<time>"')
      .replaceAll(/AIDA[A-Z0-9]{17}/g, '<AIDA>')
      .replaceAll(/"explanation":"(?:[^"\\]|\\.)+"/g, '"explanation":"<why>"'),
  ) as Shape
}

interface Source {
  readonly name: string
  readonly act: () => Promise<unknown>
  readonly records: () => readonly Shape[]
}

const why = '<why>'

const SOURCES: readonly Source[] = [
  {
    name: 'a read that is allowed',
    act: () => plane.root.done('GetUser', { UserName: 'alice' }),
    records: () => [
      {
        ...frame,
        userIdentity: rootIdentity(),
        eventSource: 'iam.amazonaws.com',
        eventName: 'GetUser',
        readOnly: true,
        requestParameters: { userName: 'alice' },
        additionalEventData: { phase: 'complete' },
        resources: [
          {
            ARN: `arn:aws:iam::${ACCOUNT}:user/alice`,
            accountId: ACCOUNT,
            type: 'AWS::IAM::User',
          },
        ],
      },
    ],
  },
  {
    name: 'a read that is denied',
    act: () => alice.call('DescribeInstances', {}),
    records: () => [
      {
        ...frame,
        userIdentity: aliceIdentity(),
        eventSource: 'ec2.amazonaws.com',
        eventName: 'DescribeInstances',
        readOnly: true,
        errorCode: 'AccessDenied',
        errorMessage: `User: arn:aws:iam::${ACCOUNT}:user/alice is not authorized to perform: ec2:DescribeInstances on resource: * because no identity-based policy allows the ec2:DescribeInstances action`,
        additionalEventData: { phase: 'complete', explanation: why },
      },
    ],
  },
  {
    name: 'a push: its intent and its outcome',
    act: () => plane.root.done('SendSSHPublicKey', pushFields(instanceId)),
    records: () => {
      const common = {
        ...push(),
        userIdentity: rootIdentity(),
        requestParameters: {
          instanceId,
          instanceOSUser: 'ec2-user',
          sSHPublicKey: PUBLIC_KEY,
        },
      }
      return [
        { ...common, additionalEventData: { phase: 'intent', ...pushFacts(), explanation: why } },
        {
          ...common,
          responseElements: { requestId: '<request>', success: true },
          additionalEventData: { phase: 'outcome', ...pushFacts(), explanation: why },
        },
      ]
    },
  },
  {
    name: 'a push that is denied',
    act: () => alice.call('SendSSHPublicKey', pushFields(instanceId)),
    records: () => [
      {
        ...push(),
        userIdentity: aliceIdentity(),
        errorCode: 'AccessDenied',
        errorMessage: `User: arn:aws:iam::${ACCOUNT}:user/alice is not authorized to perform: ec2-instance-connect:SendSSHPublicKey on resource: arn:aws:ec2:${REGION}:${ACCOUNT}:instance/${instanceId} because no identity-based policy allows the ec2-instance-connect:SendSSHPublicKey action`,
        additionalEventData: { phase: 'complete', ...pushFacts(), explanation: why },
      },
    ],
  },
  {
    name: 'a request that is malformed',
    act: () =>
      plane.root.call('SendSSHPublicKey', pushFields(instanceId, { InstanceOSUser: '../x' })),
    records: () => {
      const { resources: _, ...malformed } = push()
      return [
        {
          ...malformed,
          userIdentity: rootIdentity(),
          errorCode: 'InvalidArgsException',
          errorMessage: '<message>',
          additionalEventData: { phase: 'complete' },
        },
      ]
    },
  },
  {
    name: 'an operation that there is not',
    act: () => alice.call('DropTables', {}),
    records: () => [
      {
        ...frame,
        userIdentity: aliceIdentity(),
        eventSource: 'fleetkey.amazonaws.com',
        eventName: 'DropTables',
        readOnly: true,
        errorCode: 'UnknownOperationException',
        errorMessage: '<message>',
        additionalEventData: { phase: 'complete' },
      },
    ],
  },
  ...(
    [
      ['a signature that does not hold', { secretAccessKey: 'wrong' }, 'InvalidSignatureException'],
      [
        'a key that nobody has',
        { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' },
        'UnrecognizedClientException',
      ],
    ] as const
  ).map(([name, otherwise, errorCode]) => ({
    name,
    act: () => alice.send(alice.sign('SendSSHPublicKey', pushFields(instanceId), otherwise)),
    records: () => {
      const { resources: _, ...early } = push()
      const claimed = 'accessKeyId' in otherwise ? otherwise.accessKeyId : alice.accessKeyId
      return [
        {
          ...early,
          userIdentity: stranger,
          errorCode,
          additionalEventData: { phase: 'complete', claimedAccessKeyId: claimed },
        },
      ]
    },
  })),
  {
    name: 'a request without a signature',
    act: () => plane.unsigned('CreateUser', { UserName: 'mallory' }),
    records: () => [
      {
        ...frame,
        userIdentity: stranger,
        eventSource: 'iam.amazonaws.com',
        eventName: 'CreateUser',
        readOnly: false,
        errorCode: 'MissingAuthenticationTokenException',
        additionalEventData: { phase: 'complete' },
      },
    ],
  },
  {
    name: 'a sign-in',
    act: () => plane.unsigned('SignIn', { UserName: 'alice', Password: 'a long Passw0rd!' }),
    records: () => {
      const { accessKeyId: _, ...identity } = aliceIdentity()
      const common = {
        ...frame,
        eventType: 'AwsConsoleSignIn',
        eventSource: 'signin.amazonaws.com',
        eventName: 'ConsoleLogin',
        readOnly: false,
        userIdentity: {
          ...identity,
          sessionContext: {
            attributes: { creationDate: '<time>', mfaAuthenticated: 'false' },
          },
        },
        resources: [
          { ARN: `arn:aws:iam::${ACCOUNT}:user/alice`, accountId: ACCOUNT, type: 'AWS::IAM::User' },
        ],
      }
      const facts = { MobileVersion: 'No', MFAUsed: 'No' }
      return [
        { ...common, additionalEventData: { phase: 'intent', ...facts } },
        {
          ...common,
          responseElements: { ConsoleLogin: 'Success' },
          additionalEventData: { phase: 'outcome', ...facts },
        },
      ]
    },
  },
  ...(['alice', 'nobody-at-all'] as const).map((userName) => ({
    name: `a sign-in of ${userName} that fails`,
    act: () => plane.unsigned('SignIn', { UserName: userName, Password: 'wrong-password' }),
    records: () => [
      {
        ...frame,
        eventType: 'AwsConsoleSignIn',
        eventSource: 'signin.amazonaws.com',
        eventName: 'ConsoleLogin',
        readOnly: false,
        userIdentity: {
          type: 'IAMUser',
          principalId: userName === 'alice' ? '<AIDA>' : '',
          arn: userName === 'alice' ? `arn:aws:iam::${ACCOUNT}:user/alice` : '',
          accountId: ACCOUNT,
          userName: userName === 'alice' ? 'alice' : 'HIDDEN_DUE_TO_SECURITY_REASONS',
        },
        errorCode: 'AuthenticationFailedException',
        errorMessage: 'Failed authentication',
        responseElements: { ConsoleLogin: 'Failure' },
        additionalEventData: { phase: 'complete', MobileVersion: 'No', MFAUsed: 'No' },
      },
    ],
  })),
  {
    name: 'an enrolment that is refused',
    act: () => postEnrolment(plane, enrolmentRequest(revoked.JoinToken, generatePrivateKey())),
    records: () => [
      {
        ...ofService(''),
        userIdentity: { type: 'Unknown', principalId: `join-token/${revoked.JoinTokenId}` },
        sourceIPAddress: '127.0.0.1',
        eventName: 'EnrolInstance',
        readOnly: false,
        requestParameters: { joinTokenId: revoked.JoinTokenId },
        errorCode: 'JoinTokenInvalidException',
        additionalEventData: { phase: 'complete', hostname: 'web-1' },
      },
    ],
  },
  {
    name: 'what a host saw of a key',
    act: () => {
      agent.say({
        kind: 'receipts',
        receipts: [
          {
            receiptId: 'receipt-1',
            kind: 'offered',
            osUser: 'ec2-user',
            fingerprint: FINGERPRINT,
            at: Date.UTC(2026, 10, 26, 7),
          },
        ],
      })
      return Promise.resolve()
    },
    records: () => [
      {
        ...ofService(`agent/${instanceId}`),
        eventName: 'KeyOffered',
        readOnly: true,
        additionalEventData: {
          phase: 'complete',
          instanceId,
          instanceName: 'web-1',
          instanceTags: { Env: 'dev', Name: 'web-1' },
          receiptId: 'receipt-1',
          osUser: 'ec2-user',
          fingerprint: FINGERPRINT,
          hostTime: '2026-11-26T07:00:00.000Z',
        },
      },
    ],
  },
]

describe('on record is', () => {
  for (const { name, act, records } of SOURCES) {
    it(name, async () => {
      const expected = records()
      const found = await recordsOf(act, expected.length)
      assert.deepEqual(
        found.map((record, index) =>
          expected[index]?.['errorMessage'] === '<message>'
            ? { ...record, errorMessage: '<message>' }
            : record,
        ),
        expected,
      )
    })
  }

  it('the stop and the start of the server, and which settings changed meanwhile, by name', async () => {
    const own = await startControlPlane({}, { region: REGION })
    try {
      const seen = () =>
        own.trail().map(({ eventName, event }) => [eventName, event.requestParameters] as const)
      assert.deepEqual(seen(), [['ServerStarted', null]])
      await own.restart()
      assert.deepEqual(seen().slice(1), [
        ['ServerStopped', null],
        ['ServerStarted', null],
      ])
      await own.restart({}, { launch: { install: 'hunter2' } })
      assert.deepEqual(seen().slice(3), [
        ['ServerStopped', null],
        ['ConfigurationChanged', { changed: [], added: ['launch.install'], removed: [] }],
        ['ServerStarted', null],
      ])
      assert.ok(!own.databaseBytes().includes('hunter2'))
      const started = own.trail().at(-1)?.event
      assert.deepEqual(started?.userIdentity, { type: 'AWSService', invokedBy: 'fleetkey-server' })
      assert.deepEqual(started?.additionalEventData, { phase: 'complete', version: '0.1.0' })
      assert.equal(started?.eventType, 'AwsServiceEvent')
    } finally {
      await own.close()
    }
  })

  it('an instance that is forgotten, with what it was called', async () => {
    const gone = await enrolHost(plane, { Name: 'old-1' })
    const before = plane.trail().length
    await plane.root.done('ForgetInstance', { InstanceId: gone.instanceId })
    const [intent, outcome] = plane.trail().slice(before)
    for (const record of [intent, outcome]) {
      assert.equal(record?.eventName, 'ForgetInstance')
      assert.equal(record.event.additionalEventData['instanceName'], 'old-1')
      assert.deepEqual(record.event.requestParameters, { instanceId: gone.instanceId })
    }
    assert.deepEqual([intent?.phase, outcome?.phase], ['intent', 'outcome'])
  })
})
