import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { startEnrolledHost, type EnrolledHost } from './enrolled-host.ts'
import { fleetkey, fleetkeyJson, type ClientEnvironment } from './fleetkey.ts'
import { startJournald } from './journald.ts'
import {
  findOpensshSince,
  isOpensshSince,
  whyNoOpensshSince,
  type OpensshVersion,
} from './openssh.ts'
import { generateKey, ssh, type KeyPair } from './ssh.ts'
import { hostOf, openTestFleet, whyNoHosts, type TestFleet } from './test-fleet.ts'
import { explainedLogin, timedLogin } from './timed-login.ts'
import { until } from './until.ts'
import { waitingPush } from './waiting-push.ts'

// From 9.8 on sshd drops connections of an address for a while after what came from it (PerSourcePenalties), and says nothing of it but to
// its log. Whoever pushes is told, whatever it was.

const SINCE = [9, 8] as const
const OPENSSH = findOpensshSince(SINCE)?.directory

interface Penalty {
  readonly what: string
  /** Of PerSourcePenalties. */
  readonly rule: string
  readonly config?: string
  readonly since?: OpensshVersion
  readonly earn: (host: EnrolledHost, stranger: KeyPair) => Promise<unknown>
  /** In sshd's words. */
  readonly says: string
}

const logIn = ({ host }: EnrolledHost, user: string, { identityFile }: KeyPair) =>
  ssh(host, { user, identityFile, command: 'true' })

/** Somebody who says nothing; resolves when sshd serves them. */
async function visit({ host }: EnrolledHost) {
  const socket = connect({ host: host.address4, port: 22 })
  socket.on('error', () => {})
  await once(socket, 'data')
  return socket
}

const PENALTIES: readonly Penalty[] = [
  {
    what: 'failed logins',
    rule: 'authfail:30',
    says: 'failed authentication',
    earn: (web, stranger) => logIn(web, 'alice', stranger),
  },
  {
    what: 'more failed logins than are forgiven (min)',
    rule: 'authfail:10 min:15',
    says: 'failed authentication',
    async earn(web, stranger) {
      await logIn(web, 'alice', stranger)
      await logIn(web, 'alice', stranger)
    },
  },
  {
    what: 'so many at once that it would be longer than the longest (max)',
    rule: 'noauth:20 max:25',
    says: 'connections without attempting authentication',
    async earn(web) {
      const visitors = await Promise.all([visit(web), visit(web)])
      for (const visitor of visitors) visitor.destroy()
    },
  },
  {
    what: 'logins as nobody',
    rule: 'invaliduser:30',
    since: [10, 3],
    says: 'attempted authentication by invalid user',
    earn: (web, stranger) => logIn(web, 'ghost', stranger),
  },
  {
    what: 'connections without a login',
    rule: 'noauth:30',
    says: 'connections without attempting authentication',
    earn: async (web) => (await visit(web)).destroy(),
  },
  {
    what: 'logins that take too long',
    rule: 'grace-exceeded:30',
    config: 'LoginGraceTime 1',
    says: 'exceeded LoginGraceTime',
    earn: async (web) => once(await visit(web), 'close'),
  },
  {
    what: 'logins that RefuseConnection forbids',
    rule: 'refuseconnection:30',
    config: 'Match User bob\n  RefuseConnection yes',
    since: [9, 9],
    says: 'connection prohibited by RefuseConnection',
    earn: (web, stranger) => logIn(web, 'bob', stranger),
  },
  {
    what: 'a process of sshd that crashed',
    rule: 'crash:30',
    says: 'caused crash',
    async earn(web) {
      const socket = await visit(web)
      await web.host.exec(['pkill', '-SEGV', '-x', 'sshd-session'])
      socket.destroy()
    },
  },
  {
    what: 'too many others that are penalised',
    rule: 'authfail:30 max-sources4:1 overflow:deny-all',
    says: 'too many penalised addresses',
    earn: (web, stranger) => logIn(web, 'alice', stranger),
  },
]

