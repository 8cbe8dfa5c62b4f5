import assert from 'node:assert/strict'
import { chmodSync, chownSync, writeFileSync } from 'node:fs'
import { describe, it, type TestContext } from 'node:test'
import { DEFAULT_SETTINGS, loadSettings, SettingsRefusal } from './settings.ts'
import { scratchDirectory } from './testing/agent-parts.ts'

function write(test: TestContext, text: string): string {
  const path = `${scratchDirectory(test)}/agent.json`
  writeFileSync(path, text)
  chmodSync(path, 0o644)
  return path
}

const refuses = (path: string, says: RegExp) =>
  assert.throws(
    () => loadSettings(path),
    (thrown) => thrown instanceof SettingsRefusal && says.test(thrown.message),
  )

describe('loadSettings', () => {
  it('gives defaults when there is no file: no root, delivery command', (test) => {
    const settings = loadSettings(`${scratchDirectory(test)}/agent.json`)
    assert.deepEqual(settings, {
      delivery: 'command',
      allowRoot: false,
      remoteMends: true,
      logLevel: 'info',
    })
  })

  it('reads what is there and keeps defaults for the rest', (test) => {
    const path = write(test, '{"delivery":"home","allowUsers":["alice"],"sshPort":2222}')
    assert.deepEqual(loadSettings(path), {
      ...DEFAULT_SETTINGS,
      delivery: 'home',
      allowUsers: ['alice'],
      sshPort: 2222,
    })
  })

  it('takes no ports for tunnels as well as some', (test) => {
    assert.deepEqual(loadSettings(write(test, '{"tunnelPorts":[]}')).tunnelPorts, [])
    assert.deepEqual(loadSettings(write(test, '{"tunnelPorts":[22,2222]}')).tunnelPorts, [22, 2222])
  })

  for (const [text, says] of [
    ['{"allowuser":["alice"]}', /unknown setting "allowuser"/],
    ['{"constructor":1}', /unknown setting/],
    ['{"allowRoot":"yes"}', /allowRoot must be true or false/],
    ['{"allowUsers":"alice"}', /allowUsers must be a list/],
    ['{"denyUsers":["../etc"]}', /denyUsers must be a list/],
    ['{"delivery":"ftp"}', /delivery must be/],
    ['{"sshPort":70000}', /sshPort must be a port/],
    ['{"tunnelPorts":22}', /tunnelPorts must be a list of up to 16 ports/],
    ['{"tunnelPorts":[0]}', /tunnelPorts must be a list/],
    ['{"tunnelPorts":[22,"23"]}', /tunnelPorts must be a list/],
    [`{"tunnelPorts":[${Array(17).fill(22).join()}]}`, /tunnelPorts must be a list/],
    ['{"logLevel":"loud"}', /logLevel must be one of/],
    ['[]', /one JSON object/],
    ['null', /one JSON object/],
    ['{', /not JSON/],
  ] as const) {
    it(`refuses ${text}`, (test) => refuses(write(test, text), says))
  }

  for (const mode of [0o664, 0o646, 0o666]) {
    it(`refuses a file with mode ${mode.toString(8)} (others could let themselves in)`, (test) => {
      const path = write(test, '{}')
      chmodSync(path, mode)
      refuses(path, /chmod go-w/)
    })
  }

  it('refuses a file of another user', { skip: process.geteuid?.() !== 0 }, (test) => {
    const path = write(test, '{}')
    chownSync(path, 65534, 65534)
    refuses(path, /must belong to root/)
  })
})
