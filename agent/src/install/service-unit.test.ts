import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { it } from 'node:test'
import { unitText } from './service-unit.ts'

const noAnalyze = spawnSync('systemd-analyze', ['--version']).error !== undefined

for (const kind of ['command', 'file', 'home', 'metadata'] as const)
  it(
    `is a unit that systemd understands (${kind})`,
    { skip: noAnalyze && 'no systemd-analyze' },
    () => {
      const dir = mkdtempSync(`${tmpdir()}/unit-`)
      const file = `${dir}/fleetkey-agent.service`
      writeFileSync(file, unitText(kind, ['/bin/sh', '/a b/main.ts', 'agent', 'run']))
      const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], {
        encoding: 'utf8',
      })
      rmSync(dir, { recursive: true })
      assert.equal(status, 0, stderr)
      assert.equal(stderr.includes('fleetkey-agent.service'), false, stderr)
    },
  )

it('quotes what systemd would read otherwise', () => {
  const text = unitText('command', ['/usr/bin/node', '/a b/$x%y"z'])
  assert.match(text, /^ExecStart="\/usr\/bin\/node" "\/a b\/\$\$x%%y\\"z"$/m)
})

it('gives the right to keep nftables, and that to take port 80 to "metadata" only', () => {
  const network = /^CapabilityBoundingSet=.*CAP_NET_ADMIN.*CAP_NET_BIND_SERVICE/m
  assert.match(unitText('metadata', ['/bin/true']), network)
  for (const kind of ['command', 'file', 'home'] as const)
    assert.match(unitText(kind, ['/bin/true']), /^CapabilityBoundingSet=.* CAP_NET_ADMIN$/m)
})

it('leaves no key of the host in a core dump', () =>
  assert.match(unitText('command', ['/bin/true']), /^LimitCORE=0$/m))
