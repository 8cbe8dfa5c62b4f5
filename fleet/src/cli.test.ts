import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, existsSync, rmSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { DatabaseSync } from 'node:sqlite'
import type { EnrolledHost } from './enrolled-host.ts'
import { FLEETKEY, fleetkey, type ClientEnvironment } from './fleetkey.ts'
import { makeUser } from './make-user.ts'
import { hasEnded } from './process-tree.ts'
import { plainEnvironment } from './run-program.ts'
import { generateKey, ssh } from './ssh.ts'
import { openTestFleet, whyNoHosts, type TestFleet } from './test-fleet.ts'
import { until } from './until.ts'

// The command as a person uses it, against a real server and real hosts. In order: the last ones end agent, server and trail.

describe('fleetkey', { skip: whyNoHosts() ?? false, timeout: 180_000 }, () => {
  let fleet: TestFleet
  let root: ClientEnvironment
  let web: EnrolledHost

  before(async () => {
    fleet = await openTestFleet({ hosts: { web: { env: 'dev' }, leaver: {} } })
    root = fleet.plane.root
    web = hostCalled('web')
  })
  after(() => fleet?.close())

  function hostCalled(name: string): EnrolledHost {
    const host = fleet.hosts[name]
    assert.ok(host)
    return host
  }

  /** As root of the control plane, unless somebody else is named. */
  const run = (
    argv: readonly string[],
    options: { env?: ClientEnvironment; input?: string } = {},
  ) => fleetkey(argv, { env: root, ...options })

  async function must(...argv: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await run(argv)
    assert.equal(code, 0, `fleetkey ${argv.join(' ')}: ${stderr}`)
    return stdout
  }

  describe('iam', () => {
    it('makes a role by a file, and says who can log in and who would gain it', async () => {
      const account = (JSON.parse(await must('whoami', '--output', 'json')) as { account: string })
        .account
      const wanted = (osUser: string) => `
users: {ci: {}}
roles:
  deployer:
    trust:
      Version: 2012-10-17
      Statement: {Effect: Allow, Principal: {AWS: 'arn:aws:iam::${account}:user/ci'}, Action: sts:AssumeRole}
    inline:
      logins:
        Version: 2012-10-17
        Statement:
          Effect: Allow
          Action: ec2-instance-connect:SendSSHPublicKey
          Resource: '*'
          Condition: {StringEquals: {aws:ResourceTag/env: dev, ec2:osuser: ${osUser}}}
`
      const apply = await run(['iam', 'apply', '-', '--yes'], { input: wanted('deploy') })
      assert.equal(apply.code, 0, apply.stderr)
      const again = await run(['iam', 'plan', '-'], { input: wanted('deploy') })
      assert.equal(again.code, 0, again.stdout)
      assert.equal((await run(['iam', 'plan', '-'], { input: wanted('ops') })).code, 86)

      const can = (osUser: string) => run(['can', 'web', '--os-user', osUser, '--as', 'deployer'])
      assert.equal((await can('deploy')).code, 0)
      assert.equal((await can('ops')).code, 77)
      const gone = await must('iam', 'preview', '--role', 'deployer', '--name', 'logins')
      assert.match(gone, /^loses +\S+:role\/deployer +web .* deploy +allowed +denied$/m)
    })
  })

  describe('ssh', () => {
    it('ends with the exit code of the remote command', async () => {
      for (const code of [0, 7, 255])
        assert.equal((await run(['ssh', 'web', '--', `exit ${code}`])).code, code)
    })

    it('keeps standard output and standard error apart', async () => {
      const { stdout, stderr } = await run(['ssh', 'deploy@web', '--', 'id -un; echo oops >&2'])
      assert.deepEqual({ stdout, stderr }, { stdout: 'deploy\n', stderr: 'oops\n' })
    })

    it('carries 5 MB through a pipe, there and back', async () => {
      const input = `${'0123456789abcde\n'.repeat(5 * 65_536)}end`
      const { code, stdout, stderr } = await run(['ssh', 'web', '--', 'cat'], { input })
      assert.equal(code, 0, stderr)
      assert.equal(sha256(stdout), sha256(input))
    })

    it('goes by IPv6 when asked to', async () => {
      const { stdout, stderr } = await run(['ssh', '-6', 'web', '--', 'echo $SSH_CONNECTION'])
      assert.match(stdout, /^fd77:\S+ \d+ fd77:\S+ 22\n$/, stderr)
    })

    it('finds an instance by id and by address too', async () => {
      for (const meant of [web.instanceId, web.host.address4])
        assert.equal(await must('ssh', meant, '--', 'hostname'), 'web\n')
    })

    it('refuses a host whose key is not the one that its agent reported, and never takes a new one on trust', async () => {
      const swap = (from: string, to: string) =>
        web.host.exec(['/bin/sh', '-c', `mkdir -p ${to} && mv ${from}/ssh_host_* ${to}/`])
      await swap('/etc/ssh', '/root/real')
      await web.host.exec(['ssh-keygen', '-A'])
      await web.host.restartSshd()
      try {
        for (const attempt of ['first', 'second']) {
          const { code, stdout, stderr } = await run(['ssh', 'web', '--', 'hostname'])
          assert.deepEqual({ code, stdout }, { code: 255, stdout: '' }, `${attempt}: ${stderr}`)
          assert.match(stderr, /HOST IDENTIFICATION HAS CHANGED|Host key verification failed/)
        }
      } finally {
        await swap('/etc/ssh', '/root/false')
        await swap('/root/real', '/etc/ssh')
        await web.host.restartSshd()
      }
      assert.equal(await must('ssh', 'web', '--', 'hostname'), 'web\n')
    })
  })

  it('send-key lets plain ssh in with that key, as that user only', async () => {
    const key = await generateKey(fleet.dir, 'ed25519')
    const said = await must(
      'send-key',
      'web',
      '--os-user',
      'deploy',
      '--public-key',
      `${key.identityFile}.pub`,
    )
    assert.match(said, /can log in as deploy on i-\w+ until \d\d:\d\d:\d\d \(60 s\)/)
    const logIn = (user: string) =>
      ssh(web.host, { user, identityFile: key.identityFile, command: 'id -un' })
    assert.equal((await logIn('deploy')).stdout, 'deploy\n')
    assert.equal((await logIn('ec2-user')).code, 255)
  })

  describe('a right that is withdrawn is gone at the very next push', () => {
    let bob: ClientEnvironment
    const policy = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*' },
        {
          Effect: 'Allow',
          Action: 'ec2-instance-connect:SendSSHPublicKey',
          Resource: '*',
          Condition: { StringEquals: { 'aws:ResourceTag/env': 'dev' } },
        },
      ],
    }
    before(async () => {
      bob = await makeUser(fleet.plane, 'bob', policy)
    })
    const exitCodeOfBob = async () => (await run(['ssh', 'web', '--', 'true'], { env: bob })).code

    it('by untagging the instance, and back by tagging it', async () => {
      assert.equal(await exitCodeOfBob(), 0)
      await must('instances', 'untag', 'web', 'env')
      assert.equal(await exitCodeOfBob(), 77)
      await must('instances', 'tag', 'web', 'env=prod')
      assert.equal(await exitCodeOfBob(), 77)
      await must('instances', 'tag', 'web', 'env=dev')
      assert.equal(await exitCodeOfBob(), 0)
    })

    it('by deleting the policy', async () => {
      await must('iam', 'users', 'delete-policy', 'bob', 'main')
      assert.equal(await exitCodeOfBob(), 77)
      const input = JSON.stringify(policy)
      await run(['iam', 'users', 'put-policy', 'bob', 'main', '-'], { input })
      assert.equal(await exitCodeOfBob(), 0)
    })

    it('by deleting the access key', async () => {
      await must('iam', 'access-keys', 'delete', 'bob', bob['AWS_ACCESS_KEY_ID'] ?? '')
      assert.equal(await exitCodeOfBob(), 79)
    })
  })

  it('instances forget cuts the link of the agent, which cannot come back', async () => {
    const leaver = hostCalled('leaver')
    await must('instances', 'forget', 'leaver', '--yes')
    const { code, stderr } = await run(['ssh', leaver.instanceId, '--', 'true'])
    assert.equal(code, 68, stderr)
    const farewells = async () => {
      const log = await leaver.host.readFile('/var/log/fleetkey-agent.log')
      return log.split('the server does not know this instance any more').length - 1
    }
    await until('the agent was cut off', async () => (await farewells()) === 1)
    await leaver.stopAgent()
    leaver.spawnAgent()
    await until('the agent was refused', async () => (await farewells()) === 2)
    await leaver.stopAgent()
    assert.ok(!(await must('instances')).includes(leaver.instanceId))
  })

  it('a session goes on while server and agent restart or are killed', async () => {
    const counter = 'i=0; while :; do echo $((i+=1)); sleep 0.05; done'
    const session = spawn(FLEETKEY, ['ssh', 'web', '--', counter], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...plainEnvironment,
        HOME: '/dev/null',
        XDG_CONFIG_HOME: '/proc/nonexistent',
        ...root,
      },
    })
    let text = ''
    session.stdout.setEncoding('utf8').on('data', (more: string) => (text += more))
    const count = () => text.split('\n').length
    const goesOn = async (after: string) => {
      const from = count()
      await until(`the session counts after ${after}`, () => count() > from + 3, 20_000)
      assert.ok(!hasEnded(session), after)
    }
    try {
      await goesOn('the login')
      for (const end of ['stop', 'kill'] as const) {
        await fleet.plane[end]()
        await goesOn(`${end} of the server`)
        await fleet.plane.start()
        await goesOn('its start')
      }
      for (const end of ['stopAgent', 'killAgent'] as const) {
        await web[end]()
        await goesOn(end)
        await web.startAgent()
        await goesOn('its start')
      }
      const numbers = text.trim().split('\n').map(Number)
      assert.deepEqual(
        numbers,
        numbers.map((_, index) => index + 1),
        'one session, nothing lost',
      )
      assert.equal(await must('ssh', 'web', '--', 'hostname'), 'web\n')
    } finally {
      session.kill()
      if (!hasEnded(session)) await once(session, 'exit')
    }
  })

  describe('trail verify', () => {
    it('finds nothing wrong with a trail that nobody touched', async () => {
      const said = await must('trail', 'verify')
      assert.match(said, /^\d+ records, all whole and in order/)
    })

    const damages = {
      altered: {
        sql: `update trail set record = replace(record, '"eventName":"', '"eventName":"X') where seq = 20`,
        says: /Record 20 was altered/,
      },
      deleted: { sql: 'delete from trail where seq = 20', says: /Record 20 is missing/ },
      swapped: {
        sql: `update trail set seq = -1 where seq = 20; update trail set seq = 20 where seq = 21; update trail set seq = 21 where seq = -1`,
        says: /Record 20 was altered/,
      },
    }
    for (const [what, { sql, says }] of Object.entries(damages)) {
      it(`names the first record that was ${what} in the database by hand`, async () => {
        const data = `${fleet.dir}/server/data`
        const whole = `${fleet.dir}/whole`
        await fleet.plane.stop()
        cpSync(data, whole, { recursive: true })
        try {
          alter(`${data}/fleetkey.db`, sql)
          await fleet.plane.start()
          const { code, stdout, stderr } = await run(['trail', 'verify'])
          assert.equal(code, 65, stdout + stderr)
          assert.match(stderr, says)
        } finally {
          await fleet.plane.stop()
          rmSync(data, { recursive: true })
          cpSync(whole, data, { recursive: true })
          rmSync(whole, { recursive: true })
          await fleet.plane.start()
        }
        await must('trail', 'verify')
      })
    }
  })
})

/** As somebody does who owns the file: the triggers that guard the rows go first. */
function alter(file: string, sql: string): void {
  assert.ok(existsSync(file), file)
  const database = new DatabaseSync(file)
  try {
    const triggers = database.prepare("select name from sqlite_schema where type = 'trigger'").all()
    for (const { name } of triggers) database.exec(`drop trigger ${String(name)}`)
    database.exec(sql)
  } finally {
    database.close()
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
