import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parsePasswd, parsePasswdRow } from './passwd-row.ts'

describe('a row of the account database', () => {
  it('has seven fields', () => {
    assert.deepEqual(parsePasswdRow('alice:x:1000:100:Alice,,,:/home/alice:/bin/bash'), {
      name: 'alice',
      uid: 1000,
      gid: 100,
      comment: 'Alice,,,',
      home: '/home/alice',
      shell: '/bin/bash',
    })
    assert.equal(parsePasswdRow('sync:*:4:65534::/bin:')?.shell, '')
  })

  for (const [what, line] of [
    ['with fewer fields', 'alice:x:1000:100:/home/alice:/bin/bash'],
    ['with more', 'alice:x:1000:100::/home/alice:/bin/bash:x'],
    ['without a name', ':x:1000:100::/:/bin/sh'],
    ['with a uid that is none', 'alice:x:1e3:100::/:/bin/sh'],
    ['with an empty uid (would be root)', 'alice:x::100::/:/bin/sh'],
    ['with the uid of nobody at all', 'alice:x:4294967295:100::/:/bin/sh'],
    ['with a gid that is none', 'alice:x:1000:::/:/bin/sh'],
    ['of two lines', 'alice:x:1000:100::/:/bin/sh\nroot:x:0:0::/:/bin/sh'],
  ] as const)
    it(`${what} is none`, () => assert.equal(parsePasswdRow(line), undefined))

  it('that is none is left out of a file', () => {
    const rows = parsePasswd(
      'root:x:0:0:root:/root:/bin/bash\n+::::::\n\nbin:x:2:2::/bin:/bin/sh\n',
    )
    assert.deepEqual(
      rows.map(({ name }) => name),
      ['root', 'bin'],
    )
  })
})
