import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { after, afterEach, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { CHECKOUT, COMPILED, FLEETKEY } from './fleetkey.ts'
import { descendantsOf, hasEnded, startTimeOf } from './process-tree.ts'
import { plainEnvironment, runProgram, type ProgramResult } from './run-program.ts'
import { whyNoHosts } from './test-fleet.ts'
import { until } from './until.ts'

// What a newcomer does: `npm start`, paste the commands that it prints, Ctrl-C. And how it ends when it does not end well.

const skip = whyNoHosts() ?? false

describe('fleetkey demo', { skip }, () => {
  let base: string
  let dir: string
  const demos = new Set<RunningDemo>()

  before(async () => {
    base = await mkdtemp('/var/tmp/fleetkey-test-')
    dir = `${base}/demo`
  })
  afterEach(async () => {
    // Of a test that failed.
    await Promise.all([...demos].map((demo) => demo.stop()))
    demos.clear()
  })
  after(() => rm(base, { recursive: true, force: true }))

  function start(prefix: readonly string[] = []): RunningDemo {
    const demo = startDemo([...prefix, FLEETKEY, 'demo', '--dir', dir])
    demos.add(demo)
    return demo
  }

  /** A line as one pastes it into another shell in the checkout, with nothing in its environment. */
  const paste = (line: string) => pasteInto(line, { HOME: base })
  /** The same without npx, which takes several times as long as what it starts: that it starts this is seen once. */
  const pasteShort = (line: string) =>
    pasteInto(line.replaceAll('npx ', 'node_modules/.bin/'), { HOME: base, ...COMPILED })

  describe('with root', () => {
    let demo: RunningDemo
    let lines: readonly string[]
    let left: Made

    before(async () => {
      demo = startDemo([FLEETKEY, 'demo', '--dir', dir])
      lines = await demo.ready()
      left = whatBelongsTo(demo, dir)
    })
    after(() => demo.stop())

    const printed = (part: string) => {
      const line = lines.find((each) => each.includes(part))
      assert.ok(line, `no line with ${part}:\n${demo.output()}`)
      return line.trim()
    }

    it('says when it is ready, in 80 columns, and prints commands that need no editing', (t) => {
      const seconds = Number(/ready after ([\d.]+) s/.exec(demo.output())?.[1])
      t.diagnostic(`ready after ${seconds} s`)
      assert.ok(seconds > 0)
      // The directory of this test has a longer name than .demo.
      const wide = lines.filter((line) => line.replaceAll(dir, '.demo').length > 80)
      assert.deepEqual(wide, [])
      assert.equal(lines.filter((line) => line.trim().startsWith('. ')).length, 13)
    })

    it('prints where the console is and who can sign in there, and they can', async () => {
      const url = /console, in a browser: (https:\S+)/.exec(demo.output())?.[1] ?? ''
      const body = readFileSync(`${dir}/server/data/ca.pem`)
      for (const name of ['admin', 'alice']) {
        const password = printed(`  ${name} `).split(/ +/)[1] ?? ''
        const { status, cookie } = await signInAt(url, body, { name, password })
        assert.equal(status, 200, name)
        assert.match(cookie, /^__Host-fleetkey=ASIA/)
      }
    })

    it('lets the administrator in', async () => {
      const { code, stdout, stderr } = await paste(printed('ssh web-1 -- hostname'))
      assert.deepEqual({ code, stdout }, { code: 0, stdout: 'web-1\n' }, stderr)
    })

    it('lets the administrator in through a tunnel where nobody can connect', async () => {
      const { code, stdout, stderr } = await pasteShort(
        printed('ssh db-1 -- hostname').replace('ssh db-1', 'ssh --verbose db-1'),
      )
      assert.deepEqual({ code, stdout }, { code: 0, stdout: 'db-1\n' }, stderr)
      assert.match(stderr, /by tunnel eice-[0-9a-f]{17} to /)
    })

    it('lets alice in where she may go', async () => {
      const { code, stdout, stderr } = await pasteShort(printed('ssh deploy@web-2 -- id -un'))
      assert.deepEqual({ code, stdout }, { code: 0, stdout: 'deploy\n' }, stderr)
    })

    it('refuses alice elsewhere with the statement that decided, and shows both refusals as events', async () => {
      const host = await pasteShort(printed('ssh deploy@db-1'))
      assert.equal(host.code, 77)
      assert.doesNotMatch(
        host.stderr,
        /DescribeInstanceConnectEndpoints/,
        'one refusal, the one that decides',
      )
      assert.match(host.stderr, /Statement "ReachStaging" of inline policy main of user alice/)
      assert.match(host.stderr, /aws:ResourceTag\/env wants "staging" and the request has "prod"/)
      const user = await pasteShort(printed('deploy@web-2').replace('deploy@', 'ec2-user@'))
      assert.equal(user.code, 77)
      assert.match(user.stderr, /ec2:osuser wants "deploy" and the request has "ec2-user"/)
      const { stdout } = await pasteShort(printed('fleetkey events'))
      assert.match(
        stdout,
        /alice +SendSSHPublicKey +db-1 +deploy +SHA256:\S+ +AccessDenied\n +\S.*"prod"/,
      )
      assert.match(
        stdout,
        /alice +SendSSHPublicKey +web-2 +ec2-user +SHA256:\S+ +AccessDenied\n +\S.*"ec2-user"/,
      )
      assert.match(stdout, /alice +SendSSHPublicKey +web-2 +deploy +SHA256:\S+ +done\n/)
    })

    it('tells alice before she tries that she may not, and why', async () => {
      const { code, stderr } = await pasteShort(printed('can db-1 --os-user deploy'))
      assert.equal(code, 77)
      assert.match(stderr, /user\/alice may not log in as deploy on db-1/)
      assert.match(stderr, /aws:ResourceTag\/env wants "staging" and the request has "prod"/)
    })

    it("tells why a host's own sshd refuses a user, at the login and by the doctor", async () => {
      const login = await pasteShort(printed('ssh guest@web-2'))
      assert.equal(login.code, 255)
      assert.match(
        login.stderr,
        /The host says why: sshd keeps guest out: it is listed in DenyUsers\./,
      )
      assert.match(login.stderr, /\n +do +Change that line in sshd_config on the host/)
      const doctor = await pasteShort(printed('doctor web-2 --os-user guest'))
      assert.equal(doctor.code, 93, doctor.stderr)
      assert.match(
        doctor.stderr,
        /DenyUsers names guest \(\/etc\/ssh\/sshd_config, line 1\): sshd refuses the login/,
      )
    })

    it('shows who logged in where', async () => {
      assert.equal((await pasteShort(printed('ssh web-1 -- hostname'))).code, 0)
      const { stdout } = await pasteShort(printed('sessions list --all'))
      assert.match(stdout, /\ns-[0-9a-f]{17} +admin +web-1 +ec2-user +\S+ +\S+ \S+ +(active|ended)/)
    })

    it('lets carol sign in at its provider, and in where her role may go, and names her in the events', async () => {
      // Here is no browser, so her stand-in signs in.
      const login = await pasteShort(printed('fleetkey login'))
      assert.equal(login.code, 0, login.stderr)
      assert.match(login.stdout, /^Logged in as \S+:assumed-role\/sre\/carol@example\.com\n/)
      const { code, stdout, stderr } = await pasteShort(printed('ssh ec2-user@web-1'))
      assert.deepEqual({ code, stdout }, { code: 0, stdout: 'ec2-user\n' }, stderr)
      const elsewhere = await pasteShort(printed('ec2-user@web-1').replace('web-1', 'db-1'))
      assert.equal(elsewhere.code, 77)
      const events = await pasteShort(printed('fleetkey events'))
      assert.match(
        events.stdout,
        /sre\/carol@example\.com +SendSSHPublicKey +web-1 +ec2-user +SHA256:\S+ +done\n/,
      )
      assert.ok(!existsSync(`${base}/.config`), 'the login stays in the directory of the demo')
    })

    it('lets nobody else sign in as her', async () => {
      const issuer = /stand-in for your own: (http:\S+)/.exec(demo.output())?.[1] ?? ''
      const password = /signs in there as carol with (\S+)/.exec(demo.output())?.[1] ?? ''
      assert.ok(password.length >= 12, password)
      assert.match(issuer, /^http:\/\/127\.0\.0\.1:\d+$/)
      await writeFile(`${base}/person.json`, JSON.stringify({ name: 'carol', password: 'carol' }))
      const program = `${process.execPath} ${CHECKOUT}/fleet/src/oidc/sign-in-as.ts`
      // Its parent waits for whom it let in.
      const browser = `#!/bin/sh\n${program} ${base}/person.json "$1" 2>${base}/refused\nkill -INT $PPID\n`
      await writeFile(`${base}/browser`, browser, { mode: 0o755 })
      const login = printed('fleetkey login').replace('npx', `BROWSER=${base}/browser npx`)
      assert.equal((await pasteShort(login)).code, 130)
      assert.match(readFileSync(`${base}/refused`, 'utf8'), /Name or password is wrong/)
    })

    it('has a trail that verifies', async () => {
      const { code, stdout } = await pasteShort(`. ${dir}/env && npx fleetkey trail verify`)
      assert.equal(code, 0)
      assert.match(stdout, /all whole and in order/)
    })

    it('starts one more host that joins by itself, and removes it', async (t) => {
      const began = performance.now()
      const launched = await pasteShort(`${printed('instances launch')} --name web-3`)
      assert.equal(launched.code, 0, launched.stderr)
      assert.match(launched.stdout, /\ni-[0-9a-f]{17} +web-3 +running\n$/)
      t.diagnostic(`running after ${Math.round(performance.now() - began)} ms`)
      const login = await pasteShort(`. ${dir}/env && npx fleetkey ssh ec2-user@web-3 -- hostname`)
      assert.deepEqual(
        { code: login.code, stdout: login.stdout },
        { code: 0, stdout: 'launched-1\n' },
        login.stderr,
      )
      const host = whatBelongsTo(demo, dir).namespaces.length
      const forgotten = await pasteShort(
        `. ${dir}/env && npx fleetkey instances forget web-3 --yes`,
      )
      assert.equal(forgotten.code, 0, forgotten.stderr)
      await until('its host has ended', () => whatBelongsTo(demo, dir).namespaces.length < host)
      const gone = await pasteShort(`. ${dir}/env && npx fleetkey ssh ec2-user@web-3 -- hostname`)
      assert.equal(gone.code, 68)
    })

    it('says that there is no room for more hosts than it starts, and starts none then', async () => {
      const { code, stderr } = await pasteShort(
        `. ${dir}/env && npx fleetkey instances launch --image fleetkey-demo --count 9`,
      )
      assert.equal(code, 75)
      assert.match(stderr, /There is no room for more machines of image fleetkey-demo now/)
      const { stdout } = await pasteShort(`. ${dir}/env && npx fleetkey instances --output json`)
      assert.equal((JSON.parse(stdout) as unknown[]).length, 3)
    })

    it("takes a key from AWS's own SDK with nothing but the environment file", async () => {
      const listed = await pasteShort(`. ${dir}/env && npx fleetkey instances --output json`)
      const [id] = /i-[0-9a-f]{17}/.exec(listed.stdout) ?? []
      const push = `${process.execPath} ${CHECKOUT}/fleet/src/push-with-sdk.ts ${id} ec2-user`
      const key = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'B'.repeat(43)}`
      const { stdout, stderr } = await pasteShort(`. ${dir}/env && printf %s '${key}' | ${push}`)
      assert.match(stdout, /"success":true/, stderr)
    })

    it('refuses a second demo in its directory, and another directory with files in it', async () => {
      const second = await runProgram([FLEETKEY, 'demo', '--dir', dir])
      assert.equal(second.code, 1)
      assert.match(second.stderr, /Process \d+ runs a demo in .* already\.\n +do +Use that one, /)
      const foreign = await runProgram([FLEETKEY, 'demo', '--dir', base])
      assert.equal(foreign.code, 1)
      assert.match(foreign.stderr, /holds files that no demo made/)
      assert.ok(existsSync(`${dir}/env`))
    })

    it('ends with Ctrl-C for the whole group, twice as from npm, and leaves nothing', async () => {
      assert.ok(
        left.processes.length > 15 && left.namespaces.length >= 15 && left.links.length >= 4,
      )
      demo.signalGroup('SIGINT')
      demo.signalGroup('SIGINT')
      assert.equal(await demo.exit(), 0)
      // Hosts that are taken back while they join say so, if they come that far.
      assert.match(
        demo.output(),
        /removes everything\.\n(?:\n+ {2}\S+: user data on launched-\d+: exit 73\nfleetkey agent: .*\n)*\n\n {2}Removing everything …\n$/,
      )
      await nothingRemains(left, dir)
    })
  })

  it('leaves nothing after kill -9 and the next start, also when its id is another process now', async () => {
    const killed = start()
    await killed.ready()
    const left = whatBelongsTo(killed, dir)
    await killed.kill()
    await writeFile(`${dir}/owner`, `${process.pid} 1\n`)
    const next = start()
    await next.says('control plane\n')
    assert.match(next.output(), /Removed what an earlier demo left behind/)
    assert.deepEqual(stillThere(left), noLeavings)

    // Ctrl-C while it starts: hosts are half made now.
    await until('its first host boots', () => whatBelongsTo(next, dir).namespaces.length > 5)
    const half = whatBelongsTo(next, dir)
    next.signalGroup('SIGINT')
    assert.equal(await next.exit(), 0)
    assert.match(next.output(), /Stopped before it was ready; everything is removed\.\n$/)
    await nothingRemains(half, dir)
  })

  it('runs where overlay mounts cannot be made, as on the root of a container', async () => {
    const demo = start(
      inMountNamespace(`
      mkdir -p ${base}/upper ${base}/work ${base}/merged ${base}/lower
      mount -t overlay overlay -o lowerdir=${base}/lower,upperdir=${base}/upper,workdir=${base}/work ${base}/merged
      mkdir -p ${base}/merged/in && mount --bind ${base}/merged/in ${base}`),
    )
    await demo.ready()
    const left = whatBelongsTo(demo, dir)
    demo.signalGroup('SIGINT')
    assert.equal(await demo.exit(), 0)
    await nothingRemains(left, dir)
    const place = `fleetkey-${createHash('sha256').update(dir).digest('hex').slice(0, 16)}`
    assert.ok(!existsSync(`/var/tmp/${place}`) && !existsSync(`/dev/shm/${place}`))
  })

  it('says what to do when it cannot start, and leaves nothing', async () => {
    const noBridge = start(
      inMountNamespace(`
        printf '#!/bin/sh\\necho "RTNETLINK answers: Operation not supported" >&2; exit 2\\n' >${base}/ip
        chmod 755 ${base}/ip; for ip in /usr/sbin/ip /sbin/ip /usr/bin/ip /bin/ip; do
          [ ! -e $ip ] || mount --bind ${base}/ip $(readlink -f $ip); done`),
    )
    assert.equal(await noBridge.exit(), 1)
    assert.match(noBridge.output(), /cannot make a bridge: .*not supported\n +do +.*modprobe/)
    assert.ok(!existsSync(dir))

    const noSshd = start(inMountNamespace('mount --bind /dev/null /usr/sbin/sshd'))
    assert.equal(await noSshd.exit(), 1)
    assert.match(noSshd.output(), /no \/usr\/sbin\/sshd .*\n +do +apt-get install openssh-server/)
  })

  it("runs one host where a container's root has no rights over the network", async () => {
    const demo = start(['setpriv', '--bounding-set=-sys_admin,-net_admin', '--'])
    const lines = await demo.ready()
    const login = lines.find((line) => line.includes('ssh root@web-1 -- id -un')) ?? ''
    const { code, stdout, stderr } = await paste(login.trim())
    assert.deepEqual({ code, stdout }, { code: 0, stdout: 'root\n' }, stderr)
    const left = whatBelongsTo(demo, dir)
    demo.signalGroup('SIGINT')
    assert.equal(await demo.exit(), 0)
    await nothingRemains(left, dir)
  })

  describe('without root', () => {
    const UID = 64001
    let home: string
    let as: readonly [string, ...string[]]

    before(async () => {
      // A user and a checkout of theirs exist in a mount namespace only: this machine keeps its own.
      home = `${base}/home`
      await mkdir(`${home}/checkout`, { recursive: true })
      await runProgram(['chmod', '-R', 'u=rwX,go=rX', base])
      await chown(home, UID, UID)
      const accounts = await readFile('/etc/passwd', 'utf8')
      const account = `newcomer:x:${UID}:${UID}::${home}:/bin/bash\n`
      await writeFile(`${base}/passwd`, accounts + account)
      const user = `setpriv --reuid ${UID} --regid ${UID} --clear-groups --no-new-privs --`
      as = inMountNamespace(
        `mount --bind ${base}/passwd /etc/passwd; mount --bind ${CHECKOUT} ${home}/checkout; cd ${home}/checkout`,
        `exec ${user} env -i HOME=${home} PATH=${process.env['PATH'] ?? ''} "$@"`,
      )
      dir = `${home}/demo`
    })

    const startAsUser = () => {
      const demo = startDemo([...as, `${home}/checkout/cli/bin/fleetkey`, 'demo', '--dir', dir])
      demos.add(demo)
      return demo
    }

    it('runs one host for the user, who logs in; kill -9 and the next start leave nothing of it', async () => {
      const killed = startAsUser()
      const lines = await killed.ready()
      assert.match(killed.output(), /One host, .* for want of root/)
      const login = lines.find((line) => line.includes('ssh newcomer@web-1 -- id -un'))
      assert.ok(login, killed.output())
      const { code, stdout, stderr } = await runProgram([...as, 'sh', '-c', login.trim()])
      assert.deepEqual({ code, stdout }, { code: 0, stdout: 'newcomer\n' }, stderr)
      const asCarol = lines.filter((line) => line.includes('/env-carol && '))
      assert.equal(asCarol.length, 2, killed.output())
      for (const line of asCarol) {
        const done = await runProgram([...as, 'sh', '-c', line.trim()])
        assert.equal(done.code, 0, done.stderr)
      }
      const refused = lines.find((line) => line.includes('env-alice')) ?? ''
      const no = await runProgram([...as, 'sh', '-c', refused.trim()])
      assert.equal(no.code, 77, no.stderr)

      // Somebody is logged in while it is killed: sshd's sessions outlive their listener.
      const session = spawn(
        as[0],
        [...as.slice(1), 'sh', '-c', login.replace('id -un', "'echo in; sleep 600'").trim()],
        { stdio: ['ignore', 'pipe', 'ignore'], env: plainEnvironment },
      )
      await once(session.stdout, 'data')
      const left = whatBelongsTo(killed, dir)
      await killed.kill()
      const next = startAsUser()
      await next.ready()
      assert.match(next.output(), /Removed what an earlier demo left behind/)
      await until('nothing of the killed one runs', () => stillThere(left).processes.length === 0)
      if (!hasEnded(session)) await once(session, 'exit')

      const own = whatBelongsTo(next, dir)
      next.signalGroup('SIGINT')
      assert.equal(await next.exit(), 0)
      await nothingRemains(own, dir)
    })
  })
})

interface RunningDemo {
  readonly child: ChildProcess
  output(): string
  /** Resolves when it said this. */
  says(text: string): Promise<void>
  /** The lines of its screen, once it is ready. */
  ready(): Promise<readonly string[]>
  /** As the terminal does. */
  signalGroup(signal: NodeJS.Signals): void
  exit(): Promise<number | null>
  /** SIGKILL, and waits. */
  kill(): Promise<void>
  /** SIGINT, and SIGKILL when that does not end it. */
  stop(): Promise<void>
}

function startDemo(argv: readonly string[]): RunningDemo {
  const [program = '', ...args] = argv
  // A group of its own, as a shell gives to each job.
  const child = spawn(program, args, {
    cwd: CHECKOUT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...plainEnvironment,
      ...COMPILED,
      HOME: '/dev/null',
      XDG_CONFIG_HOME: '/proc/nonexistent',
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  async function exit() {
    if (!hasEnded(child)) await once(child, 'exit')
    return child.exitCode
  }
  async function kill() {
    if (!hasEnded(child)) child.kill('SIGKILL')
    await exit()
  }
  async function says(text: string) {
    await until(
      `the demo says ${text}`,
      () => {
        assert.ok(!hasEnded(child) || output.includes(text), `it ended:\n${output}`)
        return output.includes(text)
      },
      60_000,
    )
  }
  return {
    child,
    output: () => output,
    says,
    async ready() {
      await says('removes everything.\n')
      return output.split('\n')
    },
    signalGroup(signal) {
      assert.ok(child.pid)
      process.kill(-child.pid, signal)
    },
    exit,
    kill,
    async stop() {
      if (!hasEnded(child)) child.kill('SIGINT')
      await Promise.race([exit(), sleep(15_000, undefined, { ref: false })])
      await kill()
    },
  }
}

function pasteInto(line: string, env: Readonly<Record<string, string>>): Promise<ProgramResult> {
  const path = process.env['PATH'] ?? ''
  return runProgram(['/bin/sh', '-c', `cd ${CHECKOUT} && ${line}`], { env: { ...env, PATH: path } })
}

/** Program and arguments that run what follows after `setUp`, whose mounts nobody else sees. */
function inMountNamespace(setUp: string, run = 'exec "$@"'): readonly [string, ...string[]] {
  const namespace = ['--mount', '--propagation', 'private', '--']
  return ['unshare', ...namespace, '/bin/sh', '-euc', `${setUp}\n${run}`, 'sh']
}

/** What a demo has made on this machine. */
interface Leavings {
  /** "id start-time" */
  readonly processes: readonly string[]
  /** "net:[4026532245]": the kernel gives freed numbers out again, at once and to any test's host. */
  readonly namespaces: readonly string[]
  /** "name ifindex" */
  readonly links: readonly string[]
}

interface Made extends Leavings {
  /** When this was looked up, in ticks since boot: who started later has a namespace of the same number, not the same. */
  readonly at: number
}

const TICKS_PER_SECOND = 100

const noLeavings: Leavings = { processes: [], namespaces: [], links: [] }
const KINDS = ['net', 'mnt', 'pid', 'uts', 'ipc'] as const

function whatBelongsTo(demo: RunningDemo, dir: string): Made {
  assert.ok(demo.child.pid)
  const at = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * TICKS_PER_SECOND
  const family = [demo.child.pid, ...descendantsOf(demo.child.pid)]
  const pids = [...new Set([...family, ...loggedInOn(dir)])]
  const ours = new Set(KINDS.map((kind) => namespaceOf(process.pid, kind)))
  const bridge = /https:\/\/10\.77\.(\d+)\.254/.exec(demo.output())?.[1]
  return {
    at,
    processes: pids.flatMap((pid) => {
      const started = startTimeOf(pid)
      return started === undefined ? [] : [`${pid} ${started}`]
    }),
    namespaces: [
      ...new Set(pids.flatMap((pid) => KINDS.map((kind) => namespaceOf(pid, kind)))),
    ].filter((name) => name !== '' && !ours.has(name)),
    links: links().filter((link) => new RegExp(`^fk77x${bridge}(h\\d+)? `).test(link)),
  }
}

/** Sessions on an unprivileged host below the directory: children of nobody we know. */
function loggedInOn(dir: string): number[] {
  return processes().filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(
        `FLEETKEY_HOST_DIRECTORY=${dir}/`,
      )
    } catch {
      return false
    }
  })
}

function stillThere(left: Made): Leavings {
  const old = processes().filter((pid) => Number(startTimeOf(pid) ?? Infinity) <= left.at)
  const used = new Set(old.flatMap((pid) => KINDS.map((kind) => namespaceOf(pid, kind))))
  const now = new Set(links())
  return {
    processes: left.processes.filter((each) => {
      const [pid, started] = each.split(' ')
      return startTimeOf(Number(pid)) === started
    }),
    namespaces: left.namespaces.filter((name) => used.has(name)),
    links: left.links.filter((link) => now.has(link)),
  }
}

/** The kernel takes a moment to free a namespace. */
async function nothingRemains(left: Made, dir: string): Promise<void> {
  await until('the kernel freed it', () => stillThere(left).namespaces.length === 0).catch(() => {})
  assert.deepEqual(stillThere(left), noLeavings)
  assert.ok(!existsSync(dir), dir)
  assert.ok(!readFileSync('/proc/self/mountinfo', 'utf8').includes(dir))
}

function processes(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
}

function namespaceOf(pid: number, kind: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`)
  } catch {
    return '' // ended, and perhaps not collected yet
  }
}

function links(): string[] {
  return readdirSync('/sys/class/net').flatMap((name) => {
    try {
      return [`${name} ${readFileSync(`/sys/class/net/${name}/ifindex`, 'utf8').trim()}`]
    } catch {
      return []
    }
  })
}

/** As the console's page does. */
function signInAt(
  url: string,
  ca: Buffer,
  { name, password }: { readonly name: string; readonly password: string },
): Promise<{ readonly status: number; readonly cookie: string }> {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'Fleetkey.SignIn',
    origin: new URL(url).origin,
  }
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/`, { method: 'POST', headers, ca, agent: false }, (answer) => {
      answer.resume()
      const [cookie = ''] = answer.headers['set-cookie'] ?? []
      resolve({ status: answer.statusCode ?? 0, cookie })
    })
    sent.on('error', reject)
    sent.end(JSON.stringify({ UserName: name, Password: password, Console: true }))
  })
}
