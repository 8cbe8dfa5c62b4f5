import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { joinScript } from './join-script.ts'

const JOIN = {
  instanceId: 'i-0123456789abcdef0',
  url: 'https://fleet.example.org:8443',
  token: `fkjoin_${'a'.repeat(43)}.${'b'.repeat(43)}`,
  install: undefined,
}

describe('the script that joins a new host', () => {
  let dir = ''
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'fleetkey-join-'))
    // Notes its arguments and its standard input.
    writeFileSync(
      join(dir, 'fleetkey'),
      `#!/bin/sh\necho "$@" >>${dir}/arguments\n[ "$2" != join ] || cat >${dir}/input\n`,
    )
    chmodSync(join(dir, 'fleetkey'), 0o755)
  })
  after(() => rmSync(dir, { recursive: true }))

  function run(script: string, path = `${dir}:/usr/bin:/bin`) {
    writeFileSync(join(dir, 'arguments'), '')
    const { status, stderr } = spawnSync('/bin/sh', ['-c', script], {
      env: { PATH: path },
      encoding: 'utf8',
    })
    return { status, stderr, told: readFileSync(join(dir, 'arguments'), 'utf8') }
  }

  it('joins with the token on standard input, then installs', () => {
    const { status, told } = run(joinScript(JOIN))
    assert.equal(status, 0)
    assert.equal(told, 'agent join https://fleet.example.org:8443\nagent install\n')
    assert.equal(readFileSync(join(dir, 'input'), 'utf8'), `${JOIN.token}\n`)
  })

  it('installs nothing when the host could not join', () => {
    writeFileSync(join(dir, 'fails'), '')
    const failing = joinScript({ ...JOIN, install: 'fleetkey() { echo "$2"; return 73; }' })
    const { status, told } = run(failing)
    assert.equal(status, 73)
    assert.equal(told, '')
  })

  it('says what to do when the image has no fleetkey', () => {
    const { status, stderr } = run(joinScript(JOIN), '/nonexistent')
    assert.equal(status, 1)
    assert.match(stderr, /no fleetkey program on this image.*launch\.install/)
  })

  it("runs the administrator's text first, and stops when that fails", () => {
    const { status, told } = run(joinScript({ ...JOIN, install: 'echo installed; false' }))
    assert.notEqual(status, 0)
    assert.equal(told, '')
  })

  it('quotes the address (a quote in it would run as a command)', () => {
    const { told } = run(joinScript({ ...JOIN, url: "https://a'; touch x; '" }))
    assert.equal(told.split('\n')[0], "agent join https://a'; touch x; '")
  })

  it('is what a POSIX shell takes', () => {
    execFileSync('/bin/sh', ['-n'], { input: joinScript(JOIN) })
  })
})
