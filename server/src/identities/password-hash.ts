import { argon2, randomBytes, timingSafeEqual, type Argon2Parameters } from 'node:crypto'
import { createTurns, type Waiting } from './turns.ts'

// argon2id (RFC 9106) at OWASP's first choice of costs, 46 MiB and one pass: some 0.1 s here. Written in the PHC string format, so that a
// password that was hashed with other costs still verifies.
const MEMORY_KIB = 47_104
const PASSES = 1
const LANES = 1
const SALT_BYTES = 16
const TAG_BYTES = 32

/** Each takes a core and 46 MiB for its time: more at once would serve nobody. */
const inTurn = createTurns({ atOnce: 2, places: 64 })

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const costs = { salt, memory: MEMORY_KIB, passes: PASSES, lanes: LANES }
  // Nobody sets a password who has not shown who they are.
  const tag = await inTurn('known', () => derive(password, costs))
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${unpadded(salt)}$${unpadded(tag)}`
}

/** Whether `hash` is the password's. Without a hash it takes as long and is false: nobody learns from the time who has a password. */
export async function verifyPassword(
  password: string,
  hash: string | undefined,
  { waiting }: { readonly waiting: Waiting },
): Promise<boolean> {
  const known = hash === undefined ? undefined : read(hash)
  const { salt, memory, passes, lanes, tag } = known ?? NOBODYS
  const derived = await inTurn(waiting, () => derive(password, { salt, memory, passes, lanes }))
  return timingSafeEqual(derived, tag) && known !== undefined
}

interface Costs {
  readonly salt: Uint8Array
  readonly memory: number
  readonly passes: number
  readonly lanes: number
}

const NOBODYS = {
  salt: randomBytes(SALT_BYTES),
  tag: randomBytes(TAG_BYTES),
  memory: MEMORY_KIB,
  passes: PASSES,
  lanes: LANES,
}

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]{43})$/

function read(hash: string): Costs & { readonly tag: Uint8Array } {
  const [, memory, passes, lanes, salt = '', tag = ''] = PHC.exec(hash) ?? []
  if (memory === undefined) throw new Error('a password hash is not argon2id in PHC form')
  return {
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
    memory: Number(memory),
    passes: Number(passes),
    lanes: Number(lanes),
  }
}

function derive(password: string, { salt, memory, passes, lanes }: Costs): Promise<Buffer> {
  const parameters: Argon2Parameters = {
    message: Buffer.from(password.normalize('NFC'), 'utf8'),
    nonce: salt,
    memory,
    passes,
    parallelism: lanes,
    tagLength: TAG_BYTES,
  }
  return new Promise((resolve, reject) =>
    argon2('argon2id', parameters, (error, tag) => (error ? reject(error) : resolve(tag))),
  )
}

const unpadded = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString('base64').replace(/=+$/, '')
