import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { describe, it, type TestContext } from 'node:test'
import { HOST_ACCOUNTS, openAccounts } from './accounts.ts'
import { scratchDirectory } from './testing/agent-parts.ts'

const PASSWD = `root:x:0:0:root:/root:/bin/bash
alice:x:1000:1000:Alice,,,:/home/alice:/bin/bash
alias:x:1000:1000::/home/alias:/bin/sh
sync:x:4:65534:sync:/bin:
`

function make(
  test: TestContext,
  { passwd = PASSWD, nsswitch = 'passwd: files sss\n', getent = {} as Record<string, string> } = {},
) {
  const directory = scratchDirectory(test)
  const asked: string[] = []
  writeFileSync(`${directory}/passwd`, passwd)
  writeFileSync(`${directory}/nsswitch.conf`, nsswitch)
  const accounts = openAccounts({
    passwd: `${directory}/passwd`,
    nsswitch: `${directory}/nsswitch.conf`,
    getent: async (key) => {
      asked.push(key)
      return getent[key] ?? ''
    },
  })
  return { accounts, asked, directory }
}

describe('openAccounts', () => {
  it('finds a local account without starting a program', async (test) => {
    const { accounts, asked } = make(test)
    assert.partialDeepStrictEqual(await accounts.find('alice'), {
      name: 'alice',
      uid: 1000,
      shell: '/bin/bash',
    })
    assert.deepEqual(asked, [])
  })

  it('names every local account with the uid', async (test) => {
    const { accounts } = make(test)
    assert.deepEqual(await accounts.namesWithUid(1000), ['alice', 'alias'])
  })

  it('asks the name service for what is not local', async (test) => {
    const line = 'carol:*:5000:5000:Carol:/home/carol:/bin/zsh\n'
    const { accounts, asked } = make(test, { getent: { carol: line, '5000': line } })
    assert.partialDeepStrictEqual(await accounts.find('carol'), {
      name: 'carol',
      uid: 5000,
      shell: '/bin/zsh',
    })
    assert.deepEqual(await accounts.namesWithUid(5000), ['carol'])
    assert.deepEqual(asked, ['carol', '5000'])
  })

  it('sees that a directory account has the uid of a local one', async (test) => {
    const line = 'carol:*:1000:5000:Carol:/home/carol:/bin/zsh\n'
    const { accounts } = make(test, { getent: { carol: line } })
    assert.deepEqual(await accounts.namesWithUid(1000), ['alice', 'alias'])
  })

  for (const nsswitch of [
    'passwd: sss files',
    'passwd: files [SUCCESS=merge] sss',
    'passwd: compat',
  ]) {
    it(`lets the name service decide with "${nsswitch}"`, async (test) => {
      const line = 'alice:*:7000:7000::/home/alice:/bin/zsh\n'
      const { accounts } = make(test, { nsswitch, getent: { alice: line, '7000': line } })
      assert.equal((await accounts.find('alice'))?.uid, 7000)
      assert.deepEqual(await accounts.namesWithUid(7000), ['alice'])
    })
  }

  it('reads the file itself on a host without nsswitch.conf', async (test) => {
    const { accounts, asked } = make(test, { nsswitch: '# passwd: sss\n' })
    assert.equal((await accounts.find('alice'))?.uid, 1000)
    assert.deepEqual(asked, [])
  })

  it('sees an account that was added since', async (test) => {
    const { accounts, directory } = make(test)
    assert.equal(await accounts.find('dave'), undefined)
    writeFileSync(`${directory}/passwd`, `${PASSWD}dave:x:1001:1001::/home/dave:/bin/sh\n`)
    assert.equal((await accounts.find('dave'))?.uid, 1001)
  })

  it('takes no line of another shape for an account', async (test) => {
    const passwd = [
      'short:x:1:1:/home',
      'long:x:1:1::/home:/bin/sh:more',
      'letters:x:1a:1::/home:/bin/sh',
      'minus:x:-1:1::/home:/bin/sh',
      'nobody:x:4294967295:1::/home:/bin/sh',
      '+nis::::::',
      ':x:1:1::/home:/bin/sh',
    ].join('\n')
    const { accounts } = make(test, { passwd })
    for (const name of ['short', 'long', 'letters', 'minus', 'nobody', '+nis', '']) {
      assert.equal(await accounts.find(name), undefined, name)
    }
  })

  it('throws when the name service answers something else', async (test) => {
    const two = 'carol:*:1:1::/:/bin/sh\ncarol:*:0:0::/:/bin/sh\n'
    const { accounts } = make(test, { getent: { carol: two, dave: 'no such thing' } })
    await assert.rejects(accounts.find('carol'))
    await assert.rejects(accounts.find('dave'))
  })

  it('finds root with the getent of this host, and nobody for nonsense', async (test) => {
    const nsswitch = `${scratchDirectory(test)}/nsswitch.conf`
    writeFileSync(nsswitch, 'passwd: db files\n')
    const accounts = openAccounts({ ...HOST_ACCOUNTS, nsswitch })
    assert.equal((await accounts.find('root'))?.uid, 0)
    assert.equal(await accounts.find('no-such-account-here'), undefined)
  })
})
