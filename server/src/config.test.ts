import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { ConfigRefused, isLoopback, loadConfig } from './config.ts'

const dir = mkdtempSync(join(tmpdir(), 'fleetkey-config-'))
after(() => rmSync(dir, { recursive: true }))

function fromYaml(text: string, environment: Record<string, string> = {}) {
  const file = join(dir, 'server.yaml')
  writeFileSync(file, text)
  return loadConfig(file, environment)
}

const refuses = (load: () => unknown, words: RegExp) =>
  assert.throws(load, (error) => error instanceof ConfigRefused && words.test(error.message))

describe('the configuration', () => {
  it('needs nothing: TLS on, all addresses', () => {
    assert.deepEqual(loadConfig(undefined, {}), {
      dataDir: '/var/lib/fleetkey-server',
      listen: { host: '::', port: 8443, idlePerAddress: 1024 },
      tls: { names: [] },
      trustedProxies: [],
      tunnels: {
        direct: true,
        idleSeconds: 14_400,
        maxPerServer: 5000,
        maxPerCaller: 1000,
        maxPerInstance: 256,
      },
      terminals: {
        graceSeconds: 900,
        idleSeconds: 28_800,
        maxSeconds: 86_400,
        maxPerServer: 2000,
        maxPerPerson: 50,
        maxPerInstance: 200,
        maxHosts: 100,
      },
      sessions: { endOnWithdrawal: 'tagged', keepDays: 90 },
      sso: { clients: [] },
      console: { origins: [], sessionHours: 12, idleMinutes: 60 },
      launch: {},
      images: {},
      trail: { digestSeconds: 300, export: [], anchors: [], streams: [] },
      recordings: {
        enabled: true,
        required: 'tagged',
        input: false,
        keepDays: 90,
        maxMegabytes: 1024,
      },
      region: 'on-prem-1',
      partition: 'aws',
      egress: [],
      log: 'info',
    })
  })

  it('takes streams of the trail, each with one receiver and a name of its own', () => {
    const streams = (text: string) => fromYaml(`trail: {streams: [${text}]}`).trail.streams
    const siem = 'name: siem, syslog: {host: siem.example.com, port: 6514, tls: true}'
    assert.deepEqual(streams(`{${siem}}, {name: disk, from: beginning, file: {path: /a/b}}`), [
      { name: 'siem', from: 'now', syslog: { host: 'siem.example.com', port: 6514, tls: true } },
      { name: 'disk', from: 'beginning', file: { path: '/a/b' } },
    ])
    refuses(() => streams(`{${siem}}, {${siem}}`), /same name/)
    refuses(() => streams(`{${siem}, file: {path: /a/b}}`), /streams/)
    refuses(() => streams('{name: a}'), /streams/)
    refuses(() => streams('{name: a, file: {path: b}}'), /streams/)
    refuses(() => streams('{name: a, webhook: {url: "ftp://a/"}}'), /streams/)
  })

  it('takes the addresses that hosts see it connect from', () => {
    const { egress } = fromYaml('egress: [203.0.113.7, "fd00::/8"]')
    assert.deepEqual(egress, [
      { family: 4, text: '203.0.113.7/32' },
      { family: 6, text: 'fd00::/8' },
    ])
    refuses(() => fromYaml('egress: [10.0.0.7/8]'), /no address or range/)
  })

  it('is taken from the file, and the environment wins', () => {
    const config = fromYaml('listen: {host: 127.0.0.1, port: 1}\ntls: off\nlog: warn', {
      FLEETKEY_LISTEN_PORT: '8444',
      FLEETKEY_DATA_DIR: '/srv/fleetkey',
    })
    assert.deepEqual(config.listen, { host: '127.0.0.1', port: 8444, idlePerAddress: 1024 })
    assert.deepEqual([config.dataDir, config.tls, config.log], ['/srv/fleetkey', 'off', 'warn'])
  })

  it('refuses an unknown key (a misspelt setting would silently be its default)', () => {
    refuses(() => fromYaml('regoin: eu-west-1'), /regoin/)
    refuses(() => fromYaml('listen: {prot: 1}'), /prot/)
    refuses(() => fromYaml('tls: {certificateFile: a, keyFile: b}'), /tls/)
  })

  it('takes proxies by address or range, and nobody for one who is most of the network', () => {
    const { trustedProxies } = fromYaml('trustedProxies: [10.0.0.2, 2001:db8::/64]')
    assert.deepEqual(
      trustedProxies.map(({ text }) => text),
      ['10.0.0.2/32', '2001:db8::/64'],
    )
    for (const range of ['0.0.0.0/0', '10.0.0.0/7', '::/0', '2000::/3']) {
      refuses(() => fromYaml(`trustedProxies: ['${range}']`), /is too wide\. Name the proxies/)
    }
    for (const range of ['nginx', '10.0.0.2/24', '10.0.0.2:80', '']) {
      refuses(() => fromYaml(`trustedProxies: ['${range}']`), /no address or range/)
    }
    refuses(() => fromYaml('trustedProxies: 10.0.0.2'), /trustedProxies/)
  })

  it('refuses plain HTTP on an address that others reach', () => {
    for (const host of ['::', '0.0.0.0', '192.0.2.1', 'fleetkey.example', '127.0.0.1.example']) {
      refuses(
        () => loadConfig(undefined, { FLEETKEY_TLS: 'off', FLEETKEY_LISTEN_HOST: host }),
        /tls: off is for loopback addresses only/,
      )
    }
    for (const host of ['127.0.0.1', '::1', 'localhost', '127.1.2.3']) {
      const config = loadConfig(undefined, { FLEETKEY_TLS: 'off', FLEETKEY_LISTEN_HOST: host })
      assert.equal(config.tls, 'off')
      assert.equal(isLoopback(host), true)
    }
  })

  it('refuses a port that is none, also an empty one (would be any port)', () => {
    for (const port of ['', ' ', 'https', '65536', '-1', '0x10', '1e3']) {
      refuses(() => loadConfig(undefined, { FLEETKEY_LISTEN_PORT: port }), /port/)
    }
  })

  it('refuses an account, region or database of another shape', () => {
    refuses(() => loadConfig(undefined, { FLEETKEY_ACCOUNT_ID: '123' }), /12 digits/)
    refuses(() => loadConfig(undefined, { FLEETKEY_REGION: 'mars' }), /eu-west-1/)
    refuses(() => loadConfig(undefined, { FLEETKEY_DATABASE: 'postgres:x' }), /sqlite:FILE/)
    refuses(() => loadConfig(undefined, { FLEETKEY_DATA_DIR: '' }), /dataDir/)
  })

  it('refuses a name for tunnels that is none, or has a port (clients put 443 behind it)', () => {
    for (const name of ['', 'a b', '-a.example', 'a-.example', 'a..b', 'a.example:443', '[::1]']) {
      refuses(() => loadConfig(undefined, { FLEETKEY_TUNNELS_DNS_NAME: name }), /DNS name/)
    }
    const { tunnels } = fromYaml('tunnels: {dnsName: tunnels-1.example.org}')
    assert.equal(tunnels.dnsName, 'tunnels-1.example.org')
  })

  it('takes images, each with the program that starts its machines', () => {
    const { images } = fromYaml('images: {small-vm: {program: [/opt/launch, --small]}, other: {}}')
    assert.deepEqual(images, {
      'small-vm': { description: '', program: ['/opt/launch', '--small'] },
      other: { description: '' },
    })
  })

  it('refuses a program that is looked for (the PATH of a server is nothing to trust)', () => {
    refuses(() => fromYaml('images: {vm: {program: [launch]}}'), /absolute path/)
    refuses(() => fromYaml('images: {vm: {program: []}}'), /program/)
    refuses(() => fromYaml('images: {vm: {program: /opt/launch}}'), /program/)
    refuses(() => fromYaml('images: {"a b": {}}'), /images/)
    refuses(() => fromYaml('images: {vm: {programm: [/opt/launch]}}'), /programm/)
  })

  it('refuses an address for new hosts that no agent takes', () => {
    for (const url of ['fleet.example', 'https://a/b', 'https://me:secret@a', 'ftp://a', '']) {
      refuses(() => loadConfig(undefined, { FLEETKEY_LAUNCH_URL: url }), /must look like https/)
    }
    const { launch } = loadConfig(undefined, { FLEETKEY_LAUNCH_URL: 'https://a.example:8443' })
    assert.deepEqual(launch, { url: 'https://a.example:8443' })
  })

  it('refuses a file that is missing, no YAML, no map, or says a thing twice', () => {
    refuses(() => loadConfig(join(dir, 'none.yaml'), {}), /cannot read/)
    refuses(() => fromYaml('{'), /is not YAML/)
    refuses(() => fromYaml('- tls'), /must hold a map/)
    refuses(() => fromYaml('log: info\nlog: warn'), /is not YAML/)
  })
})
