import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, afterEach, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startControlPlane, type ControlPlane } from './control-plane.ts'
import { startEnrolledHost, type EnrolledHost } from './enrolled-host.ts'
import { CHECKOUT, CHECKOUT_IN_HOST, fleetkey, FLEETKEY_IN_HOST, fleetkeyJson } from './fleetkey.ts'
import { forgeSigner, type ForgedSigner } from './host-package/forged-signer.ts'
import { openHostNetwork, type HostNetwork } from './host-network.ts'
import type { Host } from './host.ts'
import { mustRun } from './run-program.ts'
import { generateKey, ssh, type KeyPair } from './ssh.ts'
import { whyNoHosts } from './test-fleet.ts'

// Amazon's own way to a key on a host: sshd asks the host package, the host package asks the metadata service, and believes what it can verify.
// The package's flow is performed by a script of our own, or by the package itself where its scripts are given:
//   FLEETKEY_HOST_PACKAGE=DIRECTORY node --test fleet/src/metadata.minute.test.ts

const missing = whyNoHosts() ?? whyNoPackage()
if (missing !== undefined) console.error(`SKIPPED: ${missing}`)
const suite = { skip: missing ?? false, timeout: 240_000 }

const OURS = fileURLToPath(new URL('host-package', import.meta.url))
const SCRIPTS = process.env['FLEETKEY_HOST_PACKAGE'] ?? OURS
const isOurs = SCRIPTS === OURS
const LOG = '/run/host-package.log'
const METADATA = 'http://169.254.169.254/latest'
const FORGED_ROOT = 'Forged root 12345678'

/** Where the packages for the two families of systems put their scripts, and whom they trust. */
const PACKAGES = {
  deb: { directory: '/usr/share/ec2-instance-connect', trust: '/etc/ssl/certs' },
  rpm: { directory: '/opt/aws/bin', trust: '/etc/ssl/certs/ca-bundle.crt' },
} as const
type Package = keyof typeof PACKAGES

/** What the package itself needs, and what lies are made with. */
function whyNoPackage(): string | undefined {
  const absent = ['curl', 'openssl', 'faketime'].filter((name) => !existsSync(`/usr/bin/${name}`))
  return absent.length === 0 ? undefined : `the host package needs ${absent.join(', ')}`
}

let dir: string
let network: HostNetwork
let plane: ControlPlane
let key: KeyPair
let otherKey: KeyPair
let forged: ForgedSigner
before(async () => {
  if (missing !== undefined) return
  dir = await mkdtemp('/var/tmp/fleetkey-metadata-')
  network = await openHostNetwork({ stateDir: join(dir, 'hosts'), label: 'metadata' })
  plane = await startControlPlane({ dir: join(dir, 'server'), address: network.address4 })
  ;[key, otherKey, forged] = await Promise.all([
    generateKey(dir, 'ed25519'),
    generateKey(dir, 'rsa'),
    forgeSigner(join(dir, 'forged'), {
      root: FORGED_ROOT,
      leaf: 'managed-ssh-signer.on-prem-1.amazonaws.com',
    }),
  ])
})
after(async () => {
  if (missing !== undefined) return
  await plane?.stop()
  await network?.close()
  await rm(dir, { recursive: true, force: true })
})

async function run(host: Host, script: string): Promise<string> {
  const { code, stdout, stderr } = await host.exec(['/bin/sh', '-euc', script])
  assert.equal(code, 0, stderr)
  return stdout.trim()
}

/** The scripts as a package for this kind of system has them: one line differs. */
async function unpack(kind: Package): Promise<string> {
  const { trust } = PACKAGES[kind]
  const to = join(dir, `package-${kind}`)
  await cp(SCRIPTS, to, { recursive: true, filter: (path) => !path.endsWith('.ts') })
  const line = `s|^ca_path=.*|ca_path=${trust}|`
  await mustRun(['sed', '-i', line, `${to}/eic_curl_authorized_keys`])
  return to
}

