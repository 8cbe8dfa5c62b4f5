import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { DatabaseSync } from 'node:sqlite'
import { mkdir, writeFile } from 'node:fs/promises'
import { awsCli } from './aws/aws-cli.ts'
import { whyNoAwsCli, whyNoBoto3 } from './aws/aws-programs.ts'
import { awsUser, withCredentials, type AwsUser } from './aws/aws-user.ts'
import { openBoto3 } from './aws/boto3.ts'
import { openSdk } from './aws/sdk.ts'
import { totpCode } from './aws/totp.ts'
import type { AwsClient, AwsOutput } from './aws/aws-client.ts'
import type { EnrolledHost } from './enrolled-host.ts'
import { FLEETKEY, fleetkey, type ClientEnvironment } from './fleetkey.ts'
import { makeUser } from './make-user.ts'
import { generateKey, ssh, type KeyPair } from './ssh.ts'
import { openTestFleet, whyNoHosts, type TestFleet } from './test-fleet.ts'

// Who manages access with AWS's own clients, unmodified, finds what they know: against a real server and a real host. The same for each.

const CLIENTS: readonly {
  readonly skip: string | undefined
  /** How it gives policy documents: the SDK for JavaScript leaves decoding to its caller. */
  readonly documents: 'decoded' | 'URL-encoded'
  readonly open: (caFile: string) => AwsClient
}[] = [
  { skip: whyNoAwsCli(), documents: 'decoded', open: () => awsCli },
  { skip: whyNoBoto3(), documents: 'decoded', open: openBoto3 },
  { skip: undefined, documents: 'URL-encoded', open: openSdk },
]
const NAMES = ['the AWS CLI', 'boto3', 'the SDK for JavaScript']

