import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DeliveryKind } from '@fleetkey/domain/host-facts'
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

let stateDir: string
let network: HostNetwork
let key: KeyPair
let otherKey: KeyPair
before(async () => {
  if (skip !== false) return
  stateDir = await mkdtemp(join(tmpdir(), 'fleet-'))
  key = await generateKey(stateDir, 'ed25519')
  otherKey = await generateKey(stateDir, 'ed25519', 'other')
  network = await openHostNetwork({ stateDir, label: 'deliveries' })
})
after(async () => {
  if (skip !== false) return
  await network.close()
  await rm(stateDir, { recursive: true, force: true })
})

/** Runs a module on the host, as root, with the agent's own source at hand. */
async function runModule(host: Host, code: string, expected = 0): Promise<string> {
  const argv = [nodeInHost, '--input-type=module', '-'] as const
  const { code: exit, stdout, stderr } = await host.exec(argv, { input: code })
  assert.equal(exit, expected, stderr)
  return stdout.trim()
}

async function run(host: Host, script: string): Promise<string> {
  const { code, stdout, stderr } = await host.exec(['/bin/sh', '-euc', script])
  assert.equal(code, 0, stderr)
  return stdout.trim()
}

async function startHost(
  name: string,
  kind: DeliveryKind,
  { lock = false, on = network } = {},
): Promise<Host> {
  const mounts = [{ from: CHECKOUT, to: CHECKOUT_IN_HOST }]
  const host = await on.startHost({ name, users: ['alice', 'bob'], mounts })
  await runModule(
    host,
    `import { install } from '${agent}/install/install.ts'
     await install(${JSON.stringify({ delivery: kind, lock })})`,
  )
  return host
}

/** A line of code that makes `delivery`. */
function openDelivery(kind: DeliveryKind): string {
  const name = `create${kind.charAt(0).toUpperCase()}${kind.slice(1)}Delivery`
  return `import { ${name} } from '${agent}/deliveries/${kind}.ts'; const delivery = ${name}();`
}

interface Push {
  readonly seconds: number
  readonly key?: KeyPair
}

/** Does what the agent does with a verified grant, in a process that is killed at once after it. */
async function push(host: Host, kind: DeliveryKind, options: Push): Promise<void> {
  const { publicKey } = options.key ?? key
  await runModule(
    host,
    `${openDelivery(kind)}
     import { createHash, randomUUID } from 'node:crypto'
     import { openBootClock } from '${agent}/boot-clock.ts'
     import { expiryTime } from '${CHECKOUT_IN_HOST}/domain/src/grant.ts'
     import { parseSshPublicKey, sshFingerprint } from '${CHECKOUT_IN_HOST}/wire/src/ssh/public-key.ts'
     await delivery.clear()
     const key = parseSshPublicKey(${JSON.stringify(publicKey)})
     const clock = openBootClock()
     await delivery.install({
       grantId: randomUUID(), osUser: 'alice', uid: 1001, key, optionProfile: 'login',
       fingerprint: sshFingerprint(key, (bytes) => createHash('sha256').update(bytes).digest()),
       bootId: clock.bootId, deadline: clock.now() + ${options.seconds * 100},
       expiryTime: expiryTime(Date.now(), ${options.seconds}),
     })
     process.kill(process.pid, 'SIGKILL')`,
    128 + 9,
  )
}

function findProblems(host: Host, kind: DeliveryKind): Promise<string> {
  const code = `${openDelivery(kind)} console.log((await delivery.problems()).join('\\n'))`
  return runModule(host, code)
}

