import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { hostsText, learnText, shown, type ConfigParts } from './config-text.ts'
import { connectionHash } from './connection-hash.ts'

const hasSsh = spawnSync('ssh', ['-V']).error === undefined

describe('the names that plain ssh takes', () => {
  it('are those that mean nothing to ssh, a shell or the network, each once and in order', () => {
    const names = [
      'web-1',
      'db_2',
      'web-1',
      'github.com',
      '10.0.0.1',
      'localhost',
      '-oX',
      'a b',
      '$(x)',
      "it's",
      '%h',
      'i-x\n',
      '',
    ]
    assert.deepEqual(shown({ names, own: [] }), ['db_2', 'web-1'])
  })

  it('leave out those of hosts that the person has: they stay theirs', () => {
    assert.deepEqual(shown({ names: ['web-1', 'NAS'], own: ['nas'] }), ['web-1'])
  })
})

describe('what ssh is told', { skip: hasSsh ? false : 'no ssh here' }, () => {
  let dir: string
  let file: string
  let fleetkey: string
  const log = () => (existsSync(join(dir, 'log')) ? readFileSync(join(dir, 'log'), 'utf8') : '')
  const parts = (): ConfigParts => ({
    fleetkey,
    cat: '/bin/cat',
    configFolder: dir,
    socketFolder: join(dir, 'run'),
    profile: undefined,
    osUser: undefined,
    names: ['web-1', 'db-1', 'nas'],
    own: ['nas'],
  })

  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'fleetkey-ssh-'))
    fleetkey = join(dir, 'fleetkey')
    // Keeps the words that it was started with, one a line.
    writeFileSync(fleetkey, `#!/bin/sh\nfor word; do printf '<%s>\\n' "$word" >>${dir}/log; done\n`)
    chmodSync(fleetkey, 0o755)
    file = join(dir, 'config')
    writeFileSync(file, learnText(parts()) + hostsText(parts()))
  })
  after(() => rmSync(dir, { recursive: true }))

  const settingsFor = (...args: readonly string[]) => {
    rmSync(join(dir, 'log'), { force: true })
    const { stdout } = spawnSync('ssh', ['-F', file, '-G', ...args], { encoding: 'utf8' })
    return stdout
  }

  it('is for the instances by name, id and ending, and for nobody else', () => {
    for (const name of ['web-1', 'db-1', 'i-0123456789abcdef0', 'nas.fleetkey', 'a.b.fleetkey']) {
      assert.match(settingsFor(name), /^proxycommand \S+fleetkey ssh-config connect /m, name)
    }
    for (const name of [
      'github.com',
      'localhost',
      'nas',
      'i-0123',
      '10.0.0.7',
      'web-1.example.com',
    ]) {
      assert.doesNotMatch(settingsFor(name), /^proxycommand/m, name)
    }
  })

  it('costs a host elsewhere nothing, and asks for the names anew for one that may be new, without its name', () => {
    for (const name of [
      'github.com',
      'localhost',
      'nas',
      '10.0.0.7',
      '::1',
      'web-1',
      'i-0123456789abcdef0',
    ]) {
      settingsFor(name)
      assert.equal(log(), '', name)
    }
    settingsFor('web-9')
    assert.equal(log(), '<ssh-config>\n<refresh>\n<--from-ssh>\n')
  })

  it('names the key socket and host keys by the hash that the ProxyCommand makes, too', () => {
    const hash = connectionHash({
      localHost: hostname(),
      host: 'web-1',
      port: '2222',
      user: 'deploy',
    })
    const settings = settingsFor('-p', '2222', 'deploy@web-1')
    assert.match(settings, new RegExp(`^identityagent ${dir}/run/${hash}$`, 'm'))
    // ssh -G shows this one as it stands.
    assert.match(settings, new RegExp(`^knownhostscommand /bin/cat ${dir}/run/%C.hosts$`, 'm'))
  })

  it('logs in as the profile says, unless ssh is told otherwise', () => {
    writeFileSync(file, hostsText({ ...parts(), osUser: 'ops' }))
    try {
      assert.match(settingsFor('web-1'), /^user ops$/m)
      assert.match(settingsFor('deploy@web-1'), /^user deploy$/m)
    } finally {
      writeFileSync(file, learnText(parts()) + hostsText(parts()))
    }
  })

  // Older clients than 9.6 (CVE-2023-51385) let any name through to their shell: what they would hand to it is made here.
  const hostile = [
    '$(touch PWNED)',
    '`touch PWNED`',
    '; touch PWNED',
    '\n touch PWNED \n',
    '| touch PWNED',
    '" ; touch PWNED ; "',
    '%h $(touch PWNED)',
    '-oProxyCommand=touch PWNED',
    '&& touch PWNED',
    '${IFS}touch${IFS}PWNED',
    '*',
    '~',
    '!1',
    '; touch PWNED; \\',
    'x\\',
  ]

  it('keeps a hostile name or user one word in every shell that is here (would run a command)', () => {
    const [, template = ''] = /ProxyCommand (.*)/.exec(hostsText(parts())) ?? []
    for (const shell of ['sh', 'bash', 'dash', 'zsh', 'fish', 'ksh', 'busybox']) {
      if (spawnSync(shell, ['-c', 'true']).error) continue
      for (const text of hostile) {
        rmSync(join(dir, 'log'), { force: true })
        const line = template.replace(/%[nhr]/g, () => text).replace('%p', '22')
        const args = shell === 'busybox' ? ['sh', '-c', line] : ['-c', line]
        spawnSync(shell, args, { cwd: dir })
        assert.equal(
          log(),
          ['ssh-config', 'connect', `${text},`, `${text},`, '22,', `${text},`, '']
            .map((word) => `<${word}>\n`)
            .join(''),
          shell,
        )
      }
    }
    assert.ok(!existsSync(join(dir, 'PWNED')))
  })

  it('is for no name or user with a quote, which ends the quoting', () => {
    for (const text of ["'", "i-'''''''''''''''''", "'; touch PWNED; '.fleetkey"]) {
      assert.doesNotMatch(settingsFor('--', text), /^proxycommand/m, text)
      assert.doesNotMatch(settingsFor('-l', text, '--', 'web-1'), /^proxycommand/m, text)
    }
    assert.ok(!existsSync(join(dir, 'PWNED')))
  })

  it('says so itself: a newer ssh refuses such a name before, an older one does not', () => {
    assert.match(hostsText(parts()), /^Match originalhost "!\*'\*,.*" user "!\*'\*,\*"$/m)
  })

  it('runs nothing of a hostile name, whatever this ssh lets through', () => {
    for (const text of [...hostile, "'; touch PWNED; '"]) {
      for (const args of [[`${text}.fleetkey`], ['-l', text, '--', 'web-1'], ['--', text]]) {
        const options = ['-F', file, '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=2']
        spawnSync('ssh', [...options, ...args, 'true'], { cwd: dir, timeout: 10_000 })
      }
    }
    assert.ok(!existsSync(join(dir, 'PWNED')))
  })
})
