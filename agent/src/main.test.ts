import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, it, type TestContext } from 'node:test'
import { AGENT_VERSION } from './version.ts'
import { scratchDirectory } from './testing/agent-parts.ts'

const START = `import(${JSON.stringify(new URL('main.ts', import.meta.url).href)})
  .then(({ main }) => main(process.argv.slice(1))).then((code) => (process.exitCode = code))`

function agent(test: TestContext, args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', START, '--', ...args], {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      NODE_COMPILE_CACHE_PORTABLE: process.env['NODE_COMPILE_CACHE_PORTABLE'],
      FLEETKEY_AGENT_ROOT: scratchDirectory(test),
    },
    input,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

describe('fleetkey agent', () => {
  it('shows help with examples', (test) => {
    for (const command of ['join', 'run', 'status', 'install', 'uninstall']) {
      const { status, stdout } = agent(test, [command, '--help'])
      assert.equal(status, 0, command)
      assert.match(stdout, new RegExp(`\\n  .*fleetkey agent ${command}`))
    }
  })

  it('refuses a join token on the command line, without repeating it', (test) => {
    const { status, stderr } = agent(test, ['join', 'https://x', `fkjoin_${'a'.repeat(43)}.`])
    assert.equal(status, 64)
    assert.match(stderr, /stood on the command line/)
    assert.doesNotMatch(stderr, /aaaa/)
  })

  for (const args of [
    ['join'],
    ['join', 'a', 'b'],
    ['run', '--fast'],
    ['stop'],
    ['status', '--output', 'xml'],
  ]) {
    it(`refuses "${args.join(' ')}" as usage`, (test) => {
      assert.equal(agent(test, args).status, 64)
    })
  }

  it('does not run before the host has joined', (test) => {
    const { status, stderr } = agent(test, ['run'])
    assert.equal(status, 78)
    assert.match(stderr, /has not joined/)
  })

  it('says so in its status too', (test) => {
    assert.equal(agent(test, ['status']).status, 78)
    const { status, stdout } = agent(test, ['status', '--output', 'json'])
    assert.equal(status, 78)
    assert.deepEqual(JSON.parse(stdout), { joined: null, agent: null })
  })

  it('says that a server cannot be reached', (test) => {
    const { status, stderr } = agent(
      test,
      ['join', 'http://127.0.0.1:1'],
      `fkjoin_${'a'.repeat(43)}.\n`,
    )
    assert.equal(status, 81, stderr)
    assert.match(stderr, /127\.0\.0\.1:1 cannot be reached/)
  })

  it('has the version of its package', () => {
    const manifest = JSON.parse(
      readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
    ) as { version: string }
    assert.equal(AGENT_VERSION, manifest.version)
  })
})
