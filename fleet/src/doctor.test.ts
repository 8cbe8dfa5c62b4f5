import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { fleetkey, type ClientEnvironment } from './fleetkey.ts'
import { makeUser } from './make-user.ts'
import { pushKey } from './push-key.ts'
import { generateKey, ssh, type KeyPair } from './ssh.ts'
import { hostOf, openTestFleet, whyNoHosts, type TestFleet } from './test-fleet.ts'
import { timedLogin } from './timed-login.ts'
import { startEnrolledHost, type EnrolledHost } from './enrolled-host.ts'
import { until } from './until.ts'

// A real host is broken in each way; the doctor names that one as the cause, and where it says that it can mend it, a login works after.

interface Verdict {
  readonly state: string
  readonly says: string
  readonly cause?: {
    readonly check: string
    readonly cause?: string
    readonly says: string
    readonly mend?: { readonly commands?: readonly string[]; readonly fix?: string }
  }
}

interface Seen {
  readonly code: number
  readonly verdict: Verdict
  readonly findings: readonly {
    readonly check: string
    readonly state: string
    readonly says: string
  }[]
  /** What it was before it was mended. */
  readonly before?: Verdict
}

interface Case {
  readonly user?: string
  /** Lines for a root shell of the host. */
  readonly breaks: string
  /** And back. Not needed where --fix does it. */
  readonly mends?: string
  readonly check: string
  readonly cause?: string
  readonly says: RegExp
  /** The doctor can mend it by itself. */
  readonly fix?: string
}

/** sshd takes its pid file away while it reads its configuration anew, and writes another one. */
const settled = 'until [ -s /run/sshd.pid ]; do sleep 0.01; done'
const reload = `${settled}; old=$(stat -c '%i %z' /run/sshd.pid); kill -HUP "$(cat /run/sshd.pid)"; until [ "$(stat -c '%i %z' /run/sshd.pid 2>/dev/null)" != "$old" ] && [ -s /run/sshd.pid ]; do sleep 0.01; done`
/** As if they were older than what sshd has read: not that a file is new is to be found, but what is in it. */
const aged = 'find /etc/ssh -newermt "-1 hour" -exec touch -d "-1 hour" {} +'
const put = (name: string, ...lines: readonly string[]) =>
  `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} > /etc/ssh/sshd_config.d/${name}; ${aged}; ${reload}`
const take = (name: string) => `rm -f /etc/ssh/sshd_config.d/${name}; ${aged}; ${reload}`
const stop =
  'read -r pid </run/sshd.pid; kill "$pid"; while kill -0 "$pid" 2>/dev/null; do sleep 0.01; done'
/** Whatever a case that failed has left. */
const heal = `rm -f /etc/ssh/sshd_config.d/05-x.conf; [ -s /run/sshd.pid ] || /usr/sbin/sshd -E /var/log/sshd.log; ${settled}; /opt/fleetkey/cli/bin/fleetkey agent install; ${aged}; ${reload}`
const guard = (verdict: string) =>
  [
    'add table inet guard',
    'add chain inet guard input { type filter hook input priority 0; }',
    'add rule inet guard input iif lo accept',
    `add rule inet guard input tcp dport 22 ${verdict}`,
  ].join('; ')
const helper = '/usr/lib/fleetkey/authorized-keys'
const config = '/etc/ssh/sshd_config'

