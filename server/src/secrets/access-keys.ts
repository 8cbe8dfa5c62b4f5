import { randomBytes, randomInt } from 'node:crypto'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Ids of AWS's shape: a prefix that says what it names, then random letters (IAM User Guide, "IAM identifiers"). */
export const newAccessKeyId = (): string => `AKIA${letters(16)}`
export const newUserId = (): string => `AIDA${letters(17)}`
export const newSessionKeyId = (): string => `ASIA${letters(16)}`
export const newMfaDeviceId = (): string => `AMFA${letters(17)}`
export const newGroupId = (): string => `AGPA${letters(17)}`
export const newRoleId = (): string => `AROA${letters(17)}`
export const newPolicyId = (): string => `ANPA${letters(17)}`
export const newProfileId = (): string => `AIPA${letters(17)}`
export const newProviderId = (): string => `AOIP${letters(17)}`

/** 40 characters, as AWS's are; 240 random bits. */
export const newSecretAccessKey = (): string => randomBytes(30).toString('base64')

/** Whose secret a sealed text is (envelope.ts). */
export const accessKeyContext = (accessKeyId: string): string => `access-key ${accessKeyId}`

function letters(count: number): string {
  return Array.from({ length: count }, () => LETTERS[randomInt(LETTERS.length)]).join('')
}
