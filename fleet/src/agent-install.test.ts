import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { CHECKOUT, CHECKOUT_IN_HOST } from './fleetkey.ts'
import { openHostNetwork, type HostNetwork } from './host-network.ts'
import type { Host } from './host.ts'
import { missingPrerequisites } from './prerequisites.ts'
import { generateKey, ssh, type KeyPair } from './ssh.ts'

const missing = missingPrerequisites()
const skip = missing.length === 0 ? false : `SKIPPED: test hosts need ${missing.join(', ')}`
if (skip !== false) console.error(skip)
const suite = { skip, timeout: 120_000 }

const agent = `${CHECKOUT_IN_HOST}/agent/src`
const nodeInHost = process.execPath.replace(CHECKOUT, CHECKOUT_IN_HOST)
const helperLines = [
  'authorizedkeyscommand /usr/lib/fleetkey/authorized-keys %u %U %f',
  'authorizedkeyscommanduser fleetkey',
]

/** Key exchange is not what is tested here, and the default one costs 80 ms of work. */
const cheapKex = 'KexAlgorithms=curve25519-sha256'

let stateDir: string
let network: HostNetwork
/** Bob's own key, in his home for ever: whoever cannot log in with it is locked out. */
let standing: KeyPair
let pushed: KeyPair
before(async () => {
  if (skip !== false) return
  stateDir = await mkdtemp(join(tmpdir(), 'fleet-'))
  standing = await generateKey(stateDir, 'ed25519', 'standing')
  pushed = await generateKey(stateDir, 'ed25519', 'pushed')
  network = await openHostNetwork({ stateDir, label: 'agent install' })
})
after(async () => {
  if (skip !== false) return
  await network.close()
  await rm(stateDir, { recursive: true, force: true })
})

async function startHost(name: string): Promise<Host> {
  const mounts = [{ from: CHECKOUT, to: CHECKOUT_IN_HOST }]
  const host = await network.startHost({ name, users: ['alice', 'bob'], mounts })
  await host.writeFile('/home/bob/.ssh/authorized_keys', `${standing.publicKey}\n`, {
    owner: 'bob:bob',
  })
  return host
}

async function run(host: Host, script: string): Promise<string> {
  const { code, stdout, stderr } = await host.exec(['/bin/sh', '-euc', script])
  assert.equal(code, 0, stderr)
  return stdout.trim()
}

/** The lines of the report, or of the refusal. */
async function act(
  host: Host,
  call: string,
  { as = [], next = '' }: { readonly as?: readonly string[]; readonly next?: string } = {},
): Promise<string> {
  const code = `
    import { install } from '${agent}/install/install.ts'
    import { uninstall } from '${agent}/install/uninstall.ts'
    import { InstallRefused } from '${agent}/install/install-report.ts'
    const { lines } = await ${call}.catch((error) => {
      if (!(error instanceof InstallRefused)) throw error
      return { lines: ['REFUSED ' + error.message] }
    })
    console.log(lines.join('\\n'))
    ${next}`
  const argv = [...as, nodeInHost, '--input-type=module', '-']
  const result = await host.exec(argv as [string, ...string[]], { input: code })
  assert.equal(result.code, 0, result.stderr)
  return result.stdout.trim()
}

/** Everything that installing could touch: names, owners, modes, contents. */
function snapshot(host: Host): Promise<string> {
  return run(
    host,
    `for top in /etc /usr/lib/fleetkey /run/fleetkey /var/lib/fleetkey; do
       [ -e $top ] || continue
       find $top -path /etc/ssl -prune -o -printf '%p %U:%G %m %l\\n' | grep -v -e '^/etc ' -e '^/etc/ssh/sshd_config.d '
     done | grep -v -e '-$' -e '- ' | sort
     cksum $(find /etc/ssh /etc/pam.d -type f) /etc/passwd /etc/group /etc/shadow | sort`,
  )
}