const CASES: Readonly<Record<string, Case>> = {
  'a configuration that sshd refuses, while it runs': {
    breaks: `cp -p ${config} /root/kept; echo 'Portt 22' >> ${config}`,
    mends: `cp -p /root/kept ${config}`,
    check: 'sshd-config',
    says: /Bad configuration option: [Pp]ortt/,
  },
  'sshd stopped': {
    breaks: stop,
    check: 'sshd-running',
    cause: 'sshd-not-running',
    says: /No sshd is running/,
    fix: 'start-sshd',
  },
  'sshd running with what was taken out since': {
    breaks: `${put('05-x.conf', 'AllowUsers bob')}; rm /etc/ssh/sshd_config.d/05-x.conf; touch -d '-10 seconds' ${config}; touch -d '-20 seconds' /run/sshd.pid`,
    mends: ':',
    check: 'sshd-running',
    says: /older configuration/,
    fix: 'reload-sshd',
  },
  'a host key whose public half is another one': {
    breaks: `cp -p /etc/ssh/ssh_host_ed25519_key.pub /root/kept.pub; ssh-keygen -q -t ed25519 -N '' -f /root/other; cp /root/other.pub /etc/ssh/ssh_host_ed25519_key.pub`,
    mends: 'cp -p /root/kept.pub /etc/ssh/ssh_host_ed25519_key.pub',
    check: 'host-keys',
    says: /reports a key that sshd does not have/,
  },
  AllowUsers: {
    breaks: put('05-x.conf', 'AllowUsers bob'),
    mends: take('05-x.conf'),
    check: 'sshd-config',
    cause: 'user-not-allowed',
    says: /AllowUsers does not name alice \(\/etc\/ssh\/sshd_config\.d\/05-x\.conf, line 1\)/,
  },
  DenyGroups: {
    breaks: put('05-x.conf', 'DenyGroups alice'),
    mends: take('05-x.conf'),
    check: 'sshd-config',
    cause: 'user-not-allowed',
    says: /DenyGroups names alice/,
  },
  'PubkeyAuthentication no for one user': {
    breaks: put('05-x.conf', 'Match User alice', 'PubkeyAuthentication no'),
    mends: take('05-x.conf'),
    check: 'sshd-config',
    cause: 'keys-not-accepted',
    says: /line 2, in Match User alice/,
  },
  AuthenticationMethods: {
    breaks: put('05-x.conf', 'AuthenticationMethods publickey,publickey'),
    mends: take('05-x.conf'),
    check: 'sshd-config',
    cause: 'more-methods-wanted',
    says: /A key alone is not enough/,
  },
  'settings that another file overrides': {
    breaks: put('05-x.conf', 'AuthorizedKeysCommand none'),
    mends: take('05-x.conf'),
    check: 'sshd-config',
    cause: 'command-not-configured',
    says: /AuthorizedKeysCommand none \(\/etc\/ssh\/sshd_config\.d\/05-x\.conf, line 1\)/,
  },
  'settings that are gone': {
    breaks: take('10-fleetkey.conf'),
    check: 'sshd-config',
    cause: 'command-not-configured',
    says: /does not ask Fleetkey for keys/,
    fix: 'sshd-settings',
  },
  'no such user': {
    user: 'carol',
    breaks: ':',
    mends: ':',
    check: 'account',
    cause: 'user-unknown',
    says: /no account "carol"/,
  },
  'a locked account, without PAM': {
    breaks: `usermod --lock alice; ${put('05-x.conf', 'UsePAM no')}`,
    mends: `usermod --password '*' alice; ${take('05-x.conf')}`,
    check: 'account',
    cause: 'user-locked',
    says: /is locked/,
  },
  'an account that expired': {
    breaks: 'chage --expiredate 2020-01-01 alice',
    mends: 'chage --expiredate -1 alice',
    check: 'account',
    cause: 'user-expired',
    says: /expired on 2020-01-01/,
  },
  'a shell that is not there': {
    breaks: 'usermod --shell /opt/none alice 2>/dev/null',
    mends: 'usermod --shell /bin/bash alice',
    check: 'account',
    cause: 'user-has-no-shell',
    says: /\/opt\/none, does not exist/,
  },
  'a nologin file': {
    breaks: ': > /run/nologin; ln -sf /run/nologin /etc/nologin',
    mends: 'rm /run/nologin /etc/nologin',
    check: 'pam',
    cause: 'pam-refused',
    says: /only root may log in/,
  },
  'no helper': {
    breaks: `rm ${helper}`,
    check: 'command',
    cause: 'command-not-executable',
    says: /is missing/,
    fix: 'helper',
  },
  'a helper that cannot be run': {
    breaks: `chmod 644 ${helper}`,
    check: 'command',
    cause: 'command-not-executable',
    says: /cannot be run/,
    fix: 'helper',
  },
  'a helper of somebody else': {
    breaks: `chown alice ${helper}`,
    check: 'permissions',
    cause: 'command-wrong-owner',
    says: /does not belong to root/,
    fix: 'helper',
  },
  'a helper that others can write': {
    breaks: `chmod 777 ${helper} "$(dirname ${helper})"`,
    check: 'permissions',
    cause: 'command-wrong-owner',
    says: /others can write/,
    fix: 'helper',
  },
  'a directory of the system that others can write': {
    breaks: 'chmod 777 /usr/lib',
    mends: 'chmod 755 /usr/lib',
    check: 'permissions',
    cause: 'command-wrong-owner',
    says: /others can write to \/usr\/lib\./,
  },
  'a slow helper': {
    breaks: `printf '#!/bin/sh\\nexec sleep 30\\n' > ${helper}`,
    check: 'command',
    cause: 'command-slow',
    says: /did not answer within/,
    fix: 'helper',
  },
  'a helper that fails': {
    breaks: `printf '#!/bin/sh\\nexit 3\\n' > ${helper}`,
    check: 'command',
    cause: 'command-failed',
    says: /exit code 3/,
    fix: 'helper',
  },
  'no account for the helper': {
    breaks: 'userdel --force fleetkey 2>/dev/null',
    check: 'command',
    cause: 'command-wrong-user',
    says: /account fleetkey, .* does not exist/,
    fix: 'helper-account',
  },
  'no directory for keys': {
    breaks: 'rm -r /run/fleetkey/keys',
    check: 'agent',
    cause: 'command-failed',
    says: /keys is missing/,
    fix: 'run-directories',
  },
}

