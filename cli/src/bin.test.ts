import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'

it('starts what holds keys so that none of them goes into a core dump', () => {
  const root = mkdtempSync(join(tmpdir(), 'fleetkey-bin-'))
  try {
    for (const folder of ['cli/bin', 'node_modules/node/bin'])
      mkdirSync(join(root, folder), { recursive: true })
    copyFileSync(new URL('../bin/fleetkey', import.meta.url), join(root, 'cli/bin/fleetkey'))
    const node = join(root, 'node_modules/node/bin/node')
    writeFileSync(node, '#!/bin/sh\nulimit -c\n')
    chmodSync(node, 0o755)
    const limitOf = (program: string) =>
      execFileSync('/bin/sh', ['-c', `ulimit -S -c 8; exec ${root}/cli/bin/fleetkey ${program}`], {
        encoding: 'utf8',
      }).trim()
    assert.deepEqual(['server', 'agent', 'ssh'].map(limitOf), ['0', '0', '8'])
  } finally {
    rmSync(root, { recursive: true })
  }
})
