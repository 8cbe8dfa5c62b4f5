import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { awsCli } from './aws/aws-cli.ts'
import type { AwsClient, AwsOutput } from './aws/aws-client.ts'
import { whyNoAwsCli, whyNoBoto3 } from './aws/aws-programs.ts'
import { awsUser, withCredentials, type AwsUser } from './aws/aws-user.ts'
import { openBoto3 } from './aws/boto3.ts'
import { openSdk } from './aws/sdk.ts'
import { startControlPlane, type ControlPlane } from './control-plane.ts'

// Who looks into the trail with AWS's own clients for CloudTrail, unmodified, finds what they know: against a real server. The same for each.

const CLIENTS: readonly {
  readonly name: string
  readonly skip: string | undefined
  readonly open: (caFile: string) => AwsClient
}[] = [
  { name: 'the AWS CLI', skip: whyNoAwsCli(), open: () => awsCli },
  { name: 'boto3', skip: whyNoBoto3(), open: openBoto3 },
  { name: 'the SDK for JavaScript', skip: undefined, open: openSdk },
]

const by = (AttributeKey: string, AttributeValue: string) => ({
  LookupAttributes: [{ AttributeKey, AttributeValue }],
})
/** As the client tells a time: a text, with or without its zone's name. */
const timeOf = (event: AwsOutput) => new Date(String(event['EventTime'])).getTime()

describe('unmodified AWS clients for CloudTrail', { timeout: 300_000 }, () => {
  let dir: string
  let plane: ControlPlane
  before(async () => {
    dir = await mkdtemp('/var/tmp/fleetkey-aws-trail-')
    plane = await startControlPlane({ dir: join(dir, 'server'), address: '127.0.0.1' })
  })
  after(async () => {
    await plane?.stop()
    await rm(dir, { recursive: true, force: true })
  })

  for (const [index, { name, skip, open }] of CLIENTS.entries()) {
    describe(name, { skip: skip ?? false }, () => {
      const users = Array.from({ length: 3 }, (_, n) => `user-${index}-${n}`)
      let client: AwsClient
      let root: AwsUser
      before(async () => {
        client = open(plane.caFile)
        root = awsUser(client, plane.root)
        for (const UserName of users) await root.done('iam:CreateUser', { UserName })
      })
      after(() => client?.close())

      it('finds an event by the thing that it is about, and what it was', async () => {
        const userName = users[0] ?? ''
        const { Events } = await root.done('cloudtrail:LookupEvents', by('ResourceName', userName))
        const [event, ...others] = Events as AwsOutput[]
        assert.deepEqual(others, [])
        assert.equal(event?.['EventName'], 'CreateUser')
        assert.equal(event['ReadOnly'], 'false')
        assert.equal(event['Username'], 'root')
        assert.equal(event['AccessKeyId'], plane.root['AWS_ACCESS_KEY_ID'])
        assert.equal(event['EventSource'], 'iam.amazonaws.com')
        assert.deepEqual(event['Resources'], [
          { ResourceType: 'AWS::IAM::User', ResourceName: userName },
        ])
        const record = JSON.parse(event['CloudTrailEvent'])
        assert.equal(record.eventID, event['EventId'])
        assert.equal(record.requestParameters.userName, userName)
        assert.equal(Date.parse(record.eventTime), timeOf(event))
      })

      it('goes through all of them by its paginator, newest first, each once', async () => {
        const one = await root.done('cloudtrail:LookupEvents', by('ResourceName', users[0] ?? ''))
        const StartTime = new Date(timeOf(one['Events'][0])).toISOString()
        const { Events } = await root.pages('cloudtrail:LookupEvents', {
          ...by('EventName', 'CreateUser'),
          StartTime,
        })
        const names = (Events as AwsOutput[])
          .map((event) => JSON.parse(event['CloudTrailEvent']).requestParameters.userName as string)
          .filter((userName) => users.includes(userName))
        assert.deepEqual(names, users.toReversed())
      })

      it('knows each refusal by its name, and that it takes the right to ask', async () => {
        const refused = async (input: object) =>
          (await root.refused('cloudtrail:LookupEvents', input)).code
        assert.equal(await refused({ NextToken: 'none' }), 'InvalidNextTokenException')
        assert.equal(
          await refused({
            LookupAttributes: ['a', 'b'].map((AttributeValue) => ({
              AttributeKey: 'Username',
              AttributeValue,
            })),
          }),
          'InvalidLookupAttributesException',
        )
        const made = await root.done('iam:CreateAccessKey', { UserName: users[1] })
        const nobody = awsUser(client, withCredentials(plane.root, made['AccessKey']))
        const { code } = await nobody.refused('cloudtrail:LookupEvents')
        assert.equal(code, 'AccessDeniedException')
        const { Events } = await root.done(
          'cloudtrail:LookupEvents',
          by('Username', users[1] ?? ''),
        )
        const [event] = Events as AwsOutput[]
        assert.equal(JSON.parse(event?.['CloudTrailEvent']).errorCode, 'AccessDenied')
      })
    })
  }
})