describe('unmodified AWS clients', { skip: whyNoHosts() ?? false, timeout: 600_000 }, () => {
  let fleet: TestFleet
  let web: EnrolledHost
  before(async () => {
    fleet = await openTestFleet({ hosts: { web: { env: 'dev' } } })
    const { web: host } = fleet.hosts
    assert.ok(host)
    web = host
  })
  after(() => fleet?.close())

  for (const [index, { skip, documents, open }] of CLIENTS.entries()) {
    describe(NAMES[index] ?? '', { skip: skip ?? false }, () => {
      const n = String(index)
      const name = `ann-${n}`
      let client: AwsClient
      let root: AwsUser
      let account: string
      let ann: AwsUser
      let annArn: string
      let key: KeyPair
      before(async () => {
        client = open(fleet.plane.caFile)
        root = awsUser(client, fleet.plane.root)
        key = await generateKey(fleet.dir, 'ed25519', n)
      })
      after(() => client?.close())

      const as = (credentials: AwsOutput) =>
        awsUser(client, withCredentials(fleet.plane.root, credentials))
      const policyArn = () => `arn:aws:iam::${account}:policy/reach-${n}`

      function documentOf(shown: unknown): unknown {
        if (documents === 'decoded') return shown
        assert.ok(typeof shown === 'string' && shown.startsWith('%7B'), String(shown))
        return JSON.parse(decodeURIComponent(shown))
      }

      it('knows who asks', async () => {
        const who = await root.done('sts:GetCallerIdentity')
        account = who['Account']
        assert.equal(who['Arn'], `arn:aws:iam::${account}:root`)
      })

      it('makes a user with a path and tags, and changes them', async () => {
        const { User } = await root.done('iam:CreateUser', {
          UserName: name,
          Path: '/team/',
          Tags: [{ Key: 'cost', Value: 'r + d' }],
        })
        annArn = User.Arn
        assert.equal(annArn, `arn:aws:iam::${account}:user/team/${name}`)
        assert.ok(Math.abs(Date.parse(User.CreateDate) - Date.now()) < 60_000, User.CreateDate)
        await root.done('iam:TagUser', { UserName: name, Tags: [{ Key: 'badge', Value: 'gold' }] })
        await root.done('iam:UntagUser', { UserName: name, TagKeys: ['cost'] })
        const got = await root.done('iam:GetUser', { UserName: name })
        assert.deepEqual(got['User'].Tags, [{ Key: 'badge', Value: 'gold' }])
      })

      it('does again within a second what was undone meanwhile', async () => {
        const tag = { UserName: name, Tags: [{ Key: 'blinks', Value: 'on' }] }
        const untag = { UserName: name, TagKeys: ['blinks'] }
        const tags = async () => (await root.done('iam:ListUserTags', { UserName: name }))['Tags']
        await root.done('iam:TagUser', tag)
        await root.done('iam:UntagUser', untag)
        await root.done('iam:TagUser', tag)
        assert.equal((await tags()).length, 2)
        await root.done('iam:UntagUser', untag)
        assert.equal((await tags()).length, 1)
      })

      it('gives the user access keys, and takes them away', async () => {
        const { AccessKey } = await root.done('iam:CreateAccessKey', { UserName: name })
        ann = as(AccessKey)
        assert.equal((await ann.done('sts:GetCallerIdentity'))['Arn'], annArn)
        const other = await root.done('iam:CreateAccessKey', { UserName: name })
        const otherKey = { UserName: name, AccessKeyId: other['AccessKey'].AccessKeyId }
        await root.done('iam:UpdateAccessKey', { ...otherKey, Status: 'Inactive' })
        const { code } = await as(other['AccessKey']).refused('sts:GetCallerIdentity')
        assert.equal(code, 'InvalidClientTokenId')
        const { AccessKeyMetadata } = await root.done('iam:ListAccessKeys', { UserName: name })
        assert.deepEqual(
          AccessKeyMetadata.map((each: AwsOutput) => each['Status']),
          ['Active', 'Inactive'],
        )
        const third = await root.refused('iam:CreateAccessKey', { UserName: name })
        assert.equal(third.code, 'LimitExceeded')
        await root.done('iam:DeleteAccessKey', otherKey)
      })

      it('gives rights by a group, and shows its policy decoded', async () => {
        const GroupName = `staff-${n}`
        const policy = allow('iam:ListUsers')
        await root.done('iam:CreateGroup', { GroupName })
        await root.done('iam:AddUserToGroup', { GroupName, UserName: name })
        const denied = await ann.refused('iam:ListUsers')
        assert.equal(denied.code, 'AccessDenied')
        assert.match(
          denied.message,
          /is not authorized to perform: iam:ListUsers on resource: arn:/,
        )
        const named = { GroupName, PolicyName: 'see' }
        await root.done('iam:PutGroupPolicy', { ...named, PolicyDocument: JSON.stringify(policy) })
        await ann.done('iam:ListUsers')
        const shown = await root.done('iam:GetGroupPolicy', named)
        assert.deepEqual(documentOf(shown['PolicyDocument']), policy)
        const { Groups } = await root.done('iam:ListGroupsForUser', { UserName: name })
        assert.deepEqual(
          Groups.map((each: AwsOutput) => each['GroupName']),
          [GroupName],
        )
      })

      it('attaches a managed policy and changes it by a version', async () => {
        const first = allow('iam:ListGroups')
        const { Policy } = await root.done('iam:CreatePolicy', {
          PolicyName: `reach-${n}`,
          PolicyDocument: JSON.stringify(first),
          Description: 'reach the host "web" as deploy',
        })
        assert.equal(Policy.Arn, policyArn())
        const attached = { UserName: name, PolicyArn: policyArn() }
        await root.done('iam:AttachUserPolicy', attached)
        await ann.done('iam:ListGroups')
        const second = allow('iam:ListRoles')
        const { PolicyVersion } = await root.done('iam:CreatePolicyVersion', {
          PolicyArn: policyArn(),
          PolicyDocument: JSON.stringify(second),
          SetAsDefault: true,
        })
        assert.equal(PolicyVersion.VersionId, 'v2')
        assert.equal((await ann.refused('iam:ListGroups')).code, 'AccessDenied')
        await ann.done('iam:ListRoles')
        for (const [VersionId, document] of [
          ['v1', first],
          ['v2', second],
        ]) {
          const of = { PolicyArn: policyArn(), VersionId }
          const got = await root.done('iam:GetPolicyVersion', of)
          assert.deepEqual(documentOf(got['PolicyVersion'].Document), document)
        }
        const listed = await root.done('iam:ListAttachedUserPolicies', { UserName: name })
        assert.deepEqual(listed['AttachedPolicies'], [
          { PolicyName: `reach-${n}`, PolicyArn: policyArn() },
        ])
        await root.done('iam:DetachUserPolicy', attached)
      })

      it('bounds what the user may', async () => {
        const boundary = { UserName: name, PermissionsBoundary: policyArn() }
        await root.done('iam:PutUserPermissionsBoundary', boundary)
        const { code, message } = await ann.refused('iam:ListUsers')
        assert.equal(code, 'AccessDenied')
        assert.match(message, /boundary/)
        const { User } = await root.done('iam:GetUser', { UserName: name })
        assert.equal(User.PermissionsBoundary.PermissionsBoundaryArn, policyArn())
        await root.done('iam:DeleteUserPermissionsBoundary', { UserName: name })
        await ann.done('iam:ListUsers')
      })

      it('gives the user a password that the password policy allows', async () => {
        const profile = { UserName: name, Password: 'a horse that knows batteries' }
        const short = await root.refused('iam:CreateLoginProfile', { ...profile, Password: 'a' })
        assert.equal(short.code, 'PasswordPolicyViolation')
        const { LoginProfile } = await root.done('iam:CreateLoginProfile', {
          ...profile,
          PasswordResetRequired: true,
        })
        assert.equal(LoginProfile.PasswordResetRequired, true)
        await root.done('iam:DeleteLoginProfile', { UserName: name })
        const gone = await root.refused('iam:GetLoginProfile', { UserName: name })
        assert.equal(gone.code, 'NoSuchEntity')
      })

      it('gives the user a second factor, and a session that shows it', async () => {
        const { VirtualMFADevice } = await root.done('iam:CreateVirtualMFADevice', {
          VirtualMFADeviceName: name,
        })
        const { SerialNumber, Base32StringSeed: seed } = VirtualMFADevice
        const device = { UserName: name, SerialNumber }
        await root.done('iam:EnableMFADevice', {
          ...device,
          AuthenticationCode1: totpCode(seed, -1),
          AuthenticationCode2: totpCode(seed),
        })
        await root.done('iam:PutUserPolicy', {
          UserName: name,
          PolicyName: 'with-mfa',
          PolicyDocument: JSON.stringify(
            allow('iam:ListGroups', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
          ),
        })
        assert.equal((await ann.refused('iam:ListGroups')).code, 'AccessDenied')
        const wrong = { SerialNumber, TokenCode: '000000' }
        assert.equal((await ann.refused('sts:GetSessionToken', wrong)).code, 'AccessDenied')
        const { Credentials } = await ann.done('sts:GetSessionToken', {
          SerialNumber,
          TokenCode: totpCode(seed, 1),
        })
        await as(Credentials).done('iam:ListGroups')
        await root.done('iam:DeactivateMFADevice', device)
        await root.done('iam:DeleteVirtualMFADevice', { SerialNumber })
      })

      describe('a role', () => {
        const RoleName = `deployer-${n}`
        let role: string
        let session: AwsUser
        const push = (osUser = 'deploy') => ({
          InstanceId: web.instanceId,
          InstanceOSUser: osUser,
          SSHPublicKey: key.publicKey,
        })
        const logIn = (user: string) =>
          ssh(web.host, { user, identityFile: key.identityFile, command: 'id -un' })

        it('is made with a trust policy, which comes back decoded', async () => {
          const trust = trusting({ AWS: annArn }, ['sts:AssumeRole', 'sts:TagSession'], {
            StringEquals: { 'sts:ExternalId': 'a-handshake' },
          })
          const { Role } = await root.done('iam:CreateRole', {
            RoleName,
            AssumeRolePolicyDocument: JSON.stringify(trust),
            MaxSessionDuration: 7200,
            Description: 'for deployments',
          })
          role = Role.Arn
          const got = await root.done('iam:GetRole', { RoleName })
          assert.deepEqual(documentOf(got['Role'].AssumeRolePolicyDocument), trust)
          assert.equal(got['Role'].MaxSessionDuration, 7200)
          await root.done('iam:PutRolePolicy', {
            RoleName,
            PolicyName: 'push',
            PolicyDocument: JSON.stringify(
              allow('ec2-instance-connect:SendSSHPublicKey', {
                StringEquals: { 'aws:PrincipalTag/team': 'blue' },
              }),
            ),
          })
        })

        it('is assumed by whom it trusts, with the external id, tags and a session policy', async () => {
          await root.done('iam:PutUserPolicy', {
            UserName: name,
            PolicyName: 'assume',
            PolicyDocument: JSON.stringify(allow(['sts:AssumeRole', 'sts:TagSession'])),
          })
          const ask = { RoleArn: role, RoleSessionName: 'night-shift' }
          assert.equal((await ann.refused('sts:AssumeRole', ask)).code, 'AccessDenied')
          const { AssumedRoleUser, Credentials } = await ann.done('sts:AssumeRole', {
            ...ask,
            ExternalId: 'a-handshake',
            DurationSeconds: 900,
            Tags: [{ Key: 'team', Value: 'blue' }],
            Policy: JSON.stringify(
              allow('ec2-instance-connect:SendSSHPublicKey', {
                StringEquals: { 'ec2:osuser': 'deploy' },
              }),
            ),
          })
          const arn = `arn:aws:sts::${account}:assumed-role/${RoleName}/night-shift`
          assert.equal(AssumedRoleUser.Arn, arn)
          const lives = Date.parse(Credentials.Expiration) - Date.now()
          assert.ok(lives > 840_000 && lives <= 900_000, Credentials.Expiration)
          session = as(Credentials)
          assert.equal((await session.done('sts:GetCallerIdentity'))['Arn'], arn)
        })

        it('pushes a key, with which stock ssh logs in', async () => {
          const answer = await session.done('ec2-instance-connect:SendSSHPublicKey', push())
          assert.equal(answer['Success'], true)
          assert.ok(answer['RequestId'])
          const { stdout, stderr } = await logIn('deploy')
          assert.equal(stdout, 'deploy\n', stderr)
        })

        it('may no more than its session policy', async () => {
          const { code } = await session.refused(
            'ec2-instance-connect:SendSSHPublicKey',
            push('ec2-user'),
          )
          assert.equal(code, 'AccessDeniedException')
          assert.equal((await logIn('ec2-user')).code, 255)
        })

        it('pushes nothing more once its policy is gone, and its session ends with the key that made it', async () => {
          await root.done('iam:DeleteRolePolicy', { RoleName, PolicyName: 'push' })
          const denied = await session.refused('ec2-instance-connect:SendSSHPublicKey', push())
          assert.equal(denied.code, 'AccessDeniedException')
          const { AccessKeyMetadata } = await root.done('iam:ListAccessKeys', { UserName: name })
          const inUse = await root.refused('iam:DeleteUser', { UserName: name })
          assert.equal(inUse.code, 'DeleteConflict')
          for (const { AccessKeyId } of AccessKeyMetadata)
            await root.done('iam:DeleteAccessKey', { UserName: name, AccessKeyId })
          const ended = await session.refused('ec2-instance-connect:SendSSHPublicKey', push())
          assert.equal(ended.code, 'UnrecognizedClientException')
        })
      })

      it("sees refusals as AWS's", async () => {
        const exists = await root.refused('iam:CreateUser', { UserName: name })
        assert.deepEqual(exists, {
          code: 'EntityAlreadyExists',
          message: `User with name ${name} already exists.`,
        })
        const missing = await root.refused('iam:GetUser', { UserName: 'nobody' })
        assert.deepEqual(missing, {
          code: 'NoSuchEntity',
          message: 'The user with name nobody cannot be found.',
        })
        const invalid = await root.refused('iam:CreateUser', { UserName: 'two words' })
        assert.equal(invalid.code, 'ValidationError')
        const malformed = await root.refused('iam:CreatePolicy', {
          PolicyName: 'p',
          PolicyDocument: '{"Version": "2012-10-17", "Statement": [{}]}',
        })
        assert.equal(malformed.code, 'MalformedPolicyDocument')
        const { AWS_SECRET_ACCESS_KEY: secret, AWS_ACCESS_KEY_ID: id } = root.environment
        const unknown = await as({
          AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA',
          SecretAccessKey: secret,
        }).refused('iam:ListUsers')
        assert.equal(unknown.code, 'InvalidClientTokenId')
        const forged = await as({ AccessKeyId: id, SecretAccessKey: 'x'.repeat(40) }).refused(
          'iam:ListUsers',
        )
        assert.equal(forged.code, 'SignatureDoesNotMatch')
      })

      it('waits for a user who is made meanwhile, and goes through a list page by page', async () => {
        const path = `/crowd-${n}/`
        const names = Array.from({ length: 5 }, (_, each) => `one-${each}-of-${n}`)
        const [first = '', ...others] = names
        // Another process: this one waits.
        const hands = awsUser(awsCli, fleet.plane.root)
        const makeFirst = () => hands.done('iam:CreateUser', { UserName: first, Path: path })
        for (const UserName of others) await root.done('iam:CreateUser', { UserName, Path: path })
        await Promise.all([root.wait('iam:UserExists', { UserName: first }), makeFirst()])
        const { Users } = await root.pages('iam:ListUsers', { PathPrefix: path })
        assert.deepEqual(Users.map((user: AwsOutput) => user['UserName']).toSorted(), names)
      })

      it('takes everything away again', async () => {
        const RoleName = `deployer-${n}`
        const GroupName = `staff-${n}`
        await root.done('iam:DeleteRole', { RoleName })
        await root.done('iam:RemoveUserFromGroup', { GroupName, UserName: name })
        await root.done('iam:DeleteGroupPolicy', { GroupName, PolicyName: 'see' })
        await root.done('iam:DeleteGroup', { GroupName })
        for (const PolicyName of ['with-mfa', 'assume'])
          await root.done('iam:DeleteUserPolicy', { UserName: name, PolicyName })
        await root.done('iam:DeleteUser', { UserName: name })
        const old = await root.refused('iam:DeletePolicy', { PolicyArn: policyArn() })
        assert.equal(old.code, 'DeleteConflict')
        await root.done('iam:DeletePolicyVersion', { PolicyArn: policyArn(), VersionId: 'v1' })
        await root.done('iam:DeletePolicy', { PolicyArn: policyArn() })
        for (const [operation, input] of [
          ['iam:GetUser', { UserName: name }],
          ['iam:GetRole', { RoleName }],
          ['iam:GetGroup', { GroupName }],
          ['iam:GetPolicy', { PolicyArn: policyArn() }],
        ] as const)
          assert.equal((await root.refused(operation, input)).code, 'NoSuchEntity', operation)
      })
    })
  }

  describe('with a session that is over', () => {
    let environment: ClientEnvironment
    before(async () => {
      const bea = await makeUser(fleet.plane, 'bea', allow('iam:ListUsers'))
      const client = openSdk(fleet.plane.caFile)
      const { Credentials } = await awsUser(client, bea).done('sts:GetSessionToken')
      await client.close()
      environment = withCredentials(bea, Credentials)
      // The shortest one lives 15 minutes.
      await fleet.plane.stop()
      const database = new DatabaseSync(`${fleet.dir}/server/data/fleetkey.db`)
      const { changes } = database
        .prepare('update sessions set expires_at = ? where access_key_id = ?')
        .run(Date.now() - 1000, Credentials.AccessKeyId)
      database.close()
      assert.equal(changes, 1)
      await fleet.plane.start()
    })

    for (const [index, { skip, open }] of CLIENTS.entries()) {
      it(`${NAMES[index]} says so`, { skip: skip ?? false }, async () => {
        const client = open(fleet.plane.caFile)
        try {
          const bea = awsUser(client, environment)
          for (const operation of ['sts:GetCallerIdentity', 'iam:ListUsers'] as const)
            assert.equal((await bea.refused(operation)).code, 'ExpiredToken', operation)
          const push = await bea.refused('ec2-instance-connect:SendSSHPublicKey', {
            InstanceId: web.instanceId,
            InstanceOSUser: 'deploy',
            SSHPublicKey: `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'B'.repeat(43)}`,
          })
          assert.equal(push.code, 'ExpiredTokenException')
        } finally {
          await client.close()
        }
      })
    }
  })

  describe('with a profile whose credential_process is fleetkey', () => {
    let environment: ClientEnvironment
    before(async () => {
      const { AWS_ENDPOINT_URL: url, AWS_CA_BUNDLE: caFile, ...root } = fleet.plane.root
      const dir = `${fleet.dir}/credentials`
      await mkdir(dir)
      const configured = await fleetkey(['configure', '--profile', 'fleet', '--stdin'], {
        env: { XDG_CONFIG_HOME: dir },
        input: JSON.stringify({
          endpoint: url,
          caFile,
          region: root['AWS_REGION'],
          accessKeyId: root['AWS_ACCESS_KEY_ID'],
          secretAccessKey: root['AWS_SECRET_ACCESS_KEY'],
        }),
      })
      assert.equal(configured.code, 0, configured.stderr)
      await writeFile(
        `${dir}/aws-config`,
        `[profile fleetkey]
credential_process = ${FLEETKEY} credentials --profile fleet
region = ${root['AWS_REGION']}
ca_bundle = ${caFile}
`,
      )
      environment = {
        AWS_CONFIG_FILE: `${dir}/aws-config`,
        AWS_PROFILE: 'fleetkey',
        AWS_ENDPOINT_URL: url ?? '',
        XDG_CONFIG_HOME: dir,
      }
    })

    for (const [index, { skip, open }] of CLIENTS.entries()) {
      it(`${NAMES[index]} is who the profile is`, { skip: skip ?? false }, async () => {
        const client = open(fleet.plane.caFile)
        try {
          const who = await awsUser(client, environment).done('sts:GetCallerIdentity')
          assert.match(who['Arn'], /^arn:aws:iam::\d{12}:root$/)
        } finally {
          await client.close()
        }
      })
    }
  })
})

function allow(action: string | readonly string[], Condition?: object): object {
  const statement = { Effect: 'Allow', Action: action, Resource: '*' }
  return { Version: '2012-10-17', Statement: [{ ...statement, ...(Condition && { Condition }) }] }
}

function trusting(Principal: object, Action: readonly string[], Condition: object): object {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action, Condition }],
  }
}
