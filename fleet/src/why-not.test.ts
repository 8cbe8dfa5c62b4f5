import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { after, before, describe, it } from 'node:test'
import type { LoginCause } from '@fleetkey/domain/login-cause'
import { fleetkeyJson, FLEETKEY_IN_HOST, type ClientEnvironment } from './fleetkey.ts'
import type { EnrolledHost } from './enrolled-host.ts'
import { startJournald } from './journald.ts'
import { generateKey, ssh, type KeyPair } from './ssh.ts'
import { openTestFleet, whyNoHosts, type TestFleet } from './test-fleet.ts'
import { explainedLogin, timedLogin } from './timed-login.ts'
import { until } from './until.ts'
import { waitingPush } from './waiting-push.ts'

// Promise 8, at the last step: a real sshd refuses for each reason there is, and the person who pushed is told which it was.

/** By sshd, by the helper asked as sshd asks it, or by its text: whichever is known first. */
const HELPER_FAILS =
  /failed with status 3|failed when it was asked as sshd asks: exit code 3|is not that of this version/

interface Breakage {
  readonly what: string
  /** Lines that come before all others in sshd_config. */
  readonly config?: string
  /** Run as root of the host. */
  readonly break?: string
  readonly mend?: string
  readonly cause: LoginCause
  readonly says: RegExp
}

const HELPER = '/usr/lib/fleetkey/authorized-keys'
const KEEP_HELPER = `cp -a ${HELPER} /var/lib/helper`
const MEND_HELPER = `cp -a /var/lib/helper ${HELPER}.new && mv ${HELPER}.new ${HELPER}`
const replaceHelper = (script: string) =>
  `${KEEP_HELPER}; printf '#!/bin/sh\\n${script}\\n' >${HELPER}.new; chmod 755 ${HELPER}.new; mv ${HELPER}.new ${HELPER}`

