import assert from 'node:assert/strict'
import { argon2Sync } from 'node:crypto'
import { describe, it } from 'node:test'
import { hashPassword, verifyPassword } from './password-hash.ts'

const PASSWORD = 'correct horse bättery'
const PHC = /^\$argon2id\$v=19\$m=47104,t=1,p=1\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/

const isOf = (password: string, hash: string | undefined) =>
  verifyPassword(password, hash, { waiting: 'known' })

/** What RFC 9106 makes of the password at these costs. */
const tagOf = (salt: string, { memory, passes }: { memory: number; passes: number }) =>
  argon2Sync('argon2id', {
    message: Buffer.from(PASSWORD),
    nonce: Buffer.from(salt, 'base64'),
    memory,
    passes,
    parallelism: 1,
    tagLength: 32,
  })
    .toString('base64')
    .replace(/=+$/, '')

describe('the hash of a password', () => {
  it('was made at the costs that it names (a cheaper one would be guessed)', async () => {
    const [, salt = '', tag] = PHC.exec(await hashPassword(PASSWORD)) ?? []
    assert.equal(tag, tagOf(salt, { memory: 47_104, passes: 1 }))
  })

  it('is another each time (equal ones would tell who has the same)', async () => {
    assert.notEqual(await hashPassword(PASSWORD), await hashPassword(PASSWORD))
  })

  it('is of this password only, however its letters are composed', async () => {
    const hash = await hashPassword(PASSWORD)
    assert.equal(await isOf(PASSWORD, hash), true)
    assert.equal(await isOf(PASSWORD.normalize('NFD'), hash), true)
    assert.equal(await isOf(`${PASSWORD} `, hash), false)
    assert.equal(await isOf(PASSWORD, undefined), false)
  })

  it('still verifies when it was made at other costs', async () => {
    const salt = 'c2FsdHNhbHRzYWx0c2FsdA'
    const costs = { memory: 19_456, passes: 2 }
    const hash = `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${tagOf(salt, costs)}`
    assert.equal(await isOf(PASSWORD, hash), true)
    assert.equal(await isOf('another', hash), false)
  })
})