async function isLetIn(host: Host, user = 'alice', by = key): Promise<boolean> {
  const { identityFile } = by
  const { code, stdout, stderr } = await ssh(host, {
    user,
    identityFile,
    command: 'id -un',
    // not what is tested here, and the default costs 80 ms of work
    config: ['KexAlgorithms=curve25519-sha256'],
  })
  if (code === 0) return true
  assert.match(stderr, /Permission denied \(publickey/, stdout)
  return false
}

describe('every delivery', { ...suite, concurrency: 3 }, () => {
  for (const kind of ['command', 'file', 'home'] as const)
    describe(kind, { concurrency: 1 }, () => {
      let host: Host
      before(async () => {
        host = await startHost(kind, kind)
      })

      it('has no problems to tell of', async () => {
        assert.equal(await findProblems(host, kind), '')
      })

      it('lets the key in until the deadline and not after it, though its writer is dead', async () => {
        assert.equal(await isLetIn(host), false)
        await push(host, kind, { seconds: 4 })
        const pushed = performance.now()
        assert.equal(await isLetIn(host), true)
        await sleep(1900 - (performance.now() - pushed))
        assert.equal(await isLetIn(host), true)
        // sshd accepts through the whole second that expiry-time names: with a dead writer up to a second more (domain/grant.ts)
        await sleep((kind === 'command' ? 4050 : 5050) - (performance.now() - pushed))
        assert.equal(await isLetIn(host), false)
      })

      it('lets in nobody else: not the account beside, not another key', async () => {
        await push(host, kind, { seconds: 30 })
        assert.equal(await isLetIn(host), true)
        assert.equal(await isLetIn(host, 'bob'), false)
        assert.equal(await isLetIn(host, 'alice', otherKey), false)
      })

      it('refuses a key that the next agent cleared', async () => {
        await push(host, kind, { seconds: 30 })
        await runModule(host, `${openDelivery(kind)} await delivery.clear()`)
        assert.equal(await isLetIn(host), false)
      })
    })
})

describe('the delivery command', { ...suite, concurrency: 3 }, () => {
  const keyFiles = '/run/fleetkey/keys'

  describe('and clocks', { concurrency: 1 }, () => {
    let host: Host
    // A cable of its own: beside other hosts the bridge stays up, and the machine remembers the address of the card before the boot.
    let own: HostNetwork
    before(async () => {
      own = await openHostNetwork({ stateDir, label: 'deliveries: clocks' })
      host = await startHost('clocks', 'command', { on: own })
    })
    after(() => own.close())

    it('refuses after the deadline although sshd takes the hour before for now', async () => {
      await host.restartSshd({ fakeClockSeconds: -3600 })
      await push(host, 'command', { seconds: 2 })
      assert.equal(await isLetIn(host), true)
      await sleep(2000)
      assert.equal(await isLetIn(host), false)
    })

    it('refuses early, never late, when the clock of sshd runs ahead (the stamp is the second lock)', async () => {
      await push(host, 'command', { seconds: 30 })
      await host.restartSshd({ fakeClockSeconds: 7200 })
      assert.equal(await isLetIn(host), false)
      await host.restartSshd()
      assert.equal(await isLetIn(host), true)
    })

    it('refuses after a boot, also a key file that was kept (its boot is over)', async () => {
      await push(host, 'command', { seconds: 600 })
      await run(host, `cp -a ${keyFiles} /var/lib/kept-keys`)
      await host.reboot()
      assert.equal(await isLetIn(host), false)
      await runModule(host, `${openDelivery('command')} await delivery.clear()`)
      await run(host, `cp -a /var/lib/kept-keys/* ${keyFiles}/`)
      assert.equal(await isLetIn(host), false)
      await push(host, 'command', { seconds: 30 })
      assert.equal(await isLetIn(host), true)
    })
  })

  describe('and accounts', { concurrency: 1 }, () => {
    let host: Host
    before(async () => {
      host = await startHost('accounts', 'command')
      await push(host, 'command', { seconds: 60 })
    })

    it('refuses another name with the same uid, also when its key file is made by hand', async () => {
      await run(
        host,
        `echo 'alicia:x:1001:1001::/home/alice:/bin/bash' >>/etc/passwd
        echo 'alicia:*:19000::::::' >>/etc/shadow`,
      )
      assert.equal(await isLetIn(host, 'alicia'), false)
      await run(host, `cd ${keyFiles}; for f in alice:*; do cp -p "$f" "alicia:\${f#alice:}"; done`)
      assert.equal(await isLetIn(host, 'alicia'), false)
      assert.equal(await isLetIn(host), true)
    })

    it('refuses the name once it has another uid', async () => {
      await run(
        host,
        `sed -i s/^alice:x:1001:/alice:x:1999:/ /etc/passwd; chown -R 1999 /home/alice`,
      )
      assert.equal(await isLetIn(host), false)
      await run(
        host,
        `sed -i s/^alice:x:1999:/alice:x:1001:/ /etc/passwd; chown -R 1001 /home/alice`,
      )
      assert.equal(await isLetIn(host), true)
    })

    it('keeps keys and notes from other accounts', async () => {
      const as = (user: string, script: string) =>
        host.exec([
          'setpriv',
          `--reuid=${user}`,
          '--clear-groups',
          `--regid=${user}`,
          'sh',
          '-c',
          script,
        ])
      assert.notEqual((await as('bob', `ls ${keyFiles}`)).code, 0)
      assert.notEqual((await as('bob', 'ls /run/fleetkey/notes')).code, 0)
      assert.notEqual((await as('fleetkey', `: >${keyFiles}/bob:x`)).code, 0)
      assert.notEqual((await as('fleetkey', ': >/run/fleetkey/notes/x')).code, 0)
      assert.notEqual((await as('fleetkey', 'ls /run/fleetkey/notes')).code, 0)
    })

    it('notes what was offered, and no more than 64 KiB of it', async () => {
      const take = async () => {
        const notes = await runModule(
          host,
          `import { takeNotes } from '${agent}/deliveries/notes.ts'
           console.log(JSON.stringify(await takeNotes()))`,
        )
        return JSON.parse(notes) as { osUser: string; uid: number; live: boolean; at: number }[]
      }
      await take()
      assert.equal(await isLetIn(host), true)
      assert.equal(await isLetIn(host, 'bob', otherKey), false)
      const notes = await take()
      // sshd asks twice for the key that logs in
      assert.deepEqual(
        notes.map(({ osUser, uid, live }) => [osUser, uid, live].join(' ')),
        ['alice 1001 true', 'alice 1001 true', 'bob 1002 false'],
      )
      assert.ok(notes.every(({ at }) => Math.abs(Date.now() - at) < 10_000))

      const unknown = `SHA256:${'A'.repeat(43)}`
      await run(
        host,
        `yes ${unknown} | head -c 65000 >>/run/fleetkey/notes/other
         for n in $(seq 20); do setpriv --reuid=fleetkey --regid=fleetkey --clear-groups \
           /usr/lib/fleetkey/authorized-keys bob 1002 ${unknown}; done`,
      )
      assert.equal(await run(host, 'stat -c %s /run/fleetkey/notes/other'), '65536')
      assert.equal(await isLetIn(host), true)
      assert.equal((await take()).filter(({ live }) => live).length, 2)
      assert.equal(await run(host, 'cat /run/fleetkey/notes/*'), '')
    })
  })

  describe('and what is broken', { concurrency: 1 }, () => {
    let host: Host
    before(async () => {
      host = await startHost('broken', 'command')
      await host.writeFile('/home/bob/.ssh/authorized_keys', `${otherKey.publicKey}\n`, {
        owner: 'bob:bob',
      })
    })

    for (const [what, script] of [
      ['a fifo', 'rm "$f"; mkfifo "$f"'],
      ['garbage', 'head -c 4096 /dev/urandom >"$f"'],
      [
        'a file of 256 MiB',
        'rm "$f"; tr "\\0" a </dev/zero | head -c 268435456 >/var/lib/huge; ln /var/lib/huge "$f" 2>/dev/null || cp /var/lib/huge "$f"',
      ],
      ['a file that the helper may not read', 'chmod 600 "$f"'],
      ['a directory', 'rm "$f"; mkdir "$f"'],
      ['a link', 'mv "$f" /run/elsewhere; ln -s /run/elsewhere "$f"'],
      ['nothing', 'rm "$f"'],
      ['nothing at all (no /run/fleetkey)', 'rm -r /run/fleetkey'],
    ] as const)
      it(`refuses, and lets others in, when the key file is ${what}`, async () => {
        await push(host, 'command', { seconds: 60 })
        await run(host, `cd ${keyFiles}; f=$(echo alice:*); ${script}`)
        assert.equal(await isLetIn(host), false)
        assert.equal(await isLetIn(host, 'bob', otherKey), true)
        await run(host, `rm -rf ${keyFiles}/* /var/lib/huge`)
      })

    it('says what is wrong with the helper, its directory, its account, the configuration', async () => {
      await push(host, 'command', { seconds: 60 })
      const helper = '/usr/lib/fleetkey/authorized-keys'
      for (const [broken, mended, expected] of [
        [
          `chmod 777 ${helper}`,
          `chmod 755 ${helper}`,
          /writable by root only: chmod go-w \/usr\/lib\/fleetkey/,
        ],
        [
          'chown bob /usr/lib/fleetkey',
          'chown root /usr/lib/fleetkey',
          /fleetkey must belong to root/,
        ],
        [`echo >>${helper}`, `sed -i '$d' ${helper}`, /of another version/],
        [
          `mv ${helper} /var/lib/x`,
          `mv /var/lib/x ${helper}`,
          /is missing: run "fleetkey agent install"/,
        ],
        [
          'chmod 777 /run/fleetkey/keys',
          'chmod 750 /run/fleetkey/keys',
          /keys has another owner or mode/,
        ],
        ...(
          [
            ['PubkeyAuthentication no', /accepts no keys at all/],
            ['FingerprintHash md5', /names keys by MD5/],
            ['AuthorizedKeysCommand /bin/false', /asks another program .*\/bin\/false/],
            ['AuthorizedKeysCommandUser bob', /runs the helper as bob/],
          ] as const
        ).map(
          ([line, pattern]) =>
            [
              `echo '${line}' >/etc/ssh/sshd_config.d/00-admin.conf`,
              'rm /etc/ssh/sshd_config.d/00-admin.conf',
              pattern,
            ] as const,
        ),
      ] as const) {
        await run(host, broken)
        assert.match(await findProblems(host, 'command'), expected)
        await run(host, mended)
      }
      assert.equal(await findProblems(host, 'command'), '')
      assert.equal(await isLetIn(host), true)
    })
  })
})

describe('an sshd before 9.1', suite, () => {
  let host: Host
  before(async () => {
    host = await startHost('old', 'command')
    await host.writeFile(
      '/usr/local/bin/old-sshd',
      `#!/bin/sh
       if [ "$1" = -V ]; then echo 'unknown option -- V\nOpenSSH_8.9p1 Ubuntu-3, OpenSSL 3.0.2' >&2; exit 1; fi
       exec /usr/sbin/sshd.real "$@"\n`,
      { mode: '0755' },
    )
    await run(
      host,
      'mv /usr/sbin/sshd /usr/sbin/sshd.real; mv /usr/local/bin/old-sshd /usr/sbin/sshd',
    )
  })

  it('is given lines that it understands, and the helper alone ends them', async () => {
    await push(host, 'command', { seconds: 2 })
    assert.match(await run(host, 'cat /run/fleetkey/keys/*'), / restrict,pty ssh-ed25519 /)
    assert.equal(await isLetIn(host), true)
    await sleep(2000)
    assert.equal(await isLetIn(host), false)
  })

  for (const kind of ['file', 'home'] as const)
    it(`is no place for the delivery ${kind}: nothing would end a key`, async () => {
      assert.match(await findProblems(host, kind), /OpenSSH_8.9p1.* cannot end a key by itself/)
      await assert.rejects(push(host, kind, { seconds: 30 }), /needs OpenSSH 9.1/)
      assert.equal(await run(host, 'find /run/fleetkey/authorized_keys /home -type f'), '')
    })
})

describe('a locked host', suite, () => {
  let host: Host
  before(async () => {
    host = await startHost('locked', 'command', { lock: true })
    await host.writeFile('/home/alice/.ssh/authorized_keys', `${otherKey.publicKey}\n`, {
      owner: 'alice:alice',
    })
  })
  const measure = async () =>
    JSON.parse(
      await runModule(
        host,
        `import { measureLock } from '${agent}/lock.ts'
         console.log(JSON.stringify(await measureLock(['alice', 'bob'])))`,
      ),
    ) as unknown

  it('lets in by a grant only, not by a key that was left in a home', async () => {
    assert.equal(await isLetIn(host, 'alice', otherKey), false)
    await push(host, 'command', { seconds: 30 })
    assert.equal(await isLetIn(host), true)
    assert.deepEqual(await measure(), { kind: 'locked' })
  })

  it('says what a Match block opens, and for whom', async () => {
    await run(
      host,
      "printf 'Match User bob\\nPasswordAuthentication yes\\n' >>/etc/ssh/sshd_config",
    )
    assert.deepEqual(await measure(), {
      kind: 'open',
      ways: ['PasswordAuthentication yes (for bob)'],
    })
  })
})

describe('the delivery home', suite, () => {
  it('writes nowhere that the account could not: a link to the directory of root', async () => {
    const host = await startHost('links', 'home')
    await run(
      host,
      'mkdir -m 700 /root/.ssh; rmdir /home/alice/.ssh; ln -s /root/.ssh /home/alice/.ssh',
    )
    const failure = await runModule(
      host,
      `import { rewriteHomeFile } from '${agent}/deliveries/home-file.ts'
       const account = { name: 'alice', uid: 1001, gid: 1001, comment: '', home: '/home/alice' }
       await rewriteHomeFile(account, 'restrict ssh-ed25519 AAAA\\n').catch(({ name, message }) => console.log(name, message))`,
    )
    assert.match(failure, /^DeliveryFailed .* could not be written as alice/)
    assert.equal(await run(host, 'ls -A /root/.ssh'), '')
  })
})