/** A host with the package and without the agent's own delivery; the machine's asset tag is not its instance id yet. */
async function startPackagedHost(name: string, kind: Package): Promise<EnrolledHost> {
  const sys = join(dir, `sys-${name}`)
  await mkdir(`${sys}/devices/virtual/dmi/id`, { recursive: true })
  await writeFile(assetTagOf(name), 'Not Specified\n')
  const { directory } = PACKAGES[kind]
  return startEnrolledHost(network, plane, {
    name,
    users: ['ec2-user', 'deploy', 'ec2-instance-connect'],
    mounts: [
      { from: await unpack(kind), to: directory },
      { from: sys, to: '/sys' },
    ],
    sshdConfig: `AuthorizedKeysCommand ${directory}/eic_run_authorized_keys %u %f
AuthorizedKeysCommandUser ec2-instance-connect\n`,
    installArguments: ['--delivery', 'metadata'],
  })
}

const assetTagOf = (name: string) =>
  join(dir, `sys-${name}`, 'devices/virtual/dmi/id/board_asset_tag')

/** What the administrator of a host does. */
async function setUp(enrolled: EnrolledHost): Promise<string> {
  const { host, instanceId } = enrolled
  await writeFile(assetTagOf(host.name), `${instanceId}\n`)
  await run(host, `touch ${LOG}; chmod 666 ${LOG}`)
  await until(async () => (await run(host, 'ls /var/lib/fleetkey')).includes('managed-signer-root'))
  return run(host, `${FLEETKEY_IN_HOST} agent install`)
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let left = 200; left > 0; left--) {
    if (await holds()) return
    await sleep(50)
  }
  assert.fail('it never came to that')
}

async function problemsOf(host: Host): Promise<string> {
  await run(host, `kill -HUP $(pgrep -f 'agent run$' | head -n 1)`)
  await sleep(1500)
  const status = await run(host, `${FLEETKEY_IN_HOST} agent status --output json || true`)
  const { agent } = JSON.parse(status) as { agent: { problems: readonly string[] } }
  return agent.problems.join('\n')
}

async function push({ instanceId }: EnrolledHost, pushed = key, osUser = 'ec2-user') {
  const file = `${pushed.identityFile}.pub`
  const argv = ['send-key', instanceId, '--os-user', osUser, '--public-key', file]
  return fleetkey(argv, { env: plane.root })
}

async function mustPush(to: EnrolledHost, pushed = key, osUser = 'ec2-user'): Promise<void> {
  const { code, stderr } = await push(to, pushed, osUser)
  assert.equal(code, 0, stderr)
}

