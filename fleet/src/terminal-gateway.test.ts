import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { NOT_IN_ARCHIVE } from '@fleetkey/wire/terminal/file-tree'
import { makeAccount } from './browser/signed-in.ts'
import { openConsolePage, type ConsolePage, type TerminalPage } from './console-page.ts'
import type { EnrolledHost } from './enrolled-host.ts'
import { fleetkey, fleetkeyJson } from './fleetkey.ts'
import { ON_LOOPBACK } from './private-fleet.ts'
import { hostOf, openTestFleet, whyNoHosts, type TestFleet } from './test-fleet.ts'
import { until } from './until.ts'

// Terminals in the browser, on real hosts: `web` takes connections, `vault` is reached through its agent alone.

const USER = 'deploy'
const SIZE = { cols: 80, rows: 24 }
const PROMPT = `${USER}@`

describe('a terminal', { skip: whyNoHosts() ?? false, timeout: 180_000 }, () => {
  let fleet: TestFleet
  let web: EnrolledHost
  let vault: EnrolledHost
  let alice: ConsolePage
  let bob: ConsolePage

  before(async () => {
    fleet = await openTestFleet({
      hosts: { web: {}, vault: {} },
      sshdConfig: { vault: ON_LOOPBACK },
      serverSettings: { sessions: { endOnWithdrawal: 'always' } },
    })
    web = hostOf(fleet, 'web')
    vault = hostOf(fleet, 'vault')
    const [first, second] = await Promise.all([
      makeAccount(fleet.plane, 'alice'),
      makeAccount(fleet.plane, 'bob', NO_RIGHT),
    ])
    alice = await openConsolePage(fleet.plane, first)
    bob = await openConsolePage(fleet.plane, second)
  })
  after(() => fleet?.close())

  const open = (page: ConsolePage, host: EnrolledHost, osUser = USER) =>
    page.terminal({ type: 'open', instanceId: host.instanceId, osUser, ...SIZE })

  async function prompt(host: EnrolledHost): Promise<TerminalPage> {
    const terminal = open(alice, host)
    await terminal.frame('ready')
    await terminal.shows(PROMPT)
    return terminal
  }

  async function end(terminal: TerminalPage): Promise<void> {
    terminal.say({ type: 'end' })
    await terminal.frame('ended')
  }

  const recorded = async () => {
    const events = await fleetkeyJson(
      ['events', '--source', 'fleetkey', '--all', '--limit', '500'],
      {
        env: fleet.plane.root,
      },
    )
    return JSON.stringify(events)
  }

  it('comes to a prompt directly, runs what is typed, and follows the window', async () => {
    const terminal = await prompt(web)
    const steps = terminal.frames.flatMap((frame) => (frame.type === 'step' ? [frame] : []))
    assert.deepEqual(
      steps.map(({ step }) => step),
      ['push', 'reach', 'ssh', 'shell'],
    )
    assert.match(steps[1]?.says ?? '', /^\d+\.\d+\.\d+\.\d+ port 22$/)
    terminal.say({ type: 'resize', cols: 101, rows: 31 })
    terminal.type('stty size; tty; echo $((6*7))x\r')
    await terminal.shows('31 101')
    await terminal.shows('/dev/pts/')
    await terminal.shows('42x')
    terminal.type('locale charmap | tr -d -\r')
    await terminal.shows('UTF8')
    terminal.type('exit 7\r')
    const { cause, exitCode } = await terminal.frame('ended')
    assert.deepEqual([cause, exitCode], ['exited', 7])
  })

  it('goes through the agent where the host takes no connection', async () => {
    const terminal = await prompt(vault)
    const reach = terminal.frames.filter((frame) => frame.type === 'step')
    assert.match(JSON.stringify(reach), /by a tunnel on eice-/)
    terminal.type('echo $((6*7))y\r')
    await terminal.shows('42y')
    await end(terminal)
  })

  it('is back at the prompt at once when Ctrl-C is pressed while 5 MB go by', async () => {
    await web.host.exec(['sh', '-c', 'seq 1 800000 > /tmp/long; chmod a+r /tmp/long'])
    const terminal = await prompt(web)
    terminal.type('PS1=ready-; clear; cat /tmp/long\r')
    await terminal.until('half a megabyte', () => terminal.bytes > 500_000)
    const begun = performance.now()
    terminal.type('\x03')
    terminal.output = ''
    await terminal.shows('ready-')
    const took = performance.now() - begun
    assert.ok(terminal.bytes < 5_000_000, 'all of it went by')
    // What the renderer of a browser takes is not in it; with the machine at work for others, either.
    assert.ok(took < 1500, `it took ${took} ms`)
    await end(terminal)
  })

  it('holds the host up while its page renders nothing, and loses nothing', async () => {
    const terminal = await prompt(web)
    terminal.isFrozen = true
    terminal.type('clear; cat /tmp/long; echo done-$((6*7))\r')
    await terminal.until('as much as is let go', () => terminal.bytes > 200_000)
    // The answer to a ping comes after all that was sent before it.
    for (let seen = -1; seen !== terminal.bytes;) {
      seen = terminal.bytes
      const pongs = () => terminal.frames.filter(({ type }) => type === 'pong').length
      const before = pongs()
      terminal.say({ type: 'ping' })
      // oxlint-disable-next-line no-await-in-loop -- until nothing comes any more
      await terminal.until('a pong', () => pongs() > before)
    }
    assert.ok(terminal.bytes < 1_100_000, `${terminal.bytes} bytes came unrendered`)
    terminal.thaw()
    await terminal.shows('done-42', 30_000)
    assert.match(terminal.output, /799999\r\n800000\r\ndone-42/)
    await end(terminal)
  })

  it('goes on after a reload, on another device, and says how it ended', async () => {
    const before = await prompt(web)
    const { terminalId } = await before.frame('ready')
    before.type('MARK=still-$((6*7)); (sleep 0.2; echo while-$((6*7))-away) &\r')
    await before.shows('still-')
    before.close()
    await before.until('closed', () => before.closeCode !== undefined)
    const attached = { type: 'attach', terminalId, cols: 90, rows: 30 } as const
    const after = alice.terminal(attached)
    await after.frame('replayed')
    await after.shows('while-42-away')
    assert.match(after.output, /MARK=still-/)
    after.type('echo $MARK; stty size\r')
    await after.shows('still-42\r\n')
    await after.shows('30 90')
    const phone = alice.terminal({ ...attached, cols: 40, rows: 20 })
    await phone.frame('replayed')
    await after.devices(2, 0)
    phone.type('stty size\r')
    await after.shows('20 40')
    assert.deepEqual(await after.frame('resized'), { type: 'resized', cols: 40, rows: 20 })
    const { Terminals } = await alice.call('ListTerminals', { Mine: true })
    const [listed] = Terminals as readonly Readonly<Record<string, unknown>>[]
    assert.deepEqual([listed?.['TerminalId'], listed?.['Devices']], [terminalId, 2])
    await alice.call('EndTerminal', { TerminalId: terminalId })
    assert.equal((await phone.frame('ended')).cause, 'ended')
    const late = alice.terminal(attached)
    assert.equal((await late.frame('ended')).cause, 'ended')
  })

  it('paints a full-screen program anew on another device', async () => {
    await web.host.writeFile('/tmp/full', FULL_SCREEN)
    const first = await prompt(web)
    const { terminalId } = await first.frame('ready')
    first.type('sh /tmp/full\r')
    await first.shows('full 80x24')
    const second = alice.terminal({ type: 'attach', terminalId, ...SIZE })
    await second.frame('replayed')
    const replayed = second.output.split('full 80x24').length
    assert.ok(second.output.includes('\x1b[?1049h'))
    await second.until('it is painted', () => second.output.split('full 80x24').length > replayed)
    await end(second)
  })

  it('is nobody else’s: neither by its id nor by its files', async () => {
    const terminal = await prompt(web)
    const { terminalId } = await terminal.frame('ready')
    const { code } = await bob.terminal({ type: 'attach', terminalId, ...SIZE }).frame('refused')
    assert.equal(code, 'TerminalNotFoundException')
    const watched = await bob.terminal({ type: 'watch', terminalId }).frame('refused')
    assert.equal(watched.code, 'AccessDeniedException')
    assert.match(watched.explanation ?? '', /fleetkey:WatchTerminal/)
    const { status } = await bob.files('GET', `/terminals/${terminalId}/files?path=`)
    assert.equal(status, 404)
    await assert.rejects(bob.call('EndTerminal', { TerminalId: terminalId }), /AccessDenied/)
    await end(terminal)
  })

  it('can be watched by who may, who has no say in it', async () => {
    const terminal = await prompt(web)
    const { terminalId } = await terminal.frame('ready')
    const watcher = alice.terminal({ type: 'watch', terminalId })
    await watcher.frame('replayed')
    await terminal.devices(1, 1)
    watcher.type('echo nobody-hears-this\r')
    watcher.say({ type: 'end' })
    await watcher.until('let go', () => watcher.closeCode !== undefined)
    terminal.type('echo $((6*7))z\r')
    await terminal.shows('42z')
    assert.ok(!terminal.output.includes('nobody-hears-this'))
    await end(terminal)
  })

  it('is left when its person signs out, found again by them, and ended when they sign out everywhere', async () => {
    const account = await makeAccount(fleet.plane, 'dave')
    const [office, home] = await Promise.all([
      openConsolePage(fleet.plane, account),
      openConsolePage(fleet.plane, account),
    ])
    const terminal = open(office, web)
    const { terminalId } = await terminal.frame('ready')
    await office.call('SignOut', {})
    await terminal.until('it is shut', () => terminal.closeCode !== undefined)
    assert.equal(terminal.closeCode, 4401)
    const again = home.terminal({ type: 'attach', terminalId, ...SIZE })
    await again.frame('replayed')
    again.type('echo $((6*7))w\r')
    await again.shows('42w')
    await home.call('SignOutEverywhere', {})
    assert.equal((await again.frame('ended')).cause, 'signed-out')
  })

  it('ends with the right that it was opened by, and says so', async () => {
    const carol = await openConsolePage(fleet.plane, await makeAccount(fleet.plane, 'carol'))
    const terminal = open(carol, web)
    await terminal.shows(PROMPT)
    const { code, stderr } = await fleetkey(['iam', 'users', 'delete-policy', 'carol', 'main'], {
      env: fleet.plane.root,
    })
    assert.equal(code, 0, stderr)
    const { cause, says } = await terminal.frame('ended', 30_000)
    assert.equal(cause, 'right-withdrawn', says)
  })

  it('is refused by policy with its explanation', async () => {
    const refusal = await open(bob, web).frame('refused')
    assert.equal(refusal.code, 'AccessDeniedException')
    assert.match(refusal.explanation ?? '', /Least change/)
    assert.match(refusal.requestId ?? '', /^[0-9a-f-]{36}$/)
  })

  it('is refused by sshd with the reason that the host gives', async () => {
    await web.host.exec(['chage', '--expiredate', '1', USER])
    try {
      const refusal = await open(alice, web).frame('refused', 30_000)
      assert.deepEqual([refusal.code, refusal.cause], ['SSHLoginRefusedException', 'user-expired'])
      assert.match(refusal.mend ?? '', /chage --expiredate/)
    } finally {
      await web.host.exec(['chage', '--expiredate', '-1', USER])
    }
  })

  describe('its files', () => {
    let terminal: TerminalPage
    let at: string
    before(async () => {
      terminal = await prompt(web)
      at = `/terminals/${(await terminal.frame('ready')).terminalId}`
    })
    after(() => end(terminal))

    const put = (path: string, piece: Uint8Array, more: string) =>
      alice.files('PUT', `${at}/file?path=${path}&upload=abcdefgh12&${more}`, { body: piece })

    it('go up in pieces, are there when all is there, and come down the same', async () => {
      const bytes = randomBytes(6 * 1024 * 1024 + 12_345)
      const half = 4 * 1024 * 1024
      const size = `size=${bytes.length}`
      const first = await put('up.bin', bytes.subarray(0, half), `offset=0&${size}`)
      assert.deepEqual(first.json(), { offset: half })
      const early = await alice.files('GET', `${at}/file?path=up.bin`, { csrf: false })
      assert.equal(early.status, 404, 'half of it was there by its name')
      const state = await alice.files('GET', `${at}/upload?path=up.bin&upload=abcdefgh12`)
      assert.deepEqual(state.json(), { offset: half })
      const second = await put('up.bin', bytes.subarray(half), `offset=${half}&${size}`)
      assert.equal(second.status, 200, second.body.toString())
      const whole = await alice.files('GET', `${at}/file?path=up.bin`, { csrf: false })
      assert.equal(whole.status, 200)
      assert.match(
        String(whole.headers['content-disposition']),
        /^attachment; filename\*=UTF-8''up/,
      )
      assert.ok(whole.body.equals(bytes))
      const rest = await alice.files('GET', `${at}/file?path=up.bin`, {
        csrf: false,
        headers: { range: `bytes=${half}-` },
      })
      assert.equal(rest.status, 206)
      assert.ok(rest.body.equals(bytes.subarray(half)))
      const listing = await alice.files('GET', `${at}/files?path=`)
      assert.match(String(listing.json()['path']), /\/deploy$/)
      const entries = listing.json()['entries'] as readonly { name: string; size: number }[]
      const names = entries.filter(({ name }) => name.includes('up.bin'))
      assert.deepEqual(
        names.map(({ name, size: length }) => [name, length]),
        [['up.bin', bytes.length]],
      )
    })

    it('go on where an upload was cut, and are nowhere by their name before', async () => {
      const bytes = randomBytes(1_000_000)
      const upload = `path=cut.bin&upload=cutcutcut1`
      const size = `size=${bytes.length}`
      await alice.cutUpload(
        `${at}/file?${upload}&offset=0&${size}`,
        bytes.subarray(0, 400_000),
        bytes.length,
      )
      const state = async () => {
        const { offset } = (await alice.files('GET', `${at}/upload?${upload}`)).json()
        return Number(offset)
      }
      let offset = -1
      await until('nothing of it is under way any more', async () => {
        const before = offset
        offset = await state()
        return offset > 0 && offset === before
      })
      assert.ok(offset <= 400_000)
      const early = await alice.files('GET', `${at}/file?path=cut.bin`, { csrf: false })
      assert.equal(early.status, 404)
      const rest = await alice.files('PUT', `${at}/file?${upload}&offset=${offset}&${size}`, {
        body: bytes.subarray(offset),
      })
      assert.equal(rest.status, 200, rest.body.toString())
      const whole = await alice.files('GET', `${at}/file?path=cut.bin`, { csrf: false })
      assert.ok(whole.body.equals(bytes))
    })

    it('leave nothing behind when they are given up', async () => {
      const upload = `path=never.bin&upload=nevernever`
      await alice.files('PUT', `${at}/file?${upload}&offset=0&size=10`, {
        body: Buffer.from('half'),
      })
      assert.equal((await alice.files('DELETE', `${at}/upload?${upload}`)).status, 200)
      const { stdout } = await web.host.exec(['sh', '-c', 'ls -A /home/deploy'])
      assert.ok(!stdout.includes('never'), stdout)
    })

    it('are not replaced unless that is meant, and keep their mode when they are', async () => {
      await web.host.exec(['chmod', '640', '/home/deploy/up.bin'])
      const refused = await put('up.bin', Buffer.from('new'), 'offset=0&size=3')
      assert.deepEqual([refused.status, refused.json()['code']], [409, 'FileExistsException'])
      const done = await put('up.bin', Buffer.from('new'), 'offset=0&size=3&overwrite=1')
      assert.equal(done.status, 200)
      const { stdout } = await web.host.exec(['stat', '-c', '%a %s %U', '/home/deploy/up.bin'])
      assert.equal(stdout.trim(), '640 3 deploy')
    })

    it('are refused as the host refuses them, with what to do', async () => {
      const missing = await alice.files('GET', `${at}/files?path=/nowhere`)
      assert.deepEqual([missing.status, missing.json()['code']], [404, 'FileNotFoundException'])
      const secret = await alice.files('GET', `${at}/file?path=/etc/shadow`, { csrf: false })
      assert.deepEqual([secret.status, secret.json()['code']], [403, 'FileForbiddenException'])
      assert.match(String(secret.json()['mend']), /another place/)
      const above = await put('/etc/up.bin', Buffer.from('x'), 'offset=0&size=1')
      assert.equal(above.status, 403)
    })

    it('are made, renamed, of another mode and removed, and nothing is lost by it that was not named', async () => {
      const code = async (method: 'POST' | 'DELETE', door: string) => {
        const reply = await alice.files(method, `${at}/${door}`)
        return reply.status === 200 ? 200 : reply.json()['code']
      }
      assert.equal(await code('POST', 'folder?path=box'), 200)
      assert.equal(await code('POST', 'folder?path=box'), 'FileExistsException')
      assert.equal(await code('POST', 'folder?path=box/inner'), 200)
      assert.equal(await code('POST', 'rename?path=box&to=up.bin'), 'FileExistsException')
      assert.equal(await code('POST', 'rename?path=nothing&to=up.bin'), 'FileNotFoundException')
      assert.equal(await code('POST', 'rename?path=box&to=chest'), 200)
      assert.equal(await code('POST', 'mode?path=chest&mode=0700'), 200)
      const { stdout } = await web.host.exec(['stat', '-c', '%a', '/home/deploy/chest'])
      assert.equal(stdout.trim(), '700')
      assert.equal(await code('DELETE', 'file?path=chest'), 'FolderNotEmptyException')
      assert.equal(await code('DELETE', 'file?path=chest/inner'), 200)
      assert.equal((await alice.files('DELETE', `${at}/file?path=chest`)).status, 200)
      assert.equal((await alice.files('DELETE', `${at}/file?path=chest`)).status, 404)
    })

    it('are fetched anew where they have changed since the first part (the rest of another file would be put to it)', async () => {
      const part = (etag: string) =>
        alice.files('GET', `${at}/file?path=up.bin`, {
          csrf: false,
          headers: { range: 'bytes=1-', 'if-range': etag },
        })
      const { headers } = await alice.files('GET', `${at}/file?path=up.bin`, { csrf: false })
      const same = await part(String(headers['etag']))
      assert.deepEqual([same.status, same.body.toString()], [206, 'ew'])
      await web.host.exec(['sh', '-c', 'echo other >/home/deploy/up.bin'])
      const other = await part(String(headers['etag']))
      assert.deepEqual([other.status, other.body.toString()], [200, 'other\n'])
    })

    it('are counted, packed and deleted with their folders, and nothing that a link leads to', async () => {
      await web.host.exec(['sh', '-c', TREE])
      const lines = async (method: 'GET' | 'DELETE') => {
        const reply = await alice.files(method, `${at}/tree?path=tree`)
        assert.equal(reply.status, 200, reply.body.toString())
        const last = reply.body.toString().trim().split('\n').at(-1)
        return JSON.parse(last ?? '') as Readonly<Record<string, unknown>>
      }
      const { files, folders, bytes, problemCount } = await lines('GET')
      assert.deepEqual([files, folders, bytes, problemCount], [503, 4, 1_001_500, 2])
      const packed = await alice.files('GET', `${at}/archive?path=&name=tree&name=up.bin`, {
        csrf: false,
      })
      assert.match(String(packed.headers['content-disposition']), /UTF-8''deploy\.tar$/)
      const names = execFileSync('tar', ['-tvf', '-'], { input: packed.body, encoding: 'utf8' })
      assert.match(names, /tree\/out -> \/etc\n/)
      assert.match(names, /1000000 .* tree\/large\n/)
      assert.match(names, /up\.bin\n/)
      assert.doesNotMatch(names, /^-.*passwd/m)
      const says = execFileSync('tar', ['-xOf', '-', NOT_IN_ARCHIVE], { input: packed.body })
      assert.match(says.toString(), /^\/home\/deploy\/tree\/closed: .*denied/)
      const gone = await lines('DELETE')
      assert.deepEqual([gone['files'], gone['folders'], gone['problemCount']], [503, 2, 1])
      const { stdout } = await web.host.exec(['sh', '-c', 'find /home/deploy/tree; ls /etc/passwd'])
      const closed = '/home/deploy/tree/closed'
      assert.equal(stdout, `/home/deploy/tree\n${closed}\n${closed}/in\n/etc/passwd\n`)
    })

    it('go on being deleted for no longer than somebody waits for it', async () => {
      await web.host.exec(['sh', '-c', MANY])
      const left = async () => {
        const { stdout } = await web.host.exec(['sh', '-c', 'ls /home/deploy/many | wc -l'])
        return Number(stdout)
      }
      await alice.cutAnswer('DELETE', `${at}/tree?path=many`)
      await until('it is on record that it was stopped', async () =>
        (await recorded()).includes('"isStopped":true'),
      )
      const before = await left()
      assert.ok(before > 0)
      assert.equal(await left(), before)
    })

    it('are not for a page of another site', async () => {
      const link = `${at}/file?path=up.bin`
      const foreign = { headers: { 'sec-fetch-site': 'cross-site' }, csrf: false }
      assert.equal((await alice.files('GET', link, foreign)).status, 403)
      const unproven = await alice.files('DELETE', link, { csrf: false })
      assert.equal(unproven.status, 403)
    })
  })

  it('is refused where another host key is shown than the agent reported', async () => {
    await web.host.exec(['sh', '-c', NEW_HOST_KEYS])
    await web.host.restartSshd()
    const refusal = await open(alice, web).frame('refused')
    assert.deepEqual([refusal.code, refusal.cause], ['HostKeyChangedException', 'host-key-changed'])
    assert.match(refusal.mend ?? '', /restart its agent/)
    await web.stopAgent()
    await web.startAgent()
    await until(
      'its agent has told of its new keys',
      async () => {
        const again = open(alice, web)
        const isAnswered = () =>
          again.frames.some(({ type }) => type === 'ready' || type === 'refused')
        await again.until('an answer', isAnswered)
        again.say({ type: 'end' })
        return again.frames.some(({ type }) => type === 'ready')
      },
      30_000,
    )
  })

  it('is on record: opened, attached, ended, and each file', async () => {
    const events = await recorded()
    for (const name of [
      'OpenTerminal',
      'AttachTerminal',
      'CloseTerminal',
      'ReadTerminalFile',
      'WriteTerminalFile',
      'ChangeModeTerminalFile',
      'WatchTerminal',
    ]) {
      assert.ok(events.includes(`"${name}"`), name)
    }
  })
})

/** More than are deleted before the first of them are told of. */
const MANY = 'cd /home/deploy; mkdir many; cd many; seq 10000 | xargs touch; chown -R deploy: .'

/** Folders that their user may not look into, of which one is empty, and links out of it. */
const TREE = `cd /home/deploy; rm -rf tree; mkdir -p tree/deep tree/closed tree/shut
ln -s /etc tree/out; ln -s /etc/passwd tree/deep/out; head -c 1000000 /dev/zero >tree/large
for n in $(seq 500); do echo ab >tree/deep/$n; done
touch tree/closed/in; chown -R deploy: tree; chown root: tree/closed tree/shut; chmod 700 tree/closed tree/shut`

const NO_RIGHT = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*' }],
}

const NEW_HOST_KEYS = 'rm /etc/ssh/ssh_host_*_key*; ssh-keygen -A'

/** Paints at once and whenever the size changes, as `htop` does. */
const FULL_SCREEN = `paint() { set -- $(stty size); printf '\\033[2J\\033[Hfull %sx%s' $2 $1; }
trap paint WINCH
printf '\\033[?1049h'
paint
while :; do sleep 0.05; done
`