describe('the doctor', { skip: whyNoHosts() ?? false, timeout: 300_000 }, () => {
  let fleet: TestFleet
  let root: ClientEnvironment
  let web: EnrolledHost
  let home: EnrolledHost
  let key: KeyPair

  before(async () => {
    fleet = await openTestFleet({ hosts: { web: { Site: 'island' } }, users: ['alice', 'bob'] })
    root = fleet.plane.root
    web = hostOf(fleet, 'web')
    ;[key, home] = await Promise.all([
      generateKey(fleet.dir, 'ed25519'),
      startEnrolledHost(fleet.network, fleet.plane, {
        name: 'home',
        users: ['alice'],
        installArguments: ['--delivery', 'home'],
      }),
    ])
  })
  after(() => fleet?.close())

  async function run(host: EnrolledHost, script: string): Promise<string> {
    const { code, stdout, stderr } = await host.host.exec(['/bin/sh', '-uc', script])
    assert.equal(code, 0, `${script}: ${stderr}${stdout}`)
    return stdout
  }

  async function ask(
    host: EnrolledHost,
    more: { user?: string; env?: ClientEnvironment; argv?: readonly string[] } = {},
  ): Promise<Seen> {
    const { user = 'alice', env = root, argv = [] } = more
    const { code, stdout, stderr } = await fleetkey(
      ['doctor', host.instanceId, '--os-user', user, '--output', 'json', ...argv],
      { env, timeoutMs: 60_000 },
    )
    assert.ok(stdout.startsWith('{'), stderr)
    return { ...(JSON.parse(stdout) as Seen), code }
  }

  async function logsIn(host: EnrolledHost): Promise<string> {
    await pushKey(fleet.plane, host, 'alice', key)
    const { identityFile } = key
    const { stdout, stderr } = await ssh(host.host, {
      user: 'alice',
      identityFile,
      command: 'echo in',
    })
    return stdout.trim() === 'in' ? 'in' : stderr
  }

  /** As a person does, who knows neither its port nor its host key. */
  async function isLetIn(host: EnrolledHost): Promise<void> {
    const { code, stderr } = await timedLogin([`alice@${host.instanceId}`, 'true'], root)
    assert.equal(code, 0, stderr)
  }

  const isWell = (seen: Seen) =>
    assert.deepEqual([seen.verdict.state, seen.code], ['good', 0], JSON.stringify(seen.verdict))

  it('finds nothing wrong with a host that is well, and says what should be known', async () => {
    const seen = await ask(web)
    isWell(seen)
    const stateOf = (check: string) => seen.findings.find((one) => one.check === check)?.state
    for (const check of [
      'policy',
      'agent-link',
      'clock',
      'sockets',
      'host-keys',
      'firewall',
      'reach-here',
      'reach',
      'command',
    ]) {
      assert.equal(stateOf(check), 'good', check)
    }
    assert.equal(stateOf('locked'), 'note')
    // One way in is enough.
    assert.equal(stateOf('tunnel'), 'bad')
    const reach = seen.findings.find(({ check }) => check === 'reach')
    assert.match(reach?.says ?? '', /with the host key that its agent reports/)
    assert.equal(await logsIn(web), 'in')
  })

  for (const [what, { user, breaks, mends, check, cause, says, fix }] of Object.entries(CASES)) {
    it(`names it: ${what}${fix === undefined ? '' : ', and mends it'}`, async () => {
      let failed = true
      await run(web, breaks)
      try {
        const seen = await ask(web, {
          ...(user === undefined ? {} : { user }),
          argv: fix === undefined ? [] : ['--fix', '--yes'],
        })
        const verdict = seen.before ?? seen.verdict
        const found = verdict.cause
        const wanted = [check, cause, fix]
        assert.deepEqual(
          [found?.check, found?.cause, found?.mend?.fix],
          wanted,
          JSON.stringify(seen),
        )
        assert.match(found?.says ?? '', says)
        if (fix === undefined) assert.equal(seen.code, 93)
        else {
          isWell(seen)
          assert.equal(await logsIn(web), 'in')
        }
        failed = false
      } finally {
        if (mends !== undefined) await run(web, mends)
        if (failed) await run(web, heal)
      }
    })
  }

  it('names what sshd has not read, mends it, and whoever comes next is sent there', async () => {
    const file = '/etc/ssh/sshd_config.d/05-x.conf'
    const back = `rm ${file}; ${aged}`
    let failed = true
    try {
      for (const [breaks, wanted, says] of [
        [
          `echo 'Port 2222' > ${file}; ${aged}`,
          ['sockets', 'wrong-port'],
          /listens on port 22, and its configuration, .* says 2222/,
        ],
        [back, ['sockets', 'wrong-port'], /listens on port 2222, .* says 22\./],
        [
          `ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/new; echo 'HostKey /etc/ssh/new' > ${file}; ${aged}`,
          ['host-keys', undefined],
          /serves another ssh-ed25519 host key/,
        ],
        [back, ['host-keys', undefined], /serves another ssh-ed25519 host key/],
      ] as const) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other, on one host
        await run(web, breaks)
        // oxlint-disable-next-line no-await-in-loop
        const seen = await ask(web, { argv: ['--fix', '--yes'] })
        const cause = seen.before?.cause
        assert.deepEqual([cause?.check, cause?.cause], wanted, JSON.stringify(seen))
        assert.equal(cause?.mend?.fix, 'reload-sshd')
        assert.match(cause.says, says)
        isWell(seen)
        // oxlint-disable-next-line no-await-in-loop
        await isLetIn(web)
      }
      failed = false
    } finally {
      if (failed) {
        await run(web, heal)
        await web.stopAgent()
        await web.startAgent()
      }
    }
  })

  for (const [verb, does, state] of [
    ['drop', /drops without an answer/, /gives no answer from here/],
    ['reject', /rejects/, /refuses connections from here/],
  ] as const)
    it(`names a firewall that ${verb}s, and the line that it prints lets one in`, async () => {
      await run(web, `nft '${guard(verb)}'`)
      try {
        const seen = await ask(web)
        assert.equal(seen.verdict.cause?.check, 'firewall', JSON.stringify(seen))
        assert.match(seen.verdict.says, does)
        assert.match(seen.verdict.says, /table inet guard, chain input/)
        const here = seen.findings.filter(({ check }) => check === 'reach-here')
        assert.ok(
          here.some(({ says }) => state.test(says)),
          JSON.stringify(here),
        )
        await run(web, seen.verdict.cause?.mend?.commands?.join('\n') ?? 'false')
        assert.equal(await logsIn(web), 'in')
        isWell(await ask(web))
      } finally {
        await run(web, 'nft delete table inet guard')
      }
    })

  it('takes a tunnel for a way in', async () => {
    await run(home, `nft '${guard('drop')}'`)
    try {
      const seen = await ask(home)
      isWell(seen)
      const stateOf = (check: string) => seen.findings.find((one) => one.check === check)?.state
      assert.deepEqual([stateOf('firewall'), stateOf('tunnel')], ['bad', 'good'])
    } finally {
      await run(home, 'nft delete table inet guard')
    }
  })

  it('names the policy, and the statement that is missing', async () => {
    const carol = await makeUser(fleet.plane, 'carol', {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*' },
    })
    const seen = await ask(web, { env: carol })
    assert.equal(seen.verdict.cause?.check, 'policy')
    assert.match(seen.verdict.says, /Policies do not let .*user\/carol as alice in/)
    const forAnother = await ask(web, { argv: ['--as', 'user/carol'] })
    assert.equal(forAnother.verdict.cause?.check, 'policy')
    await run(web, `chmod 644 ${helper}`)
    // Who may only see hosts is not told what is wrong inside of them.
    assert.ok(!(await ask(web, { env: carol })).findings.some(({ check }) => check === 'command'))
    const diagnosing = await makeUser(fleet.plane, 'dora', {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action: ['ec2:DescribeInstances', 'fleetkey:Diagnose'],
        Resource: '*',
      },
    })
    const argv = ['doctor', web.instanceId, '--fix', '--yes']
    const mending = await fleetkey(argv, { env: diagnosing })
    assert.equal(mending.code, 77, mending.stderr)
    assert.match(mending.stderr, /fleetkey:MendInstance/)
    assert.match(await run(web, `stat -c %a ${helper}`), /644/)
    await run(web, `chmod 755 ${helper}`)
  })

  it('shows what it would do, and does nothing when nobody says yes', async () => {
    await run(web, `chmod 644 ${helper}`)
    const { code, stdout, stderr } = await fleetkey(
      ['doctor', web.instanceId, '--os-user', 'alice', '--fix'],
      { env: root, timeoutMs: 60_000 },
    )
    assert.equal(code, 84, stderr)
    assert.match(stdout, /Would write \/usr\/lib\/fleetkey\/authorized-keys/)
    assert.match(await run(web, `stat -c %a ${helper}`), /644/)
    await run(web, `chmod 755 ${helper}`)
  })

  it('tells a locked host from an open one', async () => {
    const install = '/opt/fleetkey/cli/bin/fleetkey agent install'
    await run(web, `${install} --lock`)
    try {
      const seen = await ask(web)
      isWell(seen)
      assert.equal(seen.findings.find(({ check }) => check === 'locked')?.state, 'good')
    } finally {
      await run(web, `${install} --no-lock`)
    }
  })

  it('names StrictModes on the way to a key file, and takes the right to write away', async () => {
    await run(home, 'chmod 777 /home/alice')
    const { verdict } = await ask(home)
    assert.deepEqual(
      [verdict.cause?.check, verdict.cause?.cause],
      ['permissions', 'bad-permissions'],
    )
    assert.match(verdict.says, /others can write to \/home\/alice/)
    assert.notEqual(await logsIn(home), 'in')
    isWell(await ask(home, { argv: ['--fix', '--yes'] }))
    assert.equal((await run(home, 'stat -c %a /home/alice')).trim(), '755')
    assert.equal(await logsIn(home), 'in')
  })

  it('names a clock that makes the host refuse grants', async () => {
    await home.stopAgent()
    const [library] = globSync('/usr/lib/*/faketime/libfaketime.so.1')
    assert.ok(library !== undefined, 'needs libfaketime')
    const agent = home.host.spawn(['/opt/fleetkey/cli/bin/fleetkey', 'agent', 'run'], {
      stdio: 'ignore',
      env: { LD_PRELOAD: library, FAKETIME: '+46800', FAKETIME_DONT_FAKE_MONOTONIC: '1' },
    })
    try {
      let seen = await ask(home)
      await until(
        'the agent is connected',
        async () => {
          seen = await ask(home)
          return seen.verdict.cause?.check !== 'agent-link'
        },
        30_000,
      )
      assert.equal(seen.verdict.cause?.check, 'clock', JSON.stringify(seen.verdict))
      assert.match(seen.verdict.says, /13 h ahead/)
    } finally {
      agent.kill()
    }
  })

  it('says all that can be known without an agent', async () => {
    await web.stopAgent()
    const seen = await ask(web)
    assert.equal(seen.verdict.cause?.check, 'agent-link')
    for (const check of ['policy', 'reach', 'reach-here', 'ssh-client', 'client-clock']) {
      assert.ok(
        seen.findings.some((one) => one.check === check && one.state === 'good'),
        check,
      )
    }
    const { stdout, code, stderr } = await fleetkey(['doctor', web.instanceId], { env: root })
    assert.equal(code, 93)
    assert.match(stdout, /✗ agent-link/)
    assert.match(stderr, /fleetkey agent status/)
  })
})
