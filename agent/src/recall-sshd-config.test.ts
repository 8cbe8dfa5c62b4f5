import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { describe, it, type TestContext } from 'node:test'
import { askSshdConfig, recallSshdConfig } from './recall-sshd-config.ts'
import { findSshd } from './sshd.ts'
import { scratchDirectory } from './testing/agent-parts.ts'

const ALICE = { user: 'alice', address: '192.0.2.1' }

/** A configuration of its own, which the sshd of this machine reads. */
function makeConfig(test: TestContext) {
  const directory = scratchDirectory(test)
  // A machine that never ran an sshd has none, and sshd -T wants it.
  mkdirSync('/run/sshd', { recursive: true })
  mkdirSync(`${directory}/conf.d/more`, { recursive: true })
  const file = `${directory}/sshd_config`
  const write = (name: string, text: string) => writeFileSync(`${directory}/${name}`, text)
  write('sshd_config', `Include ${directory}/conf.d/*.conf\nInclude ${directory}/*/more/*.conf\n`)
  return { file, write }
}

const unreadable = findSshd() === undefined || process.getuid?.() !== 0

describe(
  "sshd's reading of its configuration",
  { skip: unreadable && 'no sshd, or not root' },
  () => {
    it('is asked for once while its files say the same', async (test) => {
      const { file } = makeConfig(test)
      const asked = await askSshdConfig(undefined, file)
      assert.equal(await recallSshdConfig(undefined, file), asked)
      // No Match: every login has these settings.
      assert.equal(await recallSshdConfig(ALICE, file), asked)
      assert.notEqual(await askSshdConfig(undefined, file), asked)
    })

    for (const name of ['conf.d/10-new.conf', 'conf.d/more/new.conf'])
      it(`is asked for again when there is a new file that is included, ${name}`, async (test) => {
        const { file, write } = makeConfig(test)
        assert.equal((await recallSshdConfig(undefined, file)).get('maxauthtries')?.[0], '6')
        write(name, 'MaxAuthTries 3\n')
        assert.equal((await recallSshdConfig(undefined, file)).get('maxauthtries')?.[0], '3')
        write(name, 'MaxAuthTries 4\n')
        assert.equal((await recallSshdConfig(undefined, file)).get('maxauthtries')?.[0], '4')
      })

    it('is asked for each login by itself where a Match block is', async (test) => {
      const { file, write } = makeConfig(test)
      write('conf.d/10-match.conf', 'Match User alice\n  PubkeyAuthentication no\n')
      const has = async (connection?: typeof ALICE) =>
        (await recallSshdConfig(connection, file)).get('pubkeyauthentication')?.[0]
      assert.equal(await has(ALICE), 'no')
      assert.equal(await has({ ...ALICE, user: 'bob' }), 'yes')
      assert.equal(await has(), 'yes')
      assert.equal(await recallSshdConfig(ALICE, file), await recallSshdConfig(ALICE, file))
    })

    it('is that of where a login comes to, and can be asked for where a Match block is by port', async (test) => {
      const { file, write } = makeConfig(test)
      const block = (match: string) => `Match ${match}\n  PubkeyAuthentication no\nMatch all\n`
      const has = async (connection?: typeof ALICE) =>
        (await askSshdConfig(connection, file)).get('pubkeyauthentication')?.[0]
      write('conf.d/10-match.conf', block('LocalAddress 127.0.0.0/8'))
      assert.equal(await has(ALICE), 'yes')
      assert.equal(await has({ ...ALICE, address: '127.0.0.1' }), 'no')
      write('conf.d/10-match.conf', block('LocalPort 22'))
      assert.equal(await has(), 'yes')
      assert.equal(await has(ALICE), 'no')
    })
  },
)
