import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { isOnlyHere, joinCommand, joinUserData, originOf, serverProblem } from './join-command.ts'

const join = { server: 'https://[fd00::1]:8443', token: 'fkjoin_abc.def-_' }
/** Says what a shell would run, and what comes in. */
const FLEETKEY = 'fleetkey() { echo "ran: $*"; if [ "$2" = join ]; then cat; fi; }'

function said(script: string): readonly string[] {
  const { stdout, stderr, status } = spawnSync('sh', [], { input: script, encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  return stdout.trim().split('\n')
}

const RUN = ['ran: agent join https://[fd00::1]:8443', 'fkjoin_abc.def-_', 'ran: agent install']

describe('joinCommand', () => {
  it('hands the token over on standard input, and then installs', () => {
    const command = joinCommand(join, 'root').replace("sh -c '", `sh -c '${FLEETKEY}; `)
    assert.deepEqual(said(command), RUN)
    assert.ok(joinCommand(join, 'sudo').startsWith("sudo sh -c '"))
  })

  it('has the token on no command line (every user of a host can read those)', () => {
    for (const text of [joinCommand(join, 'sudo'), joinUserData(join)]) {
      const lines = text.split('\n').filter((line) => line.includes(join.token))
      assert.deepEqual(lines, [join.token])
    }
  })
})

describe('joinUserData', () => {
  it('does the same at the first boot', () => {
    const script = joinUserData(join).replace('set -eu', `${FLEETKEY}\nset -eu`)
    assert.deepEqual(said(script), RUN)
  })
})

describe('serverProblem', () => {
  it('takes the address of a control plane and nothing else', () => {
    assert.equal(serverProblem('https://fleetkey.example.com:8443'), undefined)
    assert.equal(serverProblem('https://fleetkey.example.com/'), undefined)
    assert.equal(serverProblem('http://127.0.0.1:8443'), undefined)
    for (const text of [
      '',
      'fleetkey.example.com',
      'https://a/b',
      'https://a?x',
      'https://u:p@a/',
      'ftp://a/',
    ]) {
      assert.match(serverProblem(text) ?? '', /Write it like/, text)
    }
    assert.match(serverProblem('http://fleetkey.example.com') ?? '', /use https/)
    // Where browsers have passkeys without TLS, and agents no server.
    assert.match(serverProblem('http://localhost:8443') ?? '', /Write 127\.0\.0\.1/)
  })

  it('leaves nothing in it that a shell would read', () => {
    for (const text of [
      'https://a$(id).example/',
      'https://a"b/',
      "https://a'b/",
      'https://a;b/',
    ]) {
      const isTaken = serverProblem(text) === undefined
      assert.ok(!isTaken || /^https:\/\/[a-z0-9.:[\]-]+$/.test(originOf(text)), text)
    }
  })
})

describe('isOnlyHere', () => {
  it('knows addresses that every host has for itself', () => {
    assert.ok(isOnlyHere('https://127.0.0.1:8443'))
    assert.ok(isOnlyHere('https://[::1]/'))
    assert.ok(isOnlyHere('https://localhost'))
    assert.ok(!isOnlyHere('https://10.0.0.1'))
  })
})