const BREAKAGES: readonly Breakage[] = [
  {
    what: 'DenyUsers names the user',
    config: 'DenyUsers alice',
    cause: 'user-not-allowed',
    says: /DenyUsers/,
  },
  {
    what: 'AllowUsers does not',
    config: 'AllowUsers bob',
    cause: 'user-not-allowed',
    says: /AllowUsers/,
  },
  {
    what: 'AllowGroups names none of its groups',
    config: 'AllowGroups staff',
    cause: 'user-not-allowed',
    says: /AllowGroups/,
  },
  {
    what: 'DenyGroups names one of its groups',
    config: 'DenyGroups alice',
    cause: 'user-not-allowed',
    says: /DenyGroups/,
  },
  {
    what: 'PubkeyAuthentication is off',
    config: 'PubkeyAuthentication no',
    cause: 'keys-not-accepted',
    says: /PubkeyAuthentication no/,
  },
  {
    what: 'a Match block turns it off for the user',
    config: 'Match User alice\n  PubkeyAuthentication no',
    cause: 'keys-not-accepted',
    says: /PubkeyAuthentication no.*Match User alice/,
  },
  {
    what: 'the algorithm is refused',
    config: 'PubkeyAcceptedAlgorithms rsa-sha2-512',
    cause: 'algorithm-refused',
    says: /PubkeyAcceptedAlgorithms/,
  },
  {
    what: 'AuthenticationMethods wants more',
    config:
      'KbdInteractiveAuthentication yes\nAuthenticationMethods publickey,keyboard-interactive',
    cause: 'more-methods-wanted',
    says: /AuthenticationMethods/,
  },
  {
    what: 'the account is locked',
    config: 'UsePAM no',
    break: "usermod --password '!' alice",
    mend: "usermod --password '*' alice",
    cause: 'user-locked',
    says: /account alice is locked/,
  },
  {
    what: 'the shell is gone',
    break: 'usermod --shell /opt/fish alice',
    mend: 'usermod --shell /bin/bash alice',
    cause: 'user-has-no-shell',
    says: /shell of alice, \/opt\/fish, (?:does not exist|is)/,
  },
  {
    what: 'the account has expired',
    break: 'chage --expiredate 1 alice',
    mend: 'chage --expiredate -1 alice',
    cause: 'user-expired',
    says: /The account alice (?:has )?expired/,
  },
  {
    what: 'it has, and sshd itself looks',
    config: 'UsePAM no',
    break: 'chage --expiredate 1 alice',
    mend: 'chage --expiredate -1 alice',
    cause: 'user-expired',
    says: /The account alice (?:has )?expired/,
  },
  {
    what: 'PAM refuses the account',
    break: `cp /etc/pam.d/sshd /var/lib/pam; cp /etc/security/access.conf /var/lib/access
      sed -i '1i account required pam_access.so' /etc/pam.d/sshd
      echo '-:alice:ALL' >/etc/security/access.conf`,
    mend: 'cp /var/lib/pam /etc/pam.d/sshd; cp /var/lib/access /etc/security/access.conf',
    cause: 'pam-refused',
    says: /pam_access (?:says "access denied for user `alice'|refuses alice)/,
  },
  {
    what: 'AuthorizedKeysCommand is another',
    config: 'AuthorizedKeysCommand none',
    cause: 'command-not-configured',
    says: /sshd does not ask Fleetkey for keys/,
  },
  {
    what: 'the helper is gone',
    break: `mv ${HELPER} /var/lib/helper`,
    mend: `mv /var/lib/helper ${HELPER}`,
    cause: 'command-not-executable',
    says: /cannot run \/usr\/lib\/fleetkey\/authorized-keys.*No such file|\/authorized-keys is missing/,
  },
  {
    what: 'the helper is not executable',
    break: `chmod 644 ${HELPER}`,
    mend: `chmod 755 ${HELPER}`,
    cause: 'command-not-executable',
    says: /cannot run the program that gives it pushed keys|authorized-keys cannot be run/,
  },
  {
    what: 'the helper belongs to another',
    break: `chown bob ${HELPER}`,
    mend: `chown root ${HELPER}`,
    cause: 'command-wrong-owner',
    says: /does not trust .*bad ownership or modes for file|does not belong to root/,
  },
  {
    what: 'AuthorizedKeysCommandUser does not exist',
    config: 'AuthorizedKeysCommandUser ghost',
    cause: 'command-wrong-user',
    says: /ghost/,
  },
  {
    what: 'AuthorizedKeysCommandUser is another account',
    config: 'AuthorizedKeysCommandUser bob',
    cause: 'command-wrong-user',
    says: /runs the helper as another account/,
  },
  {
    what: 'the helper fails',
    break: replaceHelper('exit 3'),
    mend: MEND_HELPER,
    cause: 'command-failed',
    says: HELPER_FAILS,
  },
  {
    what: 'the helper is slow, until the login runs out of time',
    config: 'LoginGraceTime 2',
    break: replaceHelper('exec sleep 8'),
    mend: MEND_HELPER,
    cause: 'command-slow',
    says: /runs out of time \(LoginGraceTime\) while sshd waits for the program/,
  },
  {
    what: 'too many are logging in at once',
    config: 'MaxStartups 1:100:1',
    cause: 'too-many-connections',
    says: /MaxStartups/,
  },
  {
    what: 'sshd listens on another port than the host reports',
    config: 'Port 2022',
    cause: 'wrong-port',
    says: /2022/,
  },
]

describe('a login that sshd refuses', { skip: whyNoHosts() ?? false }, () => {
  let fleet: TestFleet
  let root: ClientEnvironment
  let web: EnrolledHost
  let key: KeyPair
  let other: KeyPair
  const reasonsAfterMs: { readonly ms: number; readonly what: string }[] = []

  before(async () => {
    fleet = await openTestFleet({ hosts: { web: {} }, users: ['alice', 'bob', 'carol'] })
    root = fleet.plane.root
    const { web: host } = fleet.hosts
    assert.ok(host)
    web = host
    ;[key, other] = await Promise.all([
      generateKey(fleet.dir, 'ed25519'),
      generateKey(fleet.dir, 'ed25519', 'other'),
      startJournald(web.host),
    ])
    await web.host.restartSshd({ log: 'syslog' })
    // The agent looks for where sshd writes now and then, and at its start.
    await web.stopAgent()
    await web.startAgent()
  })
  after(() => fleet?.close())

  async function onHost(script: string): Promise<string> {
    const { code, stdout, stderr } = await web.host.exec(['/bin/sh', '-euc', script])
    assert.equal(code, 0, stderr)
    return stdout
  }

  const CONFIG = '/etc/ssh/sshd_config.d/00-broken.conf'
  async function configure(lines: string): Promise<void> {
    await web.host.writeFile(CONFIG, `${lines}\n`)
    await web.host.restartSshd({ log: 'syslog' })
  }

  async function whileBroken(
    { config, break: breaking, mend }: Pick<Breakage, 'config' | 'break' | 'mend'>,
    work: () => Promise<void>,
  ): Promise<void> {
    if (breaking !== undefined) await onHost(breaking)
    if (config !== undefined) await configure(config)
    try {
      await work()
    } finally {
      if (mend !== undefined) await onHost(mend)
      if (config !== undefined) await configure('')
    }
  }

  /** What anybody may ask of a push, by its id. */
  async function storyOf(requestId: string | undefined) {
    assert.ok(requestId)
    return (await fleetkeyJson(['grants', 'show', requestId], { env: root })) as {
      readonly state: string
      readonly cause?: string
      readonly says?: string
      readonly steps: readonly { readonly kind: string; readonly cause?: string }[]
    }
  }

  /** The story, once it has this cause: a host that has no time right now is asked again. */
  async function storyWith(cause: LoginCause, requestId: string | undefined) {
    let story = await storyOf(requestId)
    const isTold = async () => {
      if (story.cause !== cause) story = await storyOf(requestId)
      return story.cause === cause
    }
    await until(`${cause} is told`, isTold, 20_000).catch(() => assert.equal(story.cause, cause))
    return story
  }

  async function push(osUser: string, publicKey = `${key.identityFile}.pub`): Promise<string> {
    const argv = ['send-key', web.instanceId, '--os-user', osUser, '--public-key', publicKey]
    return ((await fleetkeyJson(argv, { env: root })) as { requestId: string }).requestId
  }

  const logIn = (osUser: string, { identityFile }: KeyPair, config: readonly string[] = []) =>
    ssh(web.host, { user: osUser, identityFile, command: 'true', config })

  it('works before anything is broken', async () => {
    const { code, stderr } = await timedLogin([`alice@${web.instanceId}`, 'true'], root)
    assert.equal(code, 0, stderr)
  })

  for (const breakage of BREAKAGES)
    it(`is told because ${breakage.what}`, async () => {
      const holders: ChildProcess[] = []
      if (breakage.cause === 'wrong-port') {
        // It looks for where sshd listens once a minute, from its start on: not while this is going on.
        await web.stopAgent()
        await web.startAgent()
      }
      try {
        await whileBroken(breakage, async () => {
          if (breakage.cause === 'too-many-connections') holders.push(await holdConnection(web))
          const argv = [`alice@${web.instanceId}`, 'true']
          const { code, stderr, reasonAfterMs } = await explainedLogin(argv, root)
          assert.equal(code, 255, stderr)
          const [, said = ''] = /The host says why: (.*)/.exec(stderr) ?? []
          assert.match(said, breakage.says, stderr)
          assert.match(stderr, /^ {2}do {2}\S/m)
          assert.ok(reasonAfterMs !== undefined)
          reasonsAfterMs.push({ ms: reasonAfterMs, what: breakage.what })
          await storyWith(breakage.cause, /grants show (\S+)/.exec(stderr)?.[1])
        })
      } finally {
        for (const holder of holders) holder.kill()
      }
    })

  it('is let in once all is mended', async () => {
    // As many keys as an account may have are live by now: an agent that starts takes them away, and reports the port anew.
    await web.stopAgent()
    await web.startAgent()
    const { code, stderr } = await timedLogin([`alice@${web.instanceId}`, 'true'], root)
    assert.equal(code, 0, stderr)
  })

  it('is told because sshd does not run', async () => {
    await onHost('kill $(cat /run/sshd.pid); rm -f /run/sshd.pid')
    try {
      const { stderr } = await explainedLogin([`alice@${web.instanceId}`, 'true'], root)
      assert.match(stderr, /The host says why: No sshd is running on this host/)
      await storyWith('sshd-not-running', /grants show (\S+)/.exec(stderr)?.[1])
    } finally {
      await web.host.restartSshd({ log: 'syslog' })
    }
  })

  it('is told because another port was asked than the host reports', async () => {
    const argv = ['--via', 'direct', '-p', '2022', `alice@${web.instanceId}`, 'true']
    const { stderr } = await timedLogin(argv, root)
    assert.match(stderr, /its sshd listens on port 22, and port 2022 was asked for/)
  })

  it('is told because another key was offered, of the key that was and the one that was pushed', async () => {
    const requestId = await push('alice')
    assert.notEqual((await logIn('alice', other)).code, 0)
    const story = await storyWith('other-key-offered', requestId)
    assert.match(story.says ?? '', /offered SHA256:\S+, and the key that was pushed is SHA256:/)
    // It still lives, and the right one logs in.
    assert.equal((await logIn('alice', key)).code, 0)
  })

  it('is told because the key was offered for another user', async () => {
    const requestId = await push('alice')
    assert.notEqual((await logIn('bob', key)).code, 0)
    const story = await storyWith('other-user', requestId)
    assert.match(story.says ?? '', /offered for bob, and it was pushed for alice/)
  })

  it('is told because other keys used up MaxAuthTries', async () => {
    const keys = await Promise.all(
      ['one', 'two', 'three'].map((name) => generateKey(fleet.dir, 'ed25519', name)),
    )
    await whileBroken({ config: 'MaxAuthTries 2' }, async () => {
      const requestId = await push('alice')
      const others = keys.map(({ identityFile }) => `IdentityFile=${identityFile}`)
      const [first] = keys
      assert.ok(first)
      await logIn('alice', first, [...others, `IdentityFile=${key.identityFile}`])
      const story = await storyWith('too-many-keys', requestId)
      assert.match(story.says ?? '', /other keys? first, until sshd had enough \(MaxAuthTries\)/)
    })
  })

  it('is told because the user is gone since the push, and before it by the push itself', async () => {
    const requestId = await push('carol')
    await onHost('userdel carol')
    assert.notEqual((await logIn('carol', key)).code, 0)
    const story = await storyWith('user-unknown', requestId)
    assert.match(story.says ?? '', /no user carol/)
    await assert.rejects(push('carol'), /There is no account "carol" on this host/)
    await onHost('usermod --shell /usr/sbin/nologin bob')
    await assert.rejects(push('bob'), /has a shell that lets nobody log in/)
    await onHost('usermod --shell /bin/bash bob')
  })

  it('is told by send-key --wait as it happens, with an exit code of its own', async () => {
    await whileBroken({ config: 'DenyUsers alice' }, async () => {
      const argv = [web.instanceId, '--os-user', 'alice', '--public-key', `${key.identityFile}.pub`]
      const waiting = await waitingPush(argv, root)
      await logIn('alice', key)
      await waiting.said(/^\d\d:\d\d:\d\d {2}refused {3}sshd keeps alice out.*\(from /)
      await waiting.said(/^ {2}because sshd keeps alice out: it is listed in DenyUsers/)
      assert.equal(await waiting.ended, 90)
    })
  })

  it('is told by send-key --wait of what is no login, as it happens: sshd drops one, or does not run', async (test) => {
    const argv = [web.instanceId, '--os-user', 'alice', '--public-key', `${key.identityFile}.pub`]
    await whileBroken({ config: 'MaxStartups 1:100:1' }, async () => {
      const waiting = await waitingPush(argv, root)
      const holder = await holdConnection(web)
      try {
        await logIn('alice', key)
        const { line, ms } = await waiting.said(/ waiting .*dropped a connection/)
        assert.match(line, /from \S+, which is where you ask from: .*\(MaxStartups\)/)
        test.diagnostic(`told ${ms.toFixed(0)} ms after ssh had ended`)
      } finally {
        holder.kill()
        waiting.stop()
      }
    })
    await onHost('kill $(cat /run/sshd.pid); rm -f /run/sshd.pid')
    try {
      const waiting = await waitingPush(argv, root)
      const { ms } = await waiting.said(/ waiting {3}No sshd is running on this host/)
      test.diagnostic(`told ${ms.toFixed(0)} ms after the push`)
      waiting.stop()
    } finally {
      await web.host.restartSshd({ log: 'syslog' })
    }
  })

  it('is told to a program by GetGrant, and on record for good', async () => {
    await whileBroken({ config: 'DenyUsers alice' }, async () => {
      const requestId = await push('alice')
      await logIn('alice', key)
      await storyWith('user-not-allowed', requestId)
      const story = await storyOf(requestId)
      assert.deepEqual(
        story.steps.filter(({ kind }) => kind === 'refused').map(({ cause }) => cause),
        ['user-not-allowed'],
      )
      assert.equal(story.state, 'refused')
    })
  })

  it('is told within a second of the words of ssh', (test) => {
    const sorted = reasonsAfterMs.toSorted((one, two) => one.ms - two.ms)
    const median = sorted[Math.floor(sorted.length / 2)]?.ms ?? 0
    test.diagnostic(
      `from ssh's words to the reason: median ${median.toFixed(0)} ms, of ${sorted.length}`,
    )
    for (const { ms, what } of sorted.slice(-3)) {
      test.diagnostic(`among the longest: ${ms.toFixed(0)} ms, because ${what}`)
    }
    // On a quiet machine a third of a second, as measured by `npm run bench -- reason`.
    assert.ok(median < 2000)
  })
})

describe(
  'a login that sshd refuses where its words are not in a journal',
  {
    skip: whyNoHosts() ?? false,
  },
  () => {
    let fleet: TestFleet
    let root: ClientEnvironment
    let web: EnrolledHost
    let key: KeyPair

    before(async () => {
      fleet = await openTestFleet({ hosts: { web: {} }, users: ['alice', 'bob'] })
      root = fleet.plane.root
      const { web: host } = fleet.hosts
      assert.ok(host)
      web = host
      key = await generateKey(fleet.dir, 'ed25519')
    })
    after(() => fleet?.close())

    async function onHost(script: string): Promise<void> {
      const { code, stderr } = await web.host.exec(['/bin/sh', '-euc', script])
      assert.equal(code, 0, stderr)
    }

    async function deliverBy(delivery: string): Promise<void> {
      await web.stopAgent()
      await onHost(`${FLEETKEY_IN_HOST} agent install --delivery ${delivery}`)
      await web.startAgent()
    }

    async function isTold(cause: LoginCause, says: RegExp): Promise<void> {
      const { code, stderr } = await explainedLogin([`alice@${web.instanceId}`, 'true'], root)
      assert.equal(code, 255, stderr)
      assert.match(/The host says why: (.*)/.exec(stderr)?.[1] ?? '', says, stderr)
      const id = /grants show (\S+)/.exec(stderr)?.[1] ?? ''
      const { cause: found } = (await fleetkeyJson(['grants', 'show', id], { env: root })) as {
        cause?: string
      }
      assert.equal(found, cause)
    }

    async function isLetIn(): Promise<void> {
      const { code, stderr } = await timedLogin([`alice@${web.instanceId}`, 'true'], root)
      assert.equal(code, 0, stderr)
    }

    it('is told by the file that sshd writes: the helper fails', async () => {
      await onHost(replaceHelper('exit 3'))
      await isTold('command-failed', HELPER_FAILS)
      await onHost(MEND_HELPER)
      await isLetIn()
    })

    it('is told because of the home directory (StrictModes), with keys in homes', async () => {
      await deliverBy('home')
      await isLetIn()
      await onHost('chmod 777 /home/alice')
      await isTold('bad-permissions', /bad ownership or modes for directory \/home\/alice/)
      await onHost('chmod 755 /home/alice; chmod 666 /home/alice/.ssh/authorized_keys')
      await isTold('bad-permissions', /\/home\/alice\/\.ssh/)
      await onHost('chmod 600 /home/alice/.ssh/authorized_keys')
      await isLetIn()
    })

    it('is told because of the directory of key files (StrictModes), with keys in files', async () => {
      await deliverBy('file')
      await isLetIn()
      await onHost('chmod 777 /run')
      await isTold('bad-permissions', /directory \/run/)
      await onHost('chmod 755 /run')
      await isLetIn()
      await deliverBy('command')
    })

    it('is told by an examination alone where sshd is not heard', async () => {
      await web.host.writeFile('/etc/ssh/sshd_config.d/00-broken.conf', 'DenyUsers alice\n')
      await web.host.restartSshd({ log: 'syslog' })
      await isTold('user-not-allowed', /DenyUsers/)
      await web.host.writeFile('/etc/ssh/sshd_config.d/00-broken.conf', '')
      await web.host.restartSshd({ log: 'syslog' })
      await isLetIn()
    })

    it("is told by the helper's notes where sshd is not heard, and nothing is guessed without any", async () => {
      const argv = ['send-key', web.instanceId, '--os-user', 'alice']
      const { requestId } = (await fleetkeyJson(
        [...argv, '--public-key', `${key.identityFile}.pub`],
        { env: root },
      )) as { requestId: string }
      const why = async () =>
        (await fleetkeyJson(['grants', 'show', requestId], { env: root })) as {
          readonly cause?: string
          readonly says?: string
        }
      const before = await why()
      assert.equal(before.cause, undefined)
      assert.match(before.says ?? '', /the agent cannot hear sshd's own words/)
      const { code } = await ssh(web.host, { user: 'bob', identityFile: key.identityFile })
      assert.notEqual(code, 0)
      const { cause, says } = await why()
      assert.equal(cause, 'other-user')
      assert.match(says ?? '', /offered for bob, and it was pushed for alice/)
    })
  },
)

/** Somebody who connects and says nothing, until it is ended. The agent knocks at sshd, too: then there is no room, for a moment. */
async function holdConnection({ host }: EnrolledHost): Promise<ChildProcess> {
  const child = spawn('/bin/bash', ['-c', HOLD, host.address4], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  return child
}

const HOLD = `
  until [[ $line == SSH-* ]]; do
    exec 3<>"/dev/tcp/$0/22" && read -r line <&3
  done
  echo held
  exec sleep 60`
