import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

// For tests of what is done with passwords, not of how they are hashed: argon2 with the least memory that it takes (8 KiB a lane, RFC 9106
// §3.1), which spares 0.1 s a password. `identities/password-hash.test.ts` and the tests on real hosts pay the real costs.
const LEAST_KIB = 8

const { argon2 } = crypto
crypto.argon2 = (algorithm, parameters, callback) =>
  argon2(algorithm, { ...parameters, memory: LEAST_KIB * parameters.parallelism }, callback)
syncBuiltinESMExports()
