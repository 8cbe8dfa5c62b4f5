import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { describe, it } from 'node:test'
import { parseSshdConfig } from '../sshd.ts'
import { judgePlaces } from './agent-itself.ts'
import { askBanner } from './ask-banner.ts'
import { judgeHostKeys, parseKeyscan, scanTypes } from './host-keys.ts'
import { parseListening } from './listening-sockets.ts'
import { judgeLock } from './locked.ts'
import { judgeDenials } from './mandatory-access.ts'
import { judgePenalties } from './penalties.ts'
import { judgeSockets, type SocketsSeen } from './sockets.ts'
import { findHoles } from './sshd-holes.ts'
import { judgeStopped, overridesIn } from './sshd-running.ts'
import { judgeVersion } from './sshd-version.ts'

const causes = (found: readonly { state: string; cause?: string }[]) =>
  found.map(({ state, cause }) => [state, cause ?? ''].join(' ').trim())

describe('sshd', () => {
  it('that is not there is the cause, and why it would not start', () => {
    assert.equal(judgeStopped(undefined).cause, 'sshd-not-running')
    assert.equal(judgeStopped(undefined).mend?.fix, 'start-sshd')
    const broken = judgeStopped('/etc/ssh/sshd_config: line 4: Bad configuration option: Portt')
    assert.match(broken.says, /would not start: .*line 4/)
    assert.equal(broken.mend?.fix, undefined)
  })
})