/** By the lines that differ; all of them would be thousands. */
async function assertUnchanged(host: Host, before: string): Promise<void> {
  const [was, is] = [before.split('\n'), (await snapshot(host)).split('\n')]
  const [old, now] = [new Set(was), new Set(is)]
  assert.deepEqual(
    [
      ...was.filter((line) => !now.has(line)).map((line) => `gone: ${line}`),
      ...is.filter((line) => !old.has(line)).map((line) => `new: ${line}`),
    ],
    [],
  )
}

async function effective(host: Host): Promise<readonly string[]> {
  const lines = (await run(host, '/usr/sbin/sshd -T')).split('\n')
  // Keywords as 9.2 spells them; 10.5 does otherwise.
  return lines.map((line) => line.replace(/^\S+/, (keyword) => keyword.toLowerCase()))
}

async function isLetIn(host: Host, user: string, { identityFile }: KeyPair): Promise<boolean> {
  const { code, stderr } = await ssh(host, {
    user,
    identityFile,
    command: 'true',
    config: [cheapKex],
  })
  if (code === 0) return true
  assert.match(stderr, /Permission denied \(publickey/)
  return false
}

async function push(host: Host, kind: 'command' | 'file'): Promise<void> {
  const { code, stderr } = await host.exec([nodeInHost, '--input-type=module', '-'], {
    input: pushCode(kind),
  })
  assert.equal(code, 0, stderr)
}

/** What the agent does with a verified grant for alice and the pushed key. */
function pushCode(kind: 'command' | 'file'): string {
  const name = kind === 'command' ? 'createCommandDelivery' : 'createFileDelivery'
  return `
    import { createHash } from 'node:crypto'
    import { ${name} } from '${agent}/deliveries/${kind}.ts'
    import { openBootClock } from '${agent}/boot-clock.ts'
    import { parseSshPublicKey, sshFingerprint } from '${CHECKOUT_IN_HOST}/wire/src/ssh/public-key.ts'
    const key = parseSshPublicKey(${JSON.stringify(pushed.publicKey)})
    const clock = openBootClock()
    await ${name}().install({
      grantId: '1', osUser: 'alice', uid: 1001, key, optionProfile: 'login', bootId: clock.bootId,
      fingerprint: sshFingerprint(key, (bytes) => createHash('sha256').update(bytes).digest()),
      deadline: clock.now() + 6000, expiryTime: Math.floor(Date.now() / 1000) + 60,
    })`
}

describe('installing', { ...suite, concurrency: 1 }, () => {
  let host: Host
  let clean: string
  before(async () => {
    host = await startHost('install')
    clean = await snapshot(host)
  })

  it('makes sshd ask the helper, may be done twice, and is undone without a trace', async () => {
    assert.match(
      await act(host, 'install()'),
      /^wrote \/etc\/ssh\/sshd_config.d\/10-fleetkey.conf\nsshd reloaded$/m,
    )
    const once = await snapshot(host)
    const lines = await effective(host)
    for (const line of helperLines) assert.ok(lines.includes(line), line)
    await act(host, 'install()')
    await assertUnchanged(host, once)
    await push(host, 'command')
    assert.equal(await isLetIn(host, 'alice', pushed), true)
    await act(host, 'uninstall()')
    assert.equal(await isLetIn(host, 'alice', pushed), false)
    await assertUnchanged(host, clean)
  })

  it('leaves sessions alone', async () => {
    const session = ssh(host, {
      user: 'bob',
      identityFile: standing.identityFile,
      command: 'sleep 0.8; echo still here',
    })
    await act(host, 'install({ lock: true })')
    await act(host, 'uninstall()')
    assert.equal((await session).stdout, 'still here\n')
  })

  it('only tells what it would do when asked to', async () => {
    assert.match(
      await act(host, 'install({ dryRun: true, lock: true })'),
      /^would tell sshd: AuthorizedKeysFile none$/m,
    )
    await assertUnchanged(host, clean)
  })

  it('shuts every other way in when asked to, stays so when run again, and opens again', async () => {
    const lockedLine = /^locked: grants are the only way in$/m
    assert.doesNotMatch(await act(host, 'install()'), lockedLine)
    assert.match(await act(host, 'install({ lock: true })'), lockedLine)
    assert.match(await act(host, 'install()'), lockedLine)
    assert.equal(await isLetIn(host, 'bob', standing), false)
    await push(host, 'command')
    assert.equal(await isLetIn(host, 'alice', pushed), true)
    assert.match(
      await act(host, 'install({ lock: false })'),
      /another way in is open: AuthorizedKeysFile/,
    )
    await act(host, 'uninstall()')
    assert.equal(await isLetIn(host, 'bob', standing), true)
    await assertUnchanged(host, clean)
  })

  it('removes the keys of the delivery that was in use before', async () => {
    await act(host, 'install()')
    await push(host, 'command')
    await act(host, "install({ delivery: 'file' })")
    assert.equal(await isLetIn(host, 'alice', pushed), false)
    assert.equal(await host.readFile('/etc/fleetkey/agent.json'), '{\n  "delivery": "file"\n}\n')
    await push(host, 'file')
    assert.equal(await isLetIn(host, 'alice', pushed), true)
    // what agent.json says is what a later install does
    assert.match(await act(host, 'install({ dryRun: true })'), /AuthorizedKeysFile/)
    await act(host, 'uninstall()')
    await run(host, 'rm -r /etc/fleetkey')
    await assertUnchanged(host, clean)
  })

  for (const [what, breakIt, mend, because] of [
    [
      'a configuration that sshd refuses',
      'echo Nonsense yes >>/etc/ssh/sshd_config',
      "sed -i '$d' /etc/ssh/sshd_config",
      /Bad configuration option: Nonsense/,
    ],
    [
      'another AuthorizedKeysCommand',
      "printf 'AuthorizedKeysCommand /bin/true\\nAuthorizedKeysCommandUser nobody\\n' >/etc/ssh/sshd_config.d/60-sso.conf",
      'rm /etc/ssh/sshd_config.d/60-sso.conf',
      /AuthorizedKeysCommand \/bin\/true.*--delivery file/,
    ],
    [
      'a host without key authentication',
      'echo PubkeyAuthentication no >/etc/ssh/sshd_config.d/60-keys.conf',
      'rm /etc/ssh/sshd_config.d/60-keys.conf',
      /remove "PubkeyAuthentication no"/,
    ],
    [
      'an account fleetkey of somebody else',
      'echo fleetkey:x:1234:1234:A person:/home/f:/bin/sh >>/etc/passwd',
      "sed -i '$d' /etc/passwd",
      /did not make: rename it/,
    ],
    [
      'a place for the helper that others can write',
      'chmod 777 /usr/lib',
      'chmod 755 /usr/lib',
      /\/usr\/lib must be writable by root only/,
    ],
    [
      'a file in the place of the keys',
      'mkdir /run/fleetkey; : >/run/fleetkey/keys',
      'rm -r /run/fleetkey',
      /keys/,
    ],
    [
      'rules of PAM in which the end of our lines is gone',
      'cp -p /etc/pam.d/sshd /etc/pam.d/sshd.kept; sed -i \'1i # >>> fleetkey >>> written by "fleetkey agent install"; "fleetkey agent uninstall" takes it out\' /etc/pam.d/sshd',
      'mv /etc/pam.d/sshd.kept /etc/pam.d/sshd',
      /take Fleetkey's lines out by hand/,
    ],
  ] as const)
    it(`refuses ${what} and leaves all as it was`, async () => {
      await run(host, breakIt)
      const before = await snapshot(host)
      assert.match(
        await act(host, 'install({ lock: true })'),
        new RegExp(`^REFUSED .*${because.source}`, 's'),
      )
      await assertUnchanged(host, before)
      assert.equal(await isLetIn(host, 'bob', standing), true)
      await run(host, mend)
      await assertUnchanged(host, clean)
    })

  for (const [what, change, mend, because] of [
    [
      'users may set the environment of what PAM runs (would be root for everybody)',
      "sed -i '1i auth optional pam_env.so user_readenv=1' /etc/pam.d/common-auth",
      "sed -i '1d' /etc/pam.d/common-auth",
      /users may set the environment of PAM/,
    ],
    [
      'sshd does not use PAM',
      'echo UsePAM no >/etc/ssh/sshd_config.d/00-pam.conf',
      'rm /etc/ssh/sshd_config.d/00-pam.conf',
      /sshd does not use PAM/,
    ],
  ] as const)
    it(`leaves PAM alone where ${what}, and says so`, async () => {
      await act(host, 'install()')
      assert.match(await run(host, 'head -2 /etc/pam.d/sshd'), /type=open_session/)
      await run(host, change)
      assert.match(await act(host, 'install({ dryRun: true })'), because)
      assert.match(await act(host, 'install()'), because)
      const rules = await run(host, 'cat /etc/pam.d/sshd')
      assert.ok(!rules.includes('fleetkey'))
      await push(host, 'command')
      assert.equal(await isLetIn(host, 'alice', pushed), true)
      await run(host, mend)
      await act(host, 'uninstall()')
      await assertUnchanged(host, clean)
    })

  it('works beside another AuthorizedKeysCommand with the delivery file', async () => {
    await run(
      host,
      "printf 'AuthorizedKeysCommand /bin/true\\nAuthorizedKeysCommandUser nobody\\n' >/etc/ssh/sshd_config.d/60-sso.conf",
    )
    await act(host, "install({ delivery: 'file' })")
    const lines = await effective(host)
    assert.ok(lines.includes('authorizedkeyscommand /bin/true'))
    assert.ok(
      lines.includes(
        'authorizedkeysfile .ssh/authorized_keys .ssh/authorized_keys2 /run/fleetkey/authorized_keys/%u',
      ),
    )
    await act(host, 'uninstall()')
    await run(host, 'rm -r /etc/fleetkey /etc/ssh/sshd_config.d/60-sso.conf')
    await assertUnchanged(host, clean)
  })

  it('is refused to others than root, and there is nothing to undo where nothing was done', async () => {
    const asBob = { as: ['setpriv', '--reuid=bob', '--regid=bob', '--clear-groups'] }
    assert.match(await act(host, 'install()', asBob), /^REFUSED Only root/)
    assert.match(await act(host, 'uninstall()', asBob), /^REFUSED Only root/)
    await act(host, 'uninstall()')
    await assertUnchanged(host, clean)
  })

  it('is not undone while sshd would refuse what is left', async () => {
    await act(host, 'install()')
    await run(host, 'echo Nonsense yes >>/etc/ssh/sshd_config')
    const before = await run(host, 'cksum /etc/ssh/sshd_config.d/* /etc/ssh/sshd_config')
    assert.match(
      await act(host, 'uninstall()'),
      /^REFUSED sshd refuses its configuration.*Nonsense/s,
    )
    assert.equal(await run(host, 'cksum /etc/ssh/sshd_config.d/* /etc/ssh/sshd_config'), before)
    await run(host, "sed -i '$d' /etc/ssh/sshd_config")
    await act(host, 'uninstall()')
    await assertUnchanged(host, clean)
  })
})

const rest =
  'UsePAM yes\nKbdInteractiveAuthentication no\nPasswordAuthentication no\nSubsystem sftp internal-sftp\n'
const include = 'Include /etc/ssh/sshd_config.d/*.conf\n'
const match = 'Match User carol\n  X11Forwarding no\n'

interface Variant {
  readonly config: string
  /** Put into sshd_config.d; null: there is no such directory. */
  readonly dropIns?: Readonly<Record<string, string>> | null
}

/** Configurations as people have them; AWS's package stumbled over comments (1.1.9). */
const variants: Readonly<Record<string, Variant>> = {
  'no Include': { config: rest },
  'no Include and a Match block at the end': { config: rest + match },
  'a Match block only': { config: match },
  'nothing at all': { config: '' },
  'Include at the end': { config: rest + include },
  'Include below a Match block (counts for carol only)': { config: rest + match + include },
  'Include below "Match all"': { config: `${rest}${match}Match all\n${include}` },
  'no directory to include': { config: rest, dropIns: null },
  'CRLF line ends': { config: (include + rest + match).replaceAll('\n', '\r\n') },
  'no end of the last line': { config: (include + rest).trimEnd() },
  'comments with our keywords': {
    config: `#AuthorizedKeysCommand /bin/old\n  # AuthorizedKeysCommandUser old\n#Match all\n#${include}${rest}# AuthorizedKeysCommand none\n`,
  },
  'keywords in lower case, equal signs, quotes, tabs': {
    config:
      '\tinclude\t"/etc/ssh/sshd_config.d/*.conf"\nusepam=yes\nPASSWORDAUTHENTICATION = no\nmatch user carol\n\tx11forwarding\tno\n',
  },
  'a relative Include': { config: `Include sshd_config.d/*.conf\n${rest}` },
  'AuthorizedKeysFile before the Include': {
    config: `AuthorizedKeysFile .ssh/authorized_keys\n${include}${rest}`,
  },
  'an earlier file that says the same': {
    config: include + rest,
    dropIns: {
      '00-admin.conf':
        'AuthorizedKeysFile .ssh/authorized_keys\nAuthorizedKeysCommand none\nAuthorizedKeysCommandUser none\n',
    },
  },
  'a later file that says other': {
    config: include + rest,
    dropIns: {
      '99-cloud.conf': 'AuthorizedKeysFile .ssh/authorized_keys\nPasswordAuthentication yes\n',
    },
  },
  'a command for one account only': {
    config: `${include}${rest}Match User carol\n  AuthorizedKeysCommand /bin/true\n  AuthorizedKeysCommandUser nobody\n`,
  },
  'bytes that are no text': { config: `# \u00e4\u00f6 \u2028\n${include}${rest}` },
  'other keys and ports': { config: `Port 22\nPort 2222\nMaxAuthTries 2\n${include}${rest}` },
}

describe('installing into a configuration with', { ...suite, concurrency: 3 }, () => {
  const names = Object.keys(variants)
  for (const lane of [0, 1, 2])
    describe(`(host ${lane + 1})`, { concurrency: 1 }, () => {
      let host: Host
      before(async () => {
        host = await startHost(`variants-${lane + 1}`)
      })

      for (const name of names.filter((_, n) => n % 3 === lane))
        it(name, async () => {
          await writeConfig(host, variants[name] ?? { config: '' })
          const clean = await snapshot(host)
          // the settings that meet other settings differ by delivery
          const kind = names.indexOf(name) % 2 === 0 ? 'command' : 'file'
          const report = await act(host, `install({ delivery: '${kind}' })`, {
            next: pushCode(kind),
          })
          assert.match(report, /^sshd reloaded$/m)
          assert.equal(await isLetIn(host, 'alice', pushed), true)
          assert.equal(await isLetIn(host, 'bob', standing), true)
          const lockAndGo = { next: 'await uninstall()' }
          assert.match(
            await act(host, "install({ delivery: 'command', lock: true })", lockAndGo),
            /^locked: /m,
          )
          await run(host, 'rm -rf /etc/fleetkey')
          await assertUnchanged(host, clean)
          assert.equal(await isLetIn(host, 'bob', standing), true)
        })
    })
})

async function writeConfig(host: Host, { config, dropIns = {} }: Variant): Promise<void> {
  await run(host, 'rm -rf /etc/ssh/sshd_config.d')
  if (dropIns !== null) await run(host, 'mkdir /etc/ssh/sshd_config.d')
  for (const [name, text] of Object.entries(dropIns ?? {})) {
    // oxlint-disable-next-line no-await-in-loop
    await host.writeFile(`/etc/ssh/sshd_config.d/${name}`, text)
  }
  await host.writeFile('/etc/ssh/sshd_config', config)
  await host.restartSshd()
}
