import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { awsCli, runAws } from './aws/aws-cli.ts'
import { whyNoAwsCli, whyNoBoto3 } from './aws/aws-programs.ts'
import { awsUser, withCredentials } from './aws/aws-user.ts'
import { openBoto3 } from './aws/boto3.ts'
import { openSdk } from './aws/sdk.ts'
import { openBrowser, whyNoBrowser } from './browser/browser.ts'
import { load } from './browser/signed-in.ts'
import { FLEETKEY, fleetkey, fleetkeyJson } from './fleetkey.ts'
import { startOidcProvider, type OidcProvider } from './oidc/oidc-provider.ts'
import { confirmDevice, idTokenOf, signIn } from './oidc/person.ts'
import { generateKey, ssh } from './ssh.ts'
import { hostOf, openTestFleet, whyNoHosts, type TestFleet } from './test-fleet.ts'
import { trustProvider } from './trust-provider.ts'
import { openWorkstation, type Workstation } from './workstation.ts'

// Single sign-on as people meet it: they sign in at the provider, take the role that trusts a group of theirs, and log in to hosts. Server,
// agents, sshd, provider and command are all real. In order: the last one deletes the provider.

const CAROL = { name: 'carol', password: 'of carol', groups: ['sre'] }
const DAVE = { name: 'dave', password: 'of dave', groups: ['dev'] }

const REACH_DEV = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*' },
    {
      Sid: 'ReachDev',
      Effect: 'Allow',
      Action: 'ec2-instance-connect:SendSSHPublicKey',
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/env': 'dev', 'ec2:osuser': 'deploy' } },
    },
  ],
}

interface Identity {
  readonly type: string
  readonly arn?: string
  readonly userName?: string
  readonly identityProvider?: string
  readonly sessionContext?: {
    readonly sessionIssuer?: { readonly userName: string }
    readonly webIdFederationData?: {
      readonly federatedProvider: string
      readonly attributes: Readonly<Record<string, string>>
    }
  }
}
interface TrailEvent {
  readonly userIdentity: Identity
  readonly errorCode?: string
  readonly requestParameters?: Readonly<Record<string, unknown>> | null
  readonly additionalEventData?: { readonly explanation?: string }
}

