import type { Digest, DigestedRange, DigestLogFile } from './digest.ts'

/** Undefined for what is no digest, also when its ranges do not fit together: then nobody need look at them again. */
export function decodeDigest(text: string): Digest | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return isDigest(value) ? value : undefined
}

type Members = Readonly<Record<string, unknown>>

function isDigest(value: unknown): value is Digest {
  if (!isObject(value)) return false
  const { fleetkey, logFiles } = value
  const previous = [
    value['previousDigestS3Bucket'],
    value['previousDigestS3Object'],
    value['previousDigestHashValue'],
    value['previousDigestSignature'],
  ]
  return (
    isText(value['awsAccountId'], /^\d{12}$/) &&
    isTime(value['digestStartTime']) &&
    isTime(value['digestEndTime']) &&
    isText(value['digestS3Bucket'], NAME) &&
    isText(value['digestS3Object'], NAME) &&
    isText(value['digestPublicKeyFingerprint'], /^[0-9a-f]{32}$/) &&
    value['digestSignatureAlgorithm'] === 'SHA256withRSA' &&
    (previous.every((one) => one === null) ||
      (isText(previous[0], NAME) &&
        isText(previous[1], NAME) &&
        isText(previous[2], SHA256) &&
        isText(previous[3], HEX))) &&
    isRange(fleetkey) &&
    Array.isArray(logFiles) &&
    areLogFilesOf(fleetkey, logFiles)
  )
}

function isRange(value: unknown): value is DigestedRange {
  return (
    isObject(value) &&
    isCount(value['number']) &&
    isCount(value['firstSeq']) &&
    Number.isSafeInteger(value['lastSeq']) &&
    Number(value['lastSeq']) >= Number(value['firstSeq']) - 1 &&
    isText(value['previousHash'], SHA256) &&
    isText(value['lastHash'], SHA256)
  )
}

/** They cover the range one after another, and each states a hash for each of its records. */
function areLogFilesOf(
  { firstSeq, lastSeq }: DigestedRange,
  files: readonly unknown[],
): files is readonly DigestLogFile[] {
  let next = firstSeq
  for (const file of files) {
    if (!isLogFile(file) || file.fleetkey.firstSeq !== next) return false
    next = file.fleetkey.lastSeq + 1
  }
  return next === lastSeq + 1
}

function isLogFile(value: unknown): value is DigestLogFile {
  if (!isObject(value)) return false
  const { fleetkey } = value
  if (!isObject(fleetkey)) return false
  const { firstSeq, lastSeq, hashes } = fleetkey
  return (
    isText(value['s3Bucket'], NAME) &&
    isText(value['s3Object'], NAME) &&
    isText(value['hashValue'], SHA256) &&
    value['hashAlgorithm'] === 'SHA-256' &&
    isCount(firstSeq) &&
    isCount(lastSeq) &&
    Array.isArray(hashes) &&
    hashes.length === lastSeq - firstSeq + 1 &&
    hashes.every((hash) => isText(hash, /^[A-Za-z0-9+/]{43}$/))
  )
}

/** Printable, so that it may be shown. */
const NAME = /^[\w.!*'()/ -]{1,1024}$/
const SHA256 = /^[0-9a-f]{64}$/
const HEX = /^[0-9a-f]{2,2048}$/

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value)
}

function isTime(value: unknown): value is string {
  return isText(value, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) && !Number.isNaN(Date.parse(value))
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 1
}
