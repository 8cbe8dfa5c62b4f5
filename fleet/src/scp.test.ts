import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { FLEETKEY, fleetkey } from './fleetkey.ts'
import { makeUser } from './make-user.ts'
import { mustRun, plainEnvironment } from './run-program.ts'
import { openTestFleet, whyNoHosts, type TestFleet } from './test-fleet.ts'
import { until } from './until.ts'

// `hidden` takes no connection from outside: everything there goes through its agent.

describe(
  'fleetkey ssh, scp, sftp and rsync',
  { skip: whyNoHosts() ?? false, timeout: 300_000 },
  () => {
    let fleet: TestFleet
    let env: Record<string, string>

    before(async () => {
      fleet = await openTestFleet({
        hosts: { web: {}, hidden: {} },
        sshdConfig: { hidden: 'ListenAddress 127.0.0.1\nListenAddress ::1\n' },
      })
      env = { ...fleet.plane.root, FLEETKEY_HOME: join(fleet.dir, 'home') }
    })
    after(() => fleet?.close())

    const run = (argv: readonly string[], input = '') =>
      fleetkey(argv, { env, input, timeoutMs: 90_000 })
    async function must(argv: readonly string[], input = ''): Promise<string> {
      const { code, stdout, stderr } = await run(argv, input)
      assert.equal(code, 0, `${argv.join(' ')}: ${stderr}`)
      return stdout
    }

    it('finds the way, says which with --verbose, and remembers it', async () => {
      const direct = await run(['ssh', '--verbose', 'web', '--', 'hostname'])
      assert.match(direct.stderr, /directly to \S+ port 22/)
      const again = await run(['ssh', '--verbose', 'web', '--', 'hostname'])
      assert.match(again.stderr, /directly to/)
      assert.equal(again.stdout, 'web\n')
      const tunnelled = await run(['ssh', '--verbose', 'hidden', '--', 'hostname'])
      assert.equal(tunnelled.stdout, 'hidden\n')
      assert.match(
        tunnelled.stderr,
        /by tunnel eice-\S+ to \S+ port 22[\s\S]*its agent came for it/,
      )
      assert.equal((await run(['ssh', 'hidden', '--', 'hostname'])).stderr, '')
    })

    it('takes the way that it is told', async () => {
      const { code, stdout, stderr } = await run([
        'ssh',
        '--via',
        'tunnel',
        '--verbose',
        'web',
        '--',
        'hostname',
      ])
      assert.deepEqual({ code, stdout }, { code: 0, stdout: 'web\n' }, stderr)
      assert.match(stderr, /by tunnel/)
      assert.equal((await run(['ssh', '--via', 'direct', 'hidden', '--', 'true'])).code, 255)
    })

    it('falls back to a tunnel, and says so, when a host that was reached directly is not any more', async () => {
      const web = fleet.hosts['web']?.host
      assert.ok(web)
      const listenOn = async (lines: string) => {
        await web.exec([
          '/bin/sh',
          '-c',
          `sed -i '/^ListenAddress/d' /etc/ssh/sshd_config; printf '${lines}' >>/etc/ssh/sshd_config.new; cat /etc/ssh/sshd_config >>/etc/ssh/sshd_config.new; mv /etc/ssh/sshd_config.new /etc/ssh/sshd_config`,
        ])
        await web.restartSshd()
      }
      await must(['ssh', 'web', '--', 'true'])
      await listenOn('ListenAddress 127.0.0.1\\n')
      try {
        const { code, stdout, stderr } = await run(['ssh', 'web', '--', 'hostname'])
        assert.deepEqual({ code, stdout }, { code: 0, stdout: 'web\n' }, stderr)
        assert.match(stderr, /does not answer any more; going through a tunnel/)
      } finally {
        await listenOn('')
      }
    })

    it('copies there and back, through the tunnel too, several at once', async () => {
      const file = join(fleet.dir, 'big')
      const content = randomBytes(8_000_000)
      writeFileSync(file, content)
      for (const name of ['web', 'hidden']) {
        await must(['scp', '-q', file, `${name}:copied`])
        await must(['scp', '-q', `${name}:copied`, `${file}.back`])
        assert.equal(digest(readFileSync(`${file}.back`)), digest(content))
      }
      await must([
        'scp',
        '-q',
        'deploy@hidden:/etc/hostname',
        'deploy@hidden:/etc/passwd',
        fleet.dir,
      ])
      assert.equal(readFileSync(join(fleet.dir, 'hostname'), 'utf8'), 'hidden\n')
      assert.match(
        await must(['sftp', '-b', '-', 'ec2-user@hidden:/home'], 'ls -l ec2-user/copied\n'),
        /8000000/,
      )
    })

    it('is a remote shell for rsync', async () => {
      const from = join(fleet.dir, 'tree')
      await mustRun(['mkdir', '-p', `${from}/deep`])
      writeFileSync(`${from}/deep/file`, 'x')
      const environment = { ...plainEnvironment, ...env, HOME: '/root' }
      const rsync = (a: string, b: string) =>
        mustRun(['rsync', '-a', '-e', `${FLEETKEY} ssh`, a, b], { env: environment })
      await rsync(`${from}/`, 'deploy@hidden:tree/')
      await rsync('deploy@hidden:tree/', `${fleet.dir}/back/`)
      assert.equal(readFileSync(`${fleet.dir}/back/deep/file`, 'utf8'), 'x')
    })

    it('says who may not open a tunnel, and what would let them', async () => {
      const policy = {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: ['ec2:Describe*', 'ec2-instance-connect:SendSSHPublicKey'],
            Resource: '*',
          },
        ],
      }
      const bob = await makeUser(fleet.plane, 'bob', policy)
      const { code, stderr } = await fleetkey(['proxy', 'hidden'], {
        env: { ...bob, FLEETKEY_HOME: join(fleet.dir, 'bob') },
      })
      assert.equal(code, 77, stderr)
      assert.match(stderr, /OpenTunnel/)
    })

    it('a port here leads to the port there, for many at once', async () => {
      const child = spawn(FLEETKEY, ['tunnel', 'hidden', '--local-port', '0'], {
        env: { ...plainEnvironment, HOME: '/root', ...env },
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      let said = ''
      child.stderr.on('data', (chunk) => (said += String(chunk)))
      try {
        await until('it listens', () => said.includes('127.0.0.1:'), 10_000)
        const [, port = ''] = /127\.0\.0\.1:(\d+)/.exec(said) ?? []
        const keys = await Promise.all(
          Array.from({ length: 10 }, () =>
            mustRun(['ssh-keyscan', '-t', 'ed25519', '-p', port, '127.0.0.1']),
          ),
        )
        const reported = fleet.hosts['hidden']?.host.hostKeys.find((key) =>
          key.startsWith('ssh-ed25519'),
        )
        for (const key of keys) assert.ok(key.includes(reported ?? 'none'))
      } finally {
        child.kill('SIGINT')
      }
    })

    it('knows from where hosts were reached by the server itself', async () => {
      await must(['proxy', 'web', '--via', 'tunnel'])
      const document = JSON.parse(await must(['ip-ranges', '--format', 'json'])) as {
        prefixes: { ip_prefix: string }[]
      }
      assert.deepEqual(
        document.prefixes.map(({ ip_prefix }) => ip_prefix),
        [`${fleet.network.address4}/32`],
      )
      assert.match(
        await must(['ip-ranges', '--format', 'nftables']),
        new RegExp(fleet.network.address4),
      )
    })
  },
)

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
