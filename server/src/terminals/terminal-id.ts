import { randomBytes } from 'node:crypto'

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'

/** 160 random bits: nobody finds one by trying. */
export const newTerminalId = (): string =>
  `t-${[...randomBytes(32)].map((byte) => BASE32[byte & 31]).join('')}`