describe(
  'an address that sshd penalises',
  { skip: whyNoHosts() ?? whyNoOpensshSince(SINCE) ?? false },
  () => {
    let fleet: TestFleet
    let root: ClientEnvironment
    let web: EnrolledHost
    let stranger: KeyPair

    before(async () => {
      fleet = await openTestFleet({
        hosts: { web: {} },
        users: ['alice', 'bob'],
        openssh: OPENSSH ?? 'own',
      })
      root = fleet.plane.root
      web = hostOf(fleet, 'web')
      ;[stranger] = await Promise.all([generateKey(fleet.dir, 'ed25519'), startJournald(web.host)])
      await web.host.restartSshd({ log: 'syslog' })
      // The agent looks for where sshd writes now and then, and at its start.
      await web.stopAgent()
      await web.startAgent()
    })
    after(() => fleet?.close())

    /** A new listener knows of no penalty. */
    async function configure(...lines: readonly string[]): Promise<void> {
      const path = '/etc/ssh/sshd_config.d/00-penalties.conf'
      await web.host.writeFile(path, `${lines.join('\n')}\n`)
      await web.host.restartSshd({ log: 'syslog' })
    }

    /** All that the listeners said. */
    const sshdSaid = async () => {
      const argv = [
        'journalctl',
        '--no-pager',
        '--quiet',
        '--output=cat',
        '--identifier=sshd',
      ] as const
      return (await web.host.exec([...argv, '--directory=/run/log/journal'])).stdout
    }

    /** Resolves with what sshd had said until then. */
    async function earn({ rule, config = '', earn: does }: Penalty): Promise<string> {
      await configure(`PerSourcePenalties ${rule}`, config)
      const before = await sshdSaid()
      await does(web, stranger)
      // When it has collected what is left of its process.
      const isPenalised = async () =>
        / active penalty of |activating ipv4 penalty of /.test(
          (await sshdSaid()).slice(before.length),
        )
      await until('sshd has penalised', isPenalised, 20_000)
      return before
    }

    const direct = ['--via', 'direct'] as const
    const alice = () => `alice@${web.instanceId}`

    it('is let in before, by a key whose session is told', async () => {
      await configure('PerSourcePenalties yes')
      const { code, stderr } = await timedLogin([...direct, alice(), 'true'], root)
      assert.equal(code, 0, stderr)
      const argv = ['sessions', 'list', '--all', '--instance', web.instanceId]
      const sessions = (await fleetkeyJson(argv, { env: root })) as { explained: string }[]
      assert.deepEqual(
        sessions.map(({ explained }) => explained),
        ['grant'],
      )
    })

    for (const penalty of PENALTIES) {
      const skip = isOpensshSince(penalty.since ?? SINCE, OPENSSH)
        ? false
        : `SKIPPED: since ${penalty.since?.join('.')}`
      it(`is told why after ${penalty.what}`, { skip }, async (test) => {
        const before = await earn(penalty)
        const { stderr, reasonAfterMs } = await explainedLogin([...direct, alice(), 'true'], root)
        const [said = ''] = /^The host says why: .*$/m.exec(stderr) ?? []
        // It asks from where it logs in from.
        assert.match(
          said,
          /sshd has just dropped a connection from \S+, which is where you ask/,
          stderr,
        )
        // Of the last, which is nobody's fault, sshd says no more.
        const isKnown = said.includes(`for "${penalty.says}" (PerSourcePenalties)`)
        assert.ok(isKnown || penalty.says.startsWith('too many'), said)
        assert.ok((await sshdSaid()).slice(before.length).includes(` ${penalty.says}\n`))
        const [, seconds] =
          /\(PerSourcePenalties\)\. This goes on for (\d+) s or longer\.$/.exec(said) ?? []
        assert.ok(Number(seconds) <= 30, said)
        test.diagnostic(`told after ${reasonAfterMs?.toFixed(0)} ms`)
      })
    }

    const refuses = isOpensshSince([9, 9], OPENSSH) ? false : 'SKIPPED: since 9.9'
    it('is told that RefuseConnection forbids its own login', { skip: refuses }, async () => {
      await configure('PerSourcePenalties no', 'Match User alice', '  RefuseConnection yes')
      const { stderr } = await explainedLogin([...direct, alice(), 'true'], root)
      assert.match(
        stderr,
        /why: sshd keeps alice out: its connections are refused \(RefuseConnection\)/,
      )
    })

    it('is told by send-key --wait as it is dropped, and by the doctor from here and from the control plane', async (test) => {
      const [failedLogins] = PENALTIES
      assert.ok(failedLogins)
      // As bob, so that nothing is told of alice's key before.
      await earn({ ...failedLogins, earn: () => logIn(web, 'bob', stranger) })
      const key = ['--public-key', `${stranger.identityFile}.pub`]
      const waiting = await waitingPush([web.instanceId, '--os-user', 'alice', ...key], root)
      try {
        await logIn(web, 'alice', stranger)
        const { line, ms } = await waiting.said(/ waiting /)
        assert.match(line, /just dropped a connection from \S+, which is where you ask.*PerSource/)
        test.diagnostic(`told ${ms.toFixed(0)} ms after ssh had ended`)
      } finally {
        waiting.stop()
      }

      const doctor = await fleetkey(
        ['doctor', web.instanceId, '--os-user', 'alice', '--output', 'json'],
        {
          env: root,
        },
      )
      const { findings } = JSON.parse(doctor.stdout) as {
        readonly findings: readonly { readonly check: string; readonly cause?: string }[]
      }
      for (const check of ['reach-here', 'reach']) {
        const causes = findings.filter((one) => one.check === check).map(({ cause }) => cause)
        assert.ok(causes.includes('source-penalised'), `${check}: ${doctor.stdout}`)
      }
    })

    const isLimited = isOpensshSince([10, 0], OPENSSH) ? false : 'SKIPPED: since 10.0'
    it(
      'is told by a knock of its own where sshd drops so many that it does not say of each',
      { skip: isLimited },
      async () => {
        const [failedLogins] = PENALTIES
        assert.ok(failedLogins)
        // As alice the key may log in: it was pushed above.
        await earn({ ...failedLogins, earn: () => logIn(web, 'bob', stranger) })
        // What sshd said of the first few must be too long ago to be of this login.
        const end = Date.now() + 5000
        while (Date.now() < end) (await visit(web)).destroy()
        const { stderr } = await timedLogin([...direct, alice(), 'true'], root)
        assert.doesNotMatch(stderr, /The host says why/)
        assert.match(stderr, /takes no connection from here right now.*\(PerSourcePenalties\)/)
        assert.match(stderr, /^ {2}do {2}Wait a moment/m)
      },
    )

    it('is not told of as somebody who writes in the name of sshd: its programs are all believed', async () => {
      const argv = ['events', '--all', '--event', 'LogTampered', '--instance', web.instanceId]
      assert.deepEqual(await fleetkeyJson(argv, { env: root }), [])
    })
  },
)