describe('listening sockets', () => {
  // /proc/net/tcp and tcp6 of Linux 6.18
  const text = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1526 1 00000000240aaee3 100 0 0 10 0
   1: 0100007F:E2B4 0100007F:8FBB 06 00000000:00000000 03:00001638 00000000     0        0 0 3 00000000348c39c4
   2: 00000000000000000000000000000000:08AE 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1777 1 0000000000000000 100 0 0 10 0
   3: B80D0120000000000000000007000000:0016 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1778 1 0000000000000000 100 0 0 10 0`
  const sockets = parseListening(text)

  it('are read from /proc', () => {
    assert.deepEqual(sockets, [
      { address: '0.0.0.0', port: 22, inode: '1526' },
      { address: '::', port: 2222, inode: '1777' },
      { address: '2001:db8::7', port: 22, inode: '1778' },
    ])
  })

  const judge = (changes: Partial<SocketsSeen>) =>
    judgeSockets({
      wanted: 22,
      sockets,
      own: new Set(['1526']),
      isRunning: true,
      isReplaced: false,
      isFull: false,
      banner: { kind: 'says', text: 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10' },
      ...changes,
    })

  it('are judged by who answers on the port that is reported', () => {
    assert.deepEqual(causes(judge({})), ['good'])
    assert.deepEqual(causes(judge({ banner: { kind: 'says', text: '220 ftp' } })), [
      'bad wrong-port',
    ])
    assert.deepEqual(causes(judge({ banner: { kind: 'says', text: 'Exceeded MaxStartups' } })), [
      'bad too-many-connections',
    ])
    const silent = { banner: { kind: 'silent' } } as const
    assert.deepEqual(causes(judge({ ...silent, isFull: true })), ['bad too-many-connections'])
    assert.deepEqual(causes(judge({ ...silent, isFull: undefined })), ['bad too-many-connections'])
    assert.deepEqual(causes(judge({ ...silent, own: new Set() })), ['bad too-many-connections'])
    // It has room, and ends what comes all the same: who knows why is its log.
    assert.deepEqual(causes(judge(silent)), ['bad unknown'])
    assert.deepEqual(causes(judge({ banner: { kind: 'silent' }, isReplaced: true })), [
      'bad unknown',
    ])
    const at = (address: string) => ({ sockets: [{ address, port: 22, inode: '1526' }] })
    assert.deepEqual(causes(judge(at('127.0.0.1'))), ['note'])
    assert.deepEqual(causes(judge(at('::1'))), ['bad never-arrived'])
    assert.deepEqual(causes(judge({ banner: { kind: 'refused' } })), ['unknown'])
    assert.deepEqual(causes(judge({ banner: { kind: 'no-answer' } })), ['bad never-arrived'])
    const [other] = judge({ wanted: 2200, banner: undefined })
    assert.equal(other?.cause, 'wrong-port')
    assert.match(other?.says ?? '', /listens on port 22, and its configuration, .* says 2200/)
    assert.deepEqual(judge({ wanted: 2200, banner: undefined, isRunning: false }), [])
  })

  it('tell a full sshd from one that penalises this host, which both say the same since 9.8', () => {
    const banner = { kind: 'says', text: 'Not allowed at this time' } as const
    assert.deepEqual(causes(judge({ banner, isFull: true })), ['bad too-many-connections'])
    const [penalised] = judge({ banner, isFull: false })
    assert.equal(penalised?.state, 'note')
    assert.match(penalised?.says ?? '', /PerSourcePenalties/)
  })

  it('answer a visitor', async () => {
    const listen = async (answer: (socket: Socket) => void) => {
      const server = createServer(answer).listen(0, '127.0.0.1')
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      const banner = await askBanner({ address: '127.0.0.1', port }, 5000)
      server.close()
      return { banner, port }
    }
    const said = await listen((socket) => socket.write('SSH-2.0-x\r\n'))
    assert.deepEqual(said.banner, { kind: 'says', text: 'SSH-2.0-x' })
    assert.deepEqual((await listen((socket) => socket.end())).banner, { kind: 'silent' })
    assert.deepEqual((await listen((socket) => socket.write('x'.repeat(400)))).banner, {
      kind: 'silent',
    })
    assert.deepEqual(await askBanner({ address: '127.0.0.1', port: said.port }, 5000), {
      kind: 'refused',
    })
  })
})

describe('host keys', () => {
  const file = { path: '/etc/ssh/k', key: 'ssh-ed25519 AAAA', hasOtherPublic: false, isOpen: false }
  const served = ['ssh-ed25519 AAAA', 'ssh-rsa BBBB']

  it('of ssh-keyscan are read without its comments', () => {
    const text =
      '# 127.0.0.1:22 SSH-2.0-OpenSSH_9.2p1\n[127.0.0.1]:2222 ssh-ed25519 AAAA\n127.0.0.1 ssh-rsa BBBB\n'
    assert.deepEqual(parseKeyscan(text), served)
  })

  it('are asked for by their types and no others', () => {
    const keys = ['ssh-ed25519 AAAA', 'ecdsa-sha2-nistp256 AAAA', 'ssh-rsa AAAA', 'ssh-rsa BBBB']
    assert.deepEqual(scanTypes(keys), ['ed25519', 'ecdsa', 'rsa'])
    assert.deepEqual(scanTypes(['ssh-mldsa44-ed25519@openssh.com AAAA']), [])
  })

  for (const [what, files, from, wanted] of [
    ['as reported', [file], served, 'good'],
    ['changed on disk only', [{ ...file, key: 'ssh-ed25519 CCCC' }], served, 'bad'],
    ['with another public half', [{ ...file, hasOtherPublic: true }], served, 'bad'],
    ['that others can read', [{ ...file, key: undefined, isOpen: true }], served, 'note'],
    ['nobody answers', [file], undefined, 'unknown'],
  ] as const)
    it(`${what}: ${wanted}`, () => {
      assert.deepEqual(causes(judgeHostKeys({ files, served: from })), [wanted])
    })
})

describe('the rest of the host', () => {
  it('is judged by its places', () => {
    const keys = '/run/fleetkey/keys'
    for (const [state, wanted] of [
      ['good', 'good'],
      ['missing', 'bad command-failed'],
      ['read-only', 'bad'],
      ['full', 'bad'],
    ] as const) {
      assert.deepEqual(causes(judgePlaces([{ path: keys, state }], 'command')), [wanted])
    }
  })

  it('is judged by how sshd drops connections', () => {
    const judge = (text: string) =>
      judgePenalties(parseSshdConfig(text), true).map(({ state }) => state)
    assert.deepEqual(judge('maxstartups 10:30:100\npersourcemaxstartups none'), ['good'])
    assert.deepEqual(judge('maxstartups 1:30:60'), ['note'])
    assert.deepEqual(judge('maxstartups 10:30:100\npersourcemaxstartups 2'), ['note'])
    const since98 = 'maxstartups 10:30:100\npersourcepenalties crash:90 authfail:5 noauth:1'
    assert.deepEqual(judge(`${since98}\npersourcepenaltyexemptlist none`), ['note'])
    assert.deepEqual(judge(`${since98}\npersourcepenaltyexemptlist 10.0.0.0/8`), ['good'])
  })

  it('is open or locked', () => {
    assert.deepEqual(causes(judgeLock({ kind: 'locked' })), ['good'])
    assert.deepEqual(causes(judgeLock({ kind: 'open', ways: ['PasswordAuthentication yes'] })), [
      'note',
    ])
    assert.deepEqual(causes(judgeLock({ kind: 'unknown', because: 'x' })), ['unknown'])
  })

  it('has denials of SELinux and AppArmor in its log', () => {
    const avc =
      'audit: type=1400 audit(1764158400.1:9): avc:  denied  { read } for  pid=9 comm="sshd" name="x"'
    assert.deepEqual(causes(judgeDenials('SELinux', `usb 1-1: new device\n${avc}`)), ['note'])
    assert.deepEqual(causes(judgeDenials('SELinux', avc.replace('sshd', 'httpd'))), ['good'])
    const apparmor = 'audit: apparmor="DENIED" operation="open" profile="/usr/sbin/sshd" name="/x"'
    assert.deepEqual(causes(judgeDenials('AppArmor', apparmor)), ['note'])
  })
})

describe('known holes', () => {
  const at = (text: string) => {
    const [, major, minor] = /_(\d+)\.(\d+)/.exec(text) ?? []
    return { text, major: Number(major), minor: Number(minor) }
  }
  for (const [text, has, hasNot] of [
    ['OpenSSH_8.4p1', 'CVE-2021-41617', 'CVE-2024-6387'],
    ['OpenSSH_8.5p1', 'CVE-2024-6387', 'CVE-2023-25136'],
    ['OpenSSH_9.1p1', 'CVE-2023-25136', 'CVE-2025-26466'],
    ['OpenSSH_9.7p1', 'CVE-2024-6387', 'CVE-2023-48795'],
    ['OpenSSH_9.8p1', 'CVE-2025-26466', 'CVE-2024-6387'],
    ['OpenSSH_9.9p1', 'CVE-2025-26466', 'CVE-2024-6387'],
    ['OpenSSH_9.9p2', 'CVE-2025-32728', 'CVE-2025-26466'],
    ['OpenSSH_10.2p1', 'CVE-2026-35414', 'CVE-2025-32728'],
    ['OpenSSH_10.3p1', 'CVE-2026-59999', 'CVE-2026-35387'],
    ['OpenSSH_10.5p1', 'CVE-2026-106585', 'CVE-2026-59999'],
    ['OpenSSH_10.6p1', 'CVE-2026-123158', 'CVE-2026-106585'],
  ] as const)
    it(`${text} has ${has} and not ${hasNot}`, () => {
      const found = findHoles(at(text)).map(({ cve }) => cve)
      assert.ok(found.includes(has))
      assert.ok(!found.includes(hasNot))
    })

  it('are none of the newest', () => {
    assert.deepEqual(findHoles(at('OpenSSH_10.6p2')), [])
    assert.deepEqual(causes(judgeVersion(at('OpenSSH_10.6p2'), undefined)), ['good'])
    assert.deepEqual(causes(judgeVersion({ text: '', major: 0, minor: 0 }, undefined)), ['unknown'])
  })

  it('are never claimed of a package that may have them mended', () => {
    const [found] = judgeVersion(at('OpenSSH_9.2p1'), {
      name: 'openssh-server 1:9.2p1-2+deb12u10',
      commands: ['apt-get changelog openssh-server | grep -i CVE'],
    })
    assert.equal(found?.state, 'note')
    assert.match(found?.says ?? '', /deb12u10 may have mended already/)
    assert.equal(found?.mend?.says, 'Ask your distribution: the number does not tell.')
  })

  it('are told whole, however many a release has', () => {
    for (let major = 1; major <= 10; major++)
      for (let minor = 0; minor <= 9; minor++) {
        const text = `OpenSSH_${major}.${minor}p1`
        const holes = findHoles({ text, major, minor })
        const name = `openssh-server-${'x'.repeat(40)} 1:${major}.${minor}p1-2+deb12u10`
        const [found] = judgeVersion({ text, major, minor }, { name, commands: [] })
        for (const { cve } of holes) assert.ok(found?.says.includes(cve), `${text}: ${cve}`)
        if (holes.length > 0) assert.match(found?.says ?? '', /\.$/)
      }
  })
})

describe('what sshd was started with', () => {
  for (const [line, wanted] of [
    ['sshd: /usr/sbin/sshd -f /etc/ssh/other [listener] 0 of 10-100 startups', '-f /etc/ssh/other'],
    [
      'sshd: /usr/sbin/sshd -D -oDenyUsers=alice [listener] 0 of 10-100 startups',
      '-oDenyUsers=alice',
    ],
    [
      'sshd: /usr/sbin/sshd -o pubkeyauthentication=no [listener] 0 of 10-100 startups',
      '-o pubkeyauthentication=no',
    ],
    [
      'sshd: /usr/sbin/sshd -D -oCiphers=aes128-ctr -E /var/log/sshd.log [listener] 0 of 10-100 startups',
      undefined,
    ],
    ['sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups', undefined],
  ] as const)
    it(`that comes before its file is ${wanted ?? 'nothing'} in ${line}`, () => {
      assert.equal(overridesIn(line), wanted)
    })
})