describe('single sign-on', { skip: whyNoHosts() ?? false, timeout: 300_000 }, () => {
  let fleet: TestFleet
  let provider: OidcProvider
  let account: string
  let providerArn: string

  before(async () => {
    fleet = await openTestFleet({ hosts: { web: { env: 'dev' }, db: { env: 'prod' } } })
    provider = await startOidcProvider({
      accounts: [CAROL, DAVE],
      deviceInterval: 0.2,
      redirectUris: [`${fleet.plane.url}/sso/callback`],
    })
    await trustProvider(fleet.plane, provider, { name: 'sre', group: 'sre', policy: REACH_DEV })
    const who = await fleetkeyJson(['whoami'], { env: fleet.plane.root })
    account = (who as { account: string }).account
    const name = provider.issuer.replace('http://', '')
    providerArn = `arn:aws:iam::${account}:oidc-provider/${name}`
  })
  after(async () => {
    await Promise.all([fleet?.close(), provider?.stop()])
  })

  const openDesk = () => openWorkstation(fleet.dir, fleet.plane)
  const byBrowser = (desk: Workstation, person = CAROL) =>
    desk.logIn(['--no-browser'], (address) => signIn(address, person))

  async function deskOfCarol(): Promise<Workstation> {
    const desk = openDesk()
    const { code, stderr } = await byBrowser(desk)
    assert.equal(code, 0, stderr)
    return desk
  }

  const whoIsOn = (desk: Workstation) => desk.run(['ssh', 'deploy@web', '--', 'id -un'])

  async function lastEvent(action: string): Promise<TrailEvent> {
    const argv = ['events', '--event', action, '--limit', '1']
    const [event] = (await fleetkeyJson(argv, { env: fleet.plane.root })) as {
      record: TrailEvent
    }[]
    assert.ok(event, action)
    return event.record
  }

  it('lets a person in by the browser, and on to a host', async () => {
    const desk = openDesk()
    const { code, stdout, stderr } = await byBrowser(desk)
    assert.equal(code, 0, stderr)
    const arn = `arn:aws:sts::${account}:assumed-role/sre/carol@example.com`
    assert.ok(stdout.startsWith(`Logged in as ${arn}\n`), stdout)
    const shell = await whoIsOn(desk)
    assert.deepEqual([shell.code, shell.stdout], [0, 'deploy\n'], shell.stderr)
  })

  it('has the person in the trail: who they are at which provider, and the session by their address', async () => {
    const { userIdentity: pushed } = await lastEvent('SendSSHPublicKey')
    assert.equal(pushed.type, 'AssumedRole')
    assert.equal(pushed.arn, `arn:aws:sts::${account}:assumed-role/sre/carol@example.com`)
    assert.equal(pushed.sessionContext?.sessionIssuer?.userName, 'sre')
    assert.deepEqual(pushed.sessionContext?.webIdFederationData, {
      federatedProvider: providerArn,
      attributes: { sub: 'carol', aud: provider.clientId, name: 'carol@example.com' },
    })
    const { userIdentity: signedIn } = await lastEvent('AssumeRoleWithWebIdentity')
    assert.deepEqual(
      [signedIn.type, signedIn.userName, signedIn.identityProvider],
      ['WebIdentityUser', 'carol', providerArn],
    )
    const { stdout } = await fleetkey(['events'], { env: fleet.plane.root })
    assert.match(stdout, /sre\/carol@example\.com +SendSSHPublicKey +web +deploy +SHA256:\S+ +done/)
  })

  it(
    'lets a person in by the console, to the hosts and accounts of the role and to no others',
    { skip: whyNoBrowser() ?? false },
    async () => {
      const browser = await openBrowser()
      try {
        const { page } = await browser.person()
        page.setDefaultTimeout(30_000)
        await load(page, `${fleet.plane.url}/instances`)
        await page.getByRole('button', { name: /^Sign in with 127/ }).click()
        await page.locator('[name=name]').fill(CAROL.name)
        await page.locator('[name=password]').fill(CAROL.password)
        await page.getByRole('button', { name: 'Sign in' }).click()
        await page.getByRole('button', { name: 'Allow' }).click()
        for (const name of ['web', 'db']) {
          await page.getByRole('link', { name, exact: true }).waitFor()
        }
        await page.goto(`${fleet.plane.url}/instances/${hostOf(fleet, 'web').instanceId}/connect`)
        await page.getByLabel('User name').fill('ec2-user')
        await page.getByText('You may not log in as ec2-user').waitFor()
        await page.getByLabel('User name').fill('deploy')
        await page.getByText('You may log in as deploy').waitFor()
        const connect = page.getByRole('link', { name: 'Connect', exact: true })
        const way = (await connect.getAttribute('href')) ?? ''
        assert.match(way, /deploy/)
        await connect.click()
        const screen = page.locator('.xterm-rows').first()
        await screen.filter({ hasText: /\$\s*$/ }).waitFor()
        await page.keyboard.type('echo "$USER"@"$(hostname)"\n')
        await screen.filter({ hasText: 'deploy@web' }).waitFor()
        assert.deepEqual(await whoPushed(), {
          ...BY_CAROL(),
          osUser: 'deploy',
          errorCode: undefined,
        })

        // By hand, where the page offers no button.
        await page.goto(`${fleet.plane.url}${way.replace('deploy', 'ec2-user')}`)
        await page.getByText('There is no prompt').waitFor()
        await page.getByText('ec2:osuser wants "deploy" and the request has "ec2-user"').waitFor()
        // Of what was refused CloudTrail has no parameters.
        assert.deepEqual(await whoPushed(), {
          ...BY_CAROL(),
          osUser: undefined,
          errorCode: 'AccessDenied',
        })
      } finally {
        await browser.close()
      }
    },
  )

  /** As CloudTrail has people who come from a provider. */
  const BY_CAROL = () => ({
    type: 'AssumedRole',
    arn: `arn:aws:sts::${account}:assumed-role/sre/carol@example.com`,
    issuer: 'sre',
    federation: {
      federatedProvider: providerArn,
      attributes: { sub: 'carol', aud: provider.clientId, name: 'carol@example.com' },
    },
  })

  async function whoPushed() {
    const { userIdentity, errorCode, requestParameters } = await lastEvent('SendSSHPublicKey')
    const { type, arn, sessionContext } = userIdentity
    return {
      type,
      arn,
      osUser: requestParameters?.['instanceOSUser'],
      issuer: sessionContext?.sessionIssuer?.userName,
      federation: sessionContext?.webIdFederationData,
      errorCode,
    }
  }

  it('lets a person in by a code, where there is no browser', async () => {
    const desk = openDesk()
    const { code, stderr } = await desk.logIn(['--device'], (address) =>
      confirmDevice(address, new URL(address).searchParams.get('user_code') ?? '', CAROL),
    )
    assert.equal(code, 0, stderr)
    const shell = await whoIsOn(desk)
    assert.deepEqual([shell.code, shell.stdout], [0, 'deploy\n'], shell.stderr)
  })

  it('gives no more than the role, and says what is missing', async () => {
    const desk = await deskOfCarol()
    const { code, stderr } = await desk.run(['ssh', 'deploy@db', '--', 'true'])
    assert.equal(code, 77)
    assert.match(stderr, /Statement "ReachDev" of inline policy main of role sre/)
    assert.match(stderr, /aws:ResourceTag\/env wants "dev" and the request has "prod"/)
  })

  it('refuses somebody whose group no role trusts, and says so', async () => {
    const desk = openDesk()
    const { code, stderr } = await byBrowser(desk, DAVE)
    assert.equal(code, 77)
    assert.match(stderr, /No role lets dave@example\.com in/)
    assert.match(stderr, /no trust policy of a role names you or a group of yours/)
    assert.equal((await whoIsOn(desk)).code, 78, 'nothing was kept of it')
  })

  it("lets AWS's own CLI push as the person", { skip: whyNoAwsCli() ?? false }, async () => {
    const desk = await deskOfCarol()
    const config = `${desk.home}/aws-config`
    const process = `${FLEETKEY} credentials --profile default`
    const settings = `region = on-prem-1\nca_bundle = ${fleet.plane.caFile}\n`
    await writeFile(config, `[profile sso]\ncredential_process = ${process}\n${settings}`)
    const { identityFile, publicKey } = await generateKey(desk.home, 'ed25519')
    const { web } = fleet.hosts
    assert.ok(web)
    const push = ['ec2-instance-connect', 'send-ssh-public-key', '--ssh-public-key', publicKey]
    const to = ['--instance-id', web.instanceId, '--instance-os-user', 'deploy']
    const { code, stderr } = await runAws(
      {
        ...desk.environment,
        AWS_CONFIG_FILE: config,
        AWS_PROFILE: 'sso',
        AWS_ENDPOINT_URL: fleet.plane.url,
      },
      [...push, ...to],
    )
    assert.equal(code, 0, stderr)
    const login = await ssh(web.host, { user: 'deploy', identityFile, command: 'id -un' })
    assert.equal(login.stdout, 'deploy\n', login.stderr)
    const { userIdentity } = await lastEvent('SendSSHPublicKey')
    assert.equal(userIdentity.sessionContext?.webIdFederationData?.attributes['sub'], 'carol')
  })

  for (const [name, skip, open] of [
    ['the AWS CLI', whyNoAwsCli(), () => awsCli],
    ['boto3', whyNoBoto3(), openBoto3],
    ['the SDK for JavaScript', undefined, openSdk],
  ] as const)
    it(
      `gives a role for a token by ${name}, without a key, and none for one that was changed`,
      { skip: skip ?? false },
      async () => {
        const token = await idTokenOf(provider, CAROL)
        const {
          AWS_ACCESS_KEY_ID: _id,
          AWS_SECRET_ACCESS_KEY: _secret,
          ...place
        } = fleet.plane.root
        const client = open(fleet.plane.caFile)
        try {
          const nobody = awsUser(client, place)
          const ask = { RoleArn: `arn:aws:iam::${account}:role/sre`, RoleSessionName: 'build-7' }
          const answer = await nobody.done('sts:AssumeRoleWithWebIdentity', {
            ...ask,
            WebIdentityToken: token,
          })
          assert.equal(answer['SubjectFromWebIdentityToken'], 'carol')
          const environment = withCredentials(place, answer['Credentials'])
          const { Arn } = await awsUser(client, environment).done('sts:GetCallerIdentity')
          assert.equal(Arn, `arn:aws:sts::${account}:assumed-role/sre/build-7`)
          const [head, body = '', signature] = token.split('.')
          const claims = Buffer.from(body, 'base64url').toString().replace('"carol"', '"david"')
          const forged = [head, Buffer.from(claims).toString('base64url'), signature].join('.')
          const { code } = await nobody.refused('sts:AssumeRoleWithWebIdentity', {
            ...ask,
            WebIdentityToken: forged,
          })
          assert.equal(code, 'InvalidIdentityToken')
          const dave = await nobody.refused('sts:AssumeRoleWithWebIdentity', {
            ...ask,
            WebIdentityToken: await idTokenOf(provider, DAVE),
          })
          assert.equal(dave.code, 'AccessDenied')
        } finally {
          await client.close()
        }
      },
    )

  it('renews nothing for somebody who was taken out of the group, and lets them in again with it', async () => {
    const desk = await deskOfCarol()
    desk.age()
    const first = desk.session().credentials['accessKeyId']
    assert.equal((await whoIsOn(desk)).code, 0)
    assert.notEqual(desk.session().credentials['accessKeyId'], first, 'it was renewed')
    try {
      await provider.setAccounts([{ ...CAROL, groups: [] }, DAVE])
      desk.age()
      const { code, stderr } = await whoIsOn(desk)
      assert.equal(code, 77, stderr)
      const { errorCode, additionalEventData } = await lastEvent('AssumeRoleWithWebIdentity')
      assert.equal(errorCode, 'AccessDenied')
      assert.match(additionalEventData?.explanation ?? '', /:groups/)
    } finally {
      await provider.setAccounts([CAROL, DAVE])
    }
    assert.equal((await whoIsOn(desk)).code, 0)
  })

  it('ends for somebody who left the company, when the session does', async () => {
    const desk = await deskOfCarol()
    try {
      await provider.setAccounts([DAVE])
      desk.age()
      const { code, stderr } = await whoIsOn(desk)
      assert.equal(code, 79)
      assert.match(stderr, /fleetkey login/)
    } finally {
      await provider.setAccounts([CAROL, DAVE])
    }
  })

  it('ends with logout', async () => {
    const desk = await deskOfCarol()
    const { credentials } = desk.session()
    const copy = {
      ...fleet.plane.root,
      AWS_ACCESS_KEY_ID: credentials['accessKeyId'] ?? '',
      AWS_SECRET_ACCESS_KEY: credentials['secretAccessKey'] ?? '',
      AWS_SESSION_TOKEN: credentials['sessionToken'] ?? '',
    }
    const asCopy = () => fleetkey(['ssh', 'deploy@web', '--', 'true'], { env: copy })
    assert.equal((await asCopy()).code, 0)
    assert.match(await desk.must('logout'), /^Logged out\.$/m)
    assert.equal((await whoIsOn(desk)).code, 79)
    assert.equal((await asCopy()).code, 79, 'a copy of the session is worth nothing')
  })

  it('ends for all at once when the provider is deleted', async () => {
    const desk = await deskOfCarol()
    assert.equal((await whoIsOn(desk)).code, 0)
    const name = provider.issuer.replace('http://', '')
    const deleted = await fleetkey(['iam', 'providers', 'delete', name, '--yes'], {
      env: fleet.plane.root,
    })
    assert.equal(deleted.code, 0, deleted.stderr)
    const { code, stderr } = await whoIsOn(desk)
    assert.equal(code, 79)
    assert.match(stderr, /fleetkey login/)
    const again = await byBrowser(openDesk())
    assert.notEqual(again.code, 0)
  })
})