async function isLetIn(host: Host, by = key, user = 'ec2-user'): Promise<boolean> {
  const { identityFile } = by
  const config = ['KexAlgorithms=curve25519-sha256']
  const { code, stdout, stderr } = await ssh(host, {
    user,
    identityFile,
    command: 'id -un',
    config,
  })
  if (code === 0) {
    assert.equal(stdout.trim(), user)
    return true
  }
  assert.match(stderr, /Permission denied \(publickey/, stdout)
  return false
}

/** Why the package gave no key: its last word. The package itself logs to syslog, which no test host has. */
async function lastWord(host: Host): Promise<string> {
  return (await run(host, `tail -n 1 ${LOG}`)).replace(/^\S+: /, '')
}

async function isRefused(host: Host, why: RegExp, user = 'ec2-user'): Promise<void> {
  await run(host, `: >${LOG}`)
  assert.equal(await isLetIn(host, key, user), false)
  if (isOurs) assert.match(await lastWord(host), why)
}

/** An item of the metadata service, as a program of the host gets it. */
function get(host: Host, item: string): Promise<string> {
  return run(
    host,
    `token=$(curl -sf -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' ${METADATA}/api/token)
     curl -sf -H "X-aws-ec2-metadata-token: $token" ${METADATA}/meta-data/${item}`,
  )
}

/** Lets the package see these texts in place of what the metadata service answers. */
async function lie(host: Host, lies: Readonly<Record<string, string>>): Promise<void> {
  await run(host, 'rm -rf /run/lies; mkdir -m 755 /run/lies')
  for (const [item, text] of Object.entries(lies))
    await host.writeFile(`/run/lies/${item.replaceAll('/', '.')}`, text)
}

/** curl, but for the items that lies are told of. */
const LYING_CURL = `#!/bin/sh
for argument; do [ "$argument" != -I ] || exec /usr/bin/curl.real "$@"; done
item=$(echo "\${argument#*/meta-data/}" | tr / .)
[ -f "/run/lies/$item" ] || exec /usr/bin/curl.real "$@"
cat "/run/lies/$item"
`

const CERTIFICATES = 'managed-ssh-keys/signer-cert/'
const STAPLES = 'managed-ssh-keys/signer-ocsp/'
const KEYS = 'managed-ssh-keys/active-keys/ec2-user/'

describe('Amazon’s host package', { ...suite, concurrency: 3 }, () => {
  describe('on Debian', { concurrency: 1 }, () => {
    let enrolled: EnrolledHost
    let host: Host
    before(async () => {
      enrolled = await startPackagedHost('deb', 'deb')
      host = enrolled.host
    })
    afterEach(() => run(host, 'rm -rf /run/lies'))

    it('is said to be unable to give keys, and why', async () => {
      await until(async () => (await run(host, 'ls /var/lib/fleetkey')).includes('managed-signer'))
      const problems = await problemsOf(host)
      assert.match(problems, /board_asset_tag is the instance id; here it is "Not Specified"/)
      assert.match(problems, /does not trust the signer .*run "fleetkey agent install"/)
      assert.equal(problems.split('\n').length, 2, problems)
    })

    it('trusts the signer once "fleetkey agent install" was run, and nothing is wrong then', async () => {
      assert.match(
        await setUp(enrolled),
        /wrote \/etc\/ssl\/certs\/Fleetkey_managed_SSH_root_\w{8}\.pem/,
      )
      assert.equal(await problemsOf(host), '')
    })

    it('lets a pushed key in, of both types that it knows, and not before', async () => {
      assert.equal(await isLetIn(host), false)
      await mustPush(enrolled)
      assert.equal(await isLetIn(host), true)
      assert.equal(await isLetIn(host, otherKey), false)
      await mustPush(enrolled, otherKey)
      assert.equal(await isLetIn(host, otherKey), true)
      assert.equal(await isLetIn(host), true)
    })

    it('lets nobody into the account beside', async () => {
      await mustPush(enrolled)
      await isRefused(host, /^no keys \(404\)$/, 'deploy')
      assert.equal(await isLetIn(host), true)
    })

    it('is told who pushed', async () => {
      await mustPush(enrolled)
      const entries = await get(host, KEYS)
      assert.match(entries, new RegExp(`^#Instance=${enrolled.instanceId}$`, 'm'))
      assert.match(entries, /^#Caller=arn:aws:iam::\d{12}:root$/m)
      assert.match(entries, /^#Request=[0-9a-f-]{36}$/m)
      assert.match(entries, new RegExp(`^${key.publicKey.replaceAll('+', '\\+')}$`, 'm'))
    })

    it('gets no key that it would not take: the push says so', async () => {
      const { code, stderr } = await push(enrolled, await generateKey(dir, 'ecdsa'))
      assert.notEqual(code, 0)
      assert.match(stderr, /ssh-ed25519 and ssh-rsa only/)
    })

    describe('that is lied to', { concurrency: 1 }, () => {
      const now = () => Math.floor(Date.now() / 1000)
      const text = (
        changes: Readonly<Record<string, string | number>> = {},
        line = key.publicKey,
      ) =>
        Object.entries({ Timestamp: now() + 60, Instance: enrolled.instanceId, ...changes })
          .map(([name, value]) => `#${name}=${value}\n`)
          .join('') + `${line}\n`
      /** All that the package is to believe of a signer, with one entry. */
      const allOf = async (signer: ForgedSigner, entry?: string, staple?: string) => ({
        [CERTIFICATES]: signer.chain,
        [STAPLES]: signer.fingerprint,
        [`${STAPLES}${signer.fingerprint}`]: staple ?? (await signer.staple()),
        [KEYS]: entry ?? (await signer.entry(text())),
      })
      before(async () => {
        await run(host, 'mv /usr/bin/curl /usr/bin/curl.real')
        await host.writeFile('/usr/bin/curl', LYING_CURL, { mode: '0755' })
        await host.writeFile(`/etc/ssl/certs/${FORGED_ROOT.replaceAll(' ', '_')}.pem`, forged.root)
        // Without any live key here the package asks for nothing more.
        await mustPush(enrolled, otherKey)
      })

      it('would believe a signer that the host trusts: what follows differs in one thing each', async () => {
        await lie(host, {
          ...(await allOf(forged)),
          [KEYS]: await forged.entry(text({}, otherKey.publicKey)),
        })
        await isRefused(host, /^another key$/)
        await lie(host, await allOf(forged))
        assert.equal(await isLetIn(host), true)
      })

      it('refuses another root', async () => {
        const names = { root: 'Other root', leaf: 'managed-ssh-signer.on-prem-1.amazonaws.com' }
        await lie(host, await allOf(await forgeSigner(join(dir, 'other'), names)))
        await isRefused(host, /^unknown root$/)
      })

      it('believes another root of the name of a trusted one (so nobody else may answer at the address)', async () => {
        const [file = ''] =
          (await run(host, 'ls /etc/ssl/certs')).match(/^Fleetkey_.*(?=\.pem$)/m) ?? []
        const names = {
          root: file.replaceAll('_', ' '),
          leaf: 'managed-ssh-signer.on-prem-1.amazonaws.com',
        }
        await lie(host, await allOf(await forgeSigner(join(dir, 'namesake'), names)))
        assert.equal(await isLetIn(host), true)
      })

      it('refuses another name', async () => {
        const names = { root: FORGED_ROOT, leaf: 'managed-ssh-signer.eu-west-1.amazonaws.com' }
        await lie(host, await allOf(await forgeSigner(join(dir, 'name'), names)))
        await isRefused(host, /^another signer$/)
      })

      it('refuses a leaf that its root did not issue', async () => {
        const names = { root: FORGED_ROOT, leaf: 'managed-ssh-signer.on-prem-1.amazonaws.com' }
        const sibling = await forgeSigner(join(dir, 'sibling'), names)
        const chain = sibling.chain.replace(sibling.root, forged.root)
        await lie(host, { ...(await allOf(sibling)), [CERTIFICATES]: chain })
        await isRefused(host, /^no chain of trust$/)
      })

      for (const [what, staple, why] of [
        ['that says revoked', () => forged.staple('revoked'), /does not say good/],
        ['that is over', () => forged.staple('over'), /does not say good/],
        [
          'that is none',
          async () => Buffer.from('good').toString('base64'),
          /no staple that holds/,
        ],
        [
          'of another certificate',
          async () => ourStaple(),
          /no staple that holds|does not say good/,
        ],
      ] as const)
        it(`refuses a staple ${what}`, async () => {
          await lie(host, await allOf(forged, undefined, await staple()))
          await isRefused(host, why)
        })
      const ourStaple = async () => get(host, STAPLES + (await get(host, STAPLES)))

      it('refuses when there is no staple', async () => {
        await lie(host, { ...(await allOf(forged)), [STAPLES]: '' })
        await isRefused(host, /no staple that holds/)
      })

      it('refuses a signature with one bit flipped', async () => {
        const entry = await forged.entry(text())
        const at = entry.length - 20
        const bit = entry.charAt(at) === 'A' ? 'B' : 'A'
        await lie(host, await allOf(forged, entry.slice(0, at) + bit + entry.slice(at + 1)))
        await isRefused(host, /signature that does not hold/)
      })

      it('refuses a key in place of another', async () => {
        const entry = await forged.entry(text({}, otherKey.publicKey))
        await lie(host, await allOf(forged, entry.replace(otherKey.publicKey, key.publicKey)))
        await isRefused(host, /signature that does not hold/)
      })

      it('refuses a key that is over', async () => {
        await lie(host, await allOf(forged, await forged.entry(text({ Timestamp: now() - 1 }))))
        await isRefused(host, /^over$/)
      })

      it('refuses a key of another instance', async () => {
        const entry = await forged.entry(text({ Instance: 'i-0123456789abcdef0' }))
        await lie(host, await allOf(forged, entry))
        await isRefused(host, /^of another instance$/)
      })

      it('refuses on a machine whose asset tag is another', async () => {
        await lie(host, await allOf(forged))
        await writeFile(assetTagOf('deb'), 'i-0123456789abcdef0\n')
        await isRefused(host, /^another machine$/)
        await writeFile(assetTagOf('deb'), `${enrolled.instanceId}\n`)
        assert.equal(await isLetIn(host), true)
      })
    })

    it('is asked by its own host only: a neighbour gets no word', async () => {
      const neighbour = await network.startHost({ name: 'neighbour', users: [] })
      await run(neighbour, `ip route add 169.254.169.254/32 via ${host.address4}`)
      const put = ['-X', 'PUT', '-H', 'X-aws-ec2-metadata-token-ttl-seconds: 5'] as const
      const argv = ['curl', '-s', '-m', '5', ...put, `${METADATA}/api/token`] as const
      assert.equal((await host.exec(argv)).code, 0)
      const { code, stdout } = await neighbour.exec(argv)
      // 52 an empty answer, 56 a reset
      assert.ok([52, 56].includes(code), `exit ${code}`)
      assert.equal(stdout, '')
    })

    it('gives no key once the agent is dead, and asks nobody else (would go to the network)', async () => {
      await mustPush(enrolled)
      assert.equal(await isLetIn(host), true)
      await enrolled.killAgent()
      await isRefused(host, /^no token$/)
      const { code } = await host.exec(['curl', '-s', '-m', '1', METADATA])
      assert.equal(code, 7, 'refused by this host itself, not lost on the way')
      await enrolled.startAgent()
      await until(async () => (await push(enrolled)).code === 0)
      assert.equal(await isLetIn(host), true)
    })

    it('is left with neither address nor trust by "fleetkey agent uninstall"', async () => {
      const left = 'ls /etc/ssl/certs | grep -c ^Fleetkey_ || true; ip address show dev lo'
      assert.match(await run(host, left), /^1\n[^]*inet 169\.254\.169\.254\/32/)
      await enrolled.stopAgent()
      assert.match(await run(host, left), /inet 169\.254\.169\.254\/32/)
      await run(host, `${FLEETKEY_IN_HOST} agent uninstall`)
      const now = await run(host, left)
      assert.match(now, /^0\n/)
      assert.doesNotMatch(now, /169\.254/)
    })
  })

  describe('on Red Hat', { concurrency: 1 }, () => {
    let enrolled: EnrolledHost
    let host: Host
    before(async () => {
      enrolled = await startPackagedHost('rpm', 'rpm')
      host = enrolled.host
      await host.writeFile('/etc/ssl/certs/ca-bundle.crt', `# ${FORGED_ROOT}\n${forged.root}`)
    })

    it('needs no change of what the host trusts', async () => {
      assert.doesNotMatch(await setUp(enrolled), /wrote \/etc\/ssl/)
      assert.equal(await problemsOf(host), '')
    })

    it('lets a pushed key in for a minute', async () => {
      assert.equal(await isLetIn(host), false)
      await mustPush(enrolled)
      const pushed = performance.now()
      assert.equal(await isLetIn(host), true)
      // Under load the package takes seconds of its own for each login.
      await sleep(52_000 - (performance.now() - pushed))
      assert.equal(await isLetIn(host), true)
      await sleep(61_000 - (performance.now() - pushed))
      await isRefused(host, /^no keys \(404\)$/)
    })

    it('can be the only way in', async () => {
      const said = await run(host, `${FLEETKEY_IN_HOST} agent install --lock`)
      assert.match(said, /^locked: grants are the only way in$/m)
      await mustPush(enrolled)
      assert.equal(await isLetIn(host), true)
    })

    it('is left without the address when the delivery is another', async () => {
      await enrolled.stopAgent()
      await run(host, `${FLEETKEY_IN_HOST} agent install --no-lock --delivery file`)
      assert.equal(
        await run(host, 'ip -br address show dev lo'),
        'lo               UNKNOWN        127.0.0.1/8 ::1/128',
      )
    })
  })

  describe('and where it is not', { concurrency: 1 }, () => {
    const install = [FLEETKEY_IN_HOST, 'agent', 'install', '--delivery', 'metadata'] as const

    it('is refused where the package is not installed', async () => {
      const mounts = [{ from: CHECKOUT, to: CHECKOUT_IN_HOST }]
      const host = await network.startHost({ name: 'bare', users: ['ec2-user'], mounts })
      const { code, stderr } = await host.exec(install)
      assert.equal(code, 78)
      assert.match(stderr, /install ec2-instance-connect first, or use the delivery "command"/)
    })

    describe('to itself', { concurrency: 1 }, () => {
      let enrolled: EnrolledHost
      let host: Host
      before(async () => {
        enrolled = await startPackagedHost('cloud', 'deb')
        host = enrolled.host
        await enrolled.stopAgent()
      })

      /** While another program listens there. */
      async function whileListening(address: string, work: () => Promise<void>): Promise<void> {
        const node = process.execPath.replace(CHECKOUT, CHECKOUT_IN_HOST)
        const code = `require('http').createServer((q, r) => r.end()).listen(80, '${address}')`
        const service = host.spawn([node, '-e', code], { stdio: 'ignore' })
        try {
          const url = `http://${address.replace('0.0.0.0', '127.0.0.1')}/`
          await until(async () => (await host.exec(['curl', '-s', url])).code === 0)
          await work()
        } finally {
          service.kill()
          await enrolled.stopAgent()
        }
      }

      async function agentRefuses(why: RegExp): Promise<void> {
        await enrolled.startAgent()
        const { code, stderr } = await push(enrolled)
        assert.notEqual(code, 0)
        assert.match(stderr, why)
        const argv = ['instances', 'show', enrolled.instanceId]
        assert.match(JSON.stringify(await fleetkeyJson(argv, { env: plane.root })), why)
      }

      it('is refused where a web server listens on all addresses, with what to do', async () => {
        await whileListening('0.0.0.0', () =>
          agentRefuses(/Port 80 is taken on all addresses of this host: let that server listen/),
        )
      })

      it('is refused where a cloud has its own metadata service, by install and by the agent', async () => {
        // Another address at that place, as a cloud's.
        const own = '169.254.169.254/32 dev lo'
        await run(host, `ip address del ${own}; ip address add ${own}`)
        await whileListening('169.254.169.254', async () => {
          const { code, stderr } = await host.exec(install)
          assert.equal(code, 78)
          assert.match(stderr, /A metadata service answers at 169\.254\.169\.254 already/)
          await agentRefuses(/169\.254\.169\.254 is an address of lo on this host already/)
        })
      })
    })
  })
})