const isOwnOlder = OPENSSH !== undefined && !isOpensshSince(SINCE, undefined)

describe(
  'an sshd that is replaced by a newer one while it runs',
  {
    skip:
      whyNoHosts() ?? (isOwnOlder ? false : "SKIPPED: needs one that is newer than this machine's"),
  },
  () => {
    let fleet: TestFleet
    before(async () => {
      fleet = await openTestFleet({ hosts: {} })
    })
    after(() => fleet?.close())

    it('serves nobody, which is told with the mend, and works once it is started anew', async () => {
      const { plane, network } = fleet
      const env = plane.root
      const web = await startEnrolledHost(network, plane, {
        name: 'web',
        users: ['alice'],
        openssh: 'own',
        mounts: [{ from: OPENSSH ?? '', to: '/opt/openssh' }],
      })
      const onHost = async (script: string) => {
        const { code, stderr } = await web.host.exec(['/bin/sh', '-euc', script])
        assert.equal(code, 0, stderr)
      }
      await onHost('cp -R --remove-destination /opt/openssh/usr/. /usr/')
      const argv = ['--via', 'direct', `alice@${web.instanceId}`, 'true']
      const refused = await explainedLogin(argv, env)
      assert.equal(refused.code, 255, refused.stderr)
      assert.match(refused.stderr, /The host says why: sshd was replaced by another version/)
      const doctor = ['doctor', web.instanceId, '--os-user', 'alice', '--fix', '--yes']
      const { stdout } = await fleetkey(doctor, { env })
      assert.match(stdout, /✓ reload-sshd {2}Done/)
      const { stderr, code: entered } = await timedLogin(argv, env)
      assert.equal(entered, 0, stderr)
    })
  },
)
