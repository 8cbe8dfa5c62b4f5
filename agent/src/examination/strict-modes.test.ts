import assert from 'node:assert/strict'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { after, describe, it } from 'node:test'
import { judgeKeyFile } from './permissions.ts'
import { findPathFaults, isPrivateGroup, readPathParts } from './strict-modes.ts'

const part = (path: string, uid: number, mode: number, gid = uid) => ({
  path,
  uid,
  gid,
  mode,
  isDirectory: !path.includes('.'),
})

// The table of what OpenSSH 9.2 took and refused on a real host.
describe('StrictModes', () => {
  for (const [what, uid, mode, wanted] of [
    ['root 0644', 0, 0o644, undefined],
    ['root 0711', 0, 0o711, undefined],
    ["the user's own 0600", 1000, 0o600, undefined],
    ['root 0664', 0, 0o664, 'writable'],
    ['root 0646', 0, 0o646, 'writable'],
    ['root 1777', 0, 0o1777, 'writable'],
    ['root 0775', 0, 0o775, 'writable'],
    ["somebody else's", 1001, 0o600, 'owner'],
  ] as const)
    it(`${what}: ${wanted ?? 'accepted'}`, () => {
      const faults = findPathFaults([part('/x', uid, mode)], { uid: 1000 })
      assert.deepEqual(
        faults.map(({ kind }) => kind),
        wanted === undefined ? [] : [wanted],
      )
    })

  it("lets a user's own group write where sshd does", () => {
    const parts = [part('/home/alice', 1000, 0o770)]
    assert.deepEqual(findPathFaults(parts, { uid: 1000, privateGroup: 1000 }), [])
    assert.equal(
      findPathFaults([part('/home/alice', 1000, 0o772)], { uid: 1000, privateGroup: 1000 }).length,
      1,
    )
    assert.equal(findPathFaults(parts, { uid: 1000 }).length, 1)
  })

  it('knows a group of one', () => {
    const passwd = 'root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n'
    const alice = { name: 'alice', gid: 1000 }
    assert.equal(isPrivateGroup(alice, { passwd, group: 'alice:x:1000:\n' }), true)
    assert.equal(isPrivateGroup(alice, { passwd, group: 'alice:x:1000:alice\n' }), true)
    assert.equal(isPrivateGroup(alice, { passwd, group: 'alice:x:1000:bob\n' }), false)
    const two = `${passwd}bob:x:1001:1000::/home/bob:/bin/sh\n`
    assert.equal(isPrivateGroup(alice, { passwd: two, group: 'alice:x:1000:\n' }), false)
  })

  it('names the path, and a fix that changes nothing else', () => {
    const account = { name: 'alice', uid: 1000 }
    const [found] = judgeKeyFile([part('/home/alice', 1000, 0o777)], {
      account,
      file: '/home/alice/.ssh/authorized_keys',
    })
    assert.equal(found?.cause, 'bad-permissions')
    assert.deepEqual(found?.mend?.commands, ['chmod go-w /home/alice'])
    assert.equal(found?.mend?.fix, 'permissions')
    const [other] = judgeKeyFile([part('/home/alice', 1001, 0o700)], {
      account,
      file: '/home/alice/.ssh/authorized_keys',
    })
    assert.equal(other?.mend?.fix, undefined)
    const shared = [part('/tmp/home', 1000, 0o777), part('/tmp', 0, 0o1777)]
    for (const { mend } of judgeKeyFile(shared, { account, file: '/tmp/home/authorized_keys' })) {
      assert.equal(mend?.fix, undefined)
    }
  })
})

describe('the way to a file', () => {
  const root = fs.realpathSync(fs.mkdtempSync(`${tmpdir()}/strict-modes-`))
  after(() => fs.rmSync(root, { recursive: true }))

  it('is that of the file behind a link, up to the home', () => {
    fs.mkdirSync(`${root}/home/.ssh`, { recursive: true })
    fs.mkdirSync(`${root}/home/dotfiles`)
    fs.writeFileSync(`${root}/home/dotfiles/keys`, '')
    fs.symlinkSync(`${root}/home/dotfiles/keys`, `${root}/home/.ssh/authorized_keys`)
    assert.deepEqual(
      readPathParts(`${root}/home/.ssh/authorized_keys`, `${root}/home`).map(({ path }) => path),
      [`${root}/home/dotfiles/keys`, `${root}/home/dotfiles`, `${root}/home`],
    )
  })

  it('is as far as it is there', () => {
    assert.deepEqual(
      readPathParts(`${root}/home/nothing/here`, `${root}/home`).map(({ path }) => path),
      [`${root}/home`],
    )
    assert.equal(readPathParts(`${root}/a/b`).at(-1)?.path, '/')
  })
})
