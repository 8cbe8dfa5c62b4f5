import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { pushWithSdk, type SdkAnswer } from './aws-sdk.ts'
import { FLEETKEY, fleetkey, fleetkeyJson, type ClientEnvironment } from './fleetkey.ts'
import { makeUser } from './make-user.ts'
import { mustRun, plainEnvironment, runProgram, type ProgramResult } from './run-program.ts'
import { generateKey, type KeyPair } from './ssh.ts'
import { openTestFleet, whyNoHosts, type TestFleet } from './test-fleet.ts'

// Promise 8: every "no" reaches the person with its cause and what to do, by AWS's own SDK and by ours, and is on record.

interface Push {
  readonly instanceId: string
  readonly osUser: string
  readonly publicKey: string
}

/** What both clients are told. */
interface Told {
  readonly code: string
  readonly status: number
  /** Also what the trail keeps, when the caller was known. */
  readonly message: RegExp
  /** Of our command. */
  readonly exitCode: number
  /** Also in what our command prints; it may have refused by itself. */
  readonly printed?: RegExp
}

describe('a refusal', { skip: whyNoHosts() ?? false, concurrency: 2 }, () => {
  let fleet: TestFleet
  let root: ClientEnvironment
  let alice: ClientEnvironment
  let web: string
  let away: string
  let key: KeyPair

  before(async () => {
    fleet = await openTestFleet({ hosts: { web: { env: 'dev' }, away: { env: 'dev' } } })
    root = fleet.plane.root
    web = fleet.hosts['web']?.instanceId ?? ''
    away = fleet.hosts['away']?.instanceId ?? ''
    ;[key, alice] = await Promise.all([
      generateKey(fleet.dir, 'ed25519'),
      makeUser(fleet.plane, 'alice', {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'ReachProd',
            Effect: 'Allow',
            Action: 'ec2-instance-connect:SendSSHPublicKey',
            Resource: '*',
            Condition: { StringEquals: { 'aws:ResourceTag/env': 'prod' } },
          },
        ],
      }),
      fleet.hosts['away']?.stopAgent(),
    ])
  })
  after(() => fleet?.close())

  async function isTold(told: Told, change: Partial<Push>, env: ClientEnvironment = root) {
    const push: Push = { instanceId: web, osUser: 'ec2-user', publicKey: key.publicKey, ...change }
    const before = await refusalsOnRecord()
    const [bySdk, byUs] = await Promise.all([pushWithSdk(env, push), sendKey(env, push)])
    if ('success' in bySdk) assert.fail('the SDK was let through')
    const { name, status, message } = bySdk
    assert.deepEqual({ name, status }, { name: told.code, status: told.status })
    assert.match(message, told.message)
    assert.equal(byUs.code, told.exitCode, byUs.stderr)
    assert.match(byUs.stderr, told.printed ?? told.message)
    return { bySdk, byUs, newOnRecord: (await refusalsOnRecord()) - before }
  }

  function sendKey(env: ClientEnvironment, push: Push): Promise<ProgramResult> {
    const { instanceId, osUser, publicKey } = push
    const argv = ['send-key', instanceId, '--os-user', osUser, '--public-key', '-']
    const { LD_PRELOAD: _library, FAKETIME: shift, ...plain } = env
    if (shift === undefined) return fleetkey(argv, { env, input: publicKey })
    // Our command is a shell script that becomes node: the library alone would leave its shared memory behind.
    const environment = {
      ...plainEnvironment,
      HOME: '/dev/null',
      XDG_CONFIG_HOME: '/proc/nonexistent',
      ...plain,
    }
    return runProgram(['faketime', '-f', shift, FLEETKEY, ...argv], {
      env: environment,
      input: publicKey,
    })
  }

  async function refusalsOnRecord(): Promise<number> {
    return (await records()).filter(({ errorCode }) => errorCode !== undefined).length
  }

  async function records(): Promise<readonly Record<string, unknown>[]> {
    const events = await fleetkeyJson(
      ['events', '--event', 'SendSSHPublicKey', '--limit', '1000'],
      { env: root },
    )
    return (events as { record: Record<string, unknown> }[]).map(({ record }) => record)
  }

  async function isOnRecord(message: RegExp, code: string) {
    const found = (await records()).filter(
      ({ errorCode, errorMessage }) =>
        errorCode === code && typeof errorMessage === 'string' && message.test(errorMessage),
    )
    assert.ok(found.length >= 1, `${code} ${message} is not on record`)
    return found
  }

  const invalidArgs = { code: 'InvalidArgsException', status: 400, exitCode: 64 } as const
  const hosts = {
    'an unknown instance': {
      push: () => ({ instanceId: 'i-00000000000000000' }),
      told: {
        code: 'EC2InstanceNotFoundException',
        status: 400,
        message: /^No instance i-0{17} is enrolled here\. Run "fleetkey instances" to see/,
        exitCode: 68,
        printed: /Run "fleetkey instances"/,
      },
    },
    'an instance whose agent is away': {
      push: () => ({ instanceId: away }),
      told: {
        code: 'EC2InstanceStateInvalidException',
        status: 400,
        message: /^The agent on away \(i-\w+\) is not connected, .* see "fleetkey agent status"/,
        exitCode: 69,
        printed: /is not connected[^]* do +See the state of its agent/,
      },
    },
    'a user that the host does not have': {
      push: () => ({ osUser: 'nobody-here' }),
      told: {
        ...invalidArgs,
        message: /There is no account "nobody-here" on this host: make it there/,
        printed: /no account/,
      },
    },
    'a user who may not log in': {
      push: () => ({ osUser: 'daemon' }),
      told: {
        ...invalidArgs,
        message: /The account "daemon" has a shell that lets nobody log in\. "usermod --shell"/,
        printed: /usermod --shell/,
      },
    },
    root: {
      push: () => ({ osUser: 'root' }),
      told: {
        ...invalidArgs,
        message: /takes no grants for root\. .*allowRoot/,
        printed: /allowRoot/,
      },
    },
  } as const

  for (const [what, { push, told }] of Object.entries(hosts)) {
    it(`of ${what} says so and what to do`, async () => {
      const { newOnRecord } = await isTold(told, push())
      assert.ok(newOnRecord >= 2, 'both are on record')
      await isOnRecord(told.message, told.code)
    })
  }

  it('of a certificate, of a short key and of two keys names the fault and the mend', async () => {
    const own = await generateKey(fleet.dir, 'ed25519', 'certified')
    await mustRun([
      'ssh-keygen',
      '-q',
      '-s',
      own.identityFile,
      '-I',
      'x',
      `${own.identityFile}.pub`,
    ])
    const certificate = await readFile(`${own.identityFile}-cert.pub`, 'utf8')
    await isTold(
      { ...invalidArgs, message: /certificate, not a plain public key\. Send/ },
      { publicKey: certificate },
    )

    const short = `${fleet.dir}/short`
    await mustRun(['ssh-keygen', '-q', '-t', 'rsa', '-b', '1024', '-N', '', '-f', short])
    const shortKey = await readFile(`${short}.pub`, 'utf8')
    await isTold(
      { ...invalidArgs, message: /shorter than 2048 bits\. Make a new key with/ },
      { publicKey: shortKey },
    )

    const two = `${key.publicKey}\n${own.publicKey}\n`
    const message = /more than one key in the text\. Send one/
    await isTold(
      { ...invalidArgs, message, printed: /must hold one public key; it has 2/ },
      { publicKey: two },
    )
    await isOnRecord(message, 'InvalidArgsException')
  })

  it('of a private key keeps it nowhere: no answer, record, log or database has a line of it', async () => {
    const { identityFile } = await generateKey(fleet.dir, 'ed25519', 'pasted')
    const secret = await readFile(identityFile, 'utf8')
    const told = {
      ...invalidArgs,
      message: /private key\. It was not kept, but it has left your machine/,
      printed: /nothing was sent/,
    }
    const { bySdk, byUs } = await isTold(told, { publicKey: secret })
    const agentLog = await fleet.hosts['web']?.host.readFile('/var/log/fleetkey-agent.log')
    const said = [
      JSON.stringify(bySdk),
      byUs.stdout,
      byUs.stderr,
      JSON.stringify(await records()),
      agentLog,
      fleet.plane.log(),
    ].join('\n')
    // Its lines by themselves: a log may have put it on one line.
    for (const line of secret
      .split('\n')
      .filter((each) => each !== '' && !each.startsWith('-----'))) {
      assert.ok(!said.includes(line.slice(0, 40)), 'a line of the private key was said')
      const { stdout } = await runProgram([
        'grep',
        '-rlaF',
        '--',
        line.slice(0, 40),
        `${fleet.dir}/server`,
      ])
      assert.equal(stdout, '', 'a line of the private key is on disk')
    }
  })

  it('of a wrong secret key, an unknown access key and a late request is not on record: nobody was authenticated', async () => {
    const secret = { ...root, AWS_SECRET_ACCESS_KEY: 'x'.repeat(40) }
    const nobody = { ...root, AWS_ACCESS_KEY_ID: 'AKIAAAAAAAAAAAAAAAAA' }
    const [faketime] = globSync('/usr/lib/*/faketime/libfaketime.so.1')
    const early = {
      ...root,
      LD_PRELOAD: faketime ?? '',
      FAKETIME: '+20m',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    }
    const signature = { status: 400, exitCode: 79 } as const
    const ids: string[] = []
    const keep = ({ bySdk }: { readonly bySdk: SdkAnswer }) => ids.push(JSON.stringify(bySdk))
    keep(
      await isTold(
        {
          ...signature,
          code: 'InvalidSignatureException',
          message: /signature we calculated does not match.*Check your AWS Secret Access Key/,
          printed: /Check the secret key and the region with: fleetkey configure/,
        },
        {},
        secret,
      ),
    )
    keep(
      await isTold(
        {
          ...signature,
          code: 'UnrecognizedClientException',
          message: /security token included in the request is invalid/,
          printed: /Check the access key with: fleetkey configure/,
        },
        {},
        nobody,
      ),
    )
    if (faketime !== undefined) {
      keep(
        await isTold(
          {
            ...signature,
            code: 'InvalidSignatureException',
            message: /^Signature not yet current: .* \+ 5 min\.\)$/,
            printed:
              /Your clock is (20|19) minutes ahead of the server's\.[^]*timedatectl set-ntp true/,
          },
          {},
          early,
        ),
      )
    }
    const messages = (await records()).map(({ errorMessage }) => String(errorMessage))
    assert.ok(!messages.some((text) => /signature|security token/i.test(text)), messages.join('\n'))
  })

  it('by a policy names the statement that decided, to both clients and in the events', async () => {
    const { byUs } = await isTold(
      {
        code: 'AccessDeniedException',
        status: 400,
        message:
          /user\/alice is not authorized to perform: ec2-instance-connect:SendSSHPublicKey on resource: arn:\S+\/i-/,
        exitCode: 77,
      },
      {},
      alice,
    )
    const decided =
      'Statement "ReachProd" of inline policy main of user alice would allow it, but StringEquals aws:ResourceTag/env wants "prod" and the request has "dev".'
    assert.ok(byUs.stderr.includes(`because ${decided}`), byUs.stderr)
    assert.match(byUs.stderr, /do +Least change: choose a resource whose tag "env" is "prod"/)
    const { stdout } = await fleetkey(['events', '--principal', 'alice'], { env: root })
    assert.match(stdout, /alice +SendSSHPublicKey +web +ec2-user +SHA256:\S+ +AccessDenied\n/)
    assert.equal(stdout.split(decided).length, 3, 'once for each client')
  })
})
