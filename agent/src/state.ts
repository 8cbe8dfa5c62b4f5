import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnrolmentAnswer, type EnrolmentAnswer } from '@fleetkey/wire/agent/enrolment'
import { forgetKeptRules } from './ingress/kept-rules.ts'
import { readIfThere } from './read-if-there.ts'
import { writeWhole } from './write-whole.ts'

/** What enrolment settled: who this host is and whom it believes. `caCertificate` is the one CA trusted for the link. */
export interface Enrolment extends EnrolmentAnswer {
  readonly serverUrl: string
}

export function saveEnrolment(stateDirectory: string, enrolment: Enrolment): void {
  // Trust goes with the deployment: what an earlier enrolment learned says nothing about this one.
  rmSync(trustFile(stateDirectory), { force: true })
  forgetKeptRules(stateDirectory)
  writeWhole(enrolmentFile(stateDirectory), `${JSON.stringify(enrolment, undefined, 2)}\n`)
}

/** Undefined when this host never joined. Throws when the file is there but not usable. */
export function loadEnrolment(stateDirectory: string): Enrolment | undefined {
  const value = readJson(enrolmentFile(stateDirectory))
  if (value === undefined) return undefined
  const answer = parseEnrolmentAnswer(value)
  const { serverUrl } = value as { serverUrl?: unknown }
  if (
    answer === undefined ||
    typeof serverUrl !== 'string' ||
    !URL.canParse(serverUrl) ||
    // without a CA of its own the link would trust every CA of the system
    (serverUrl.startsWith('https:') && !answer.caCertificate.includes('BEGIN CERTIFICATE'))
  ) {
    throw new Error(`${enrolmentFile(stateDirectory)} is damaged: join again with --replace`)
  }
  return { ...answer, serverUrl }
}

/** What only ever rises, and must not fall when the agent starts again. */
export interface Trust {
  /** Oldest signer epoch to accept. */
  readonly minimumEpoch: number
  /** The latest time that a believed signature named, ms since 1970: a host clock set back cannot revive an old signer. */
  readonly highestSignedTime: number
}

/** The file lags the memory by at most this much signed time, so that not every grant costs a write to disk. */
const TRUST_LAG_MS = 60_000

/** Trust in memory and on disk. A higher epoch is on disk before it counts. */
export class TrustStore {
  readonly #file: string
  #current: Trust
  #saved: Trust

  constructor(stateDirectory: string, enrolment: Pick<EnrolmentAnswer, 'minimumEpoch'>) {
    this.#file = trustFile(stateDirectory)
    const kept = parseTrust(readJson(this.#file), this.#file)
    this.#current = {
      minimumEpoch: Math.max(enrolment.minimumEpoch, kept.minimumEpoch),
      highestSignedTime: kept.highestSignedTime,
    }
    this.#saved = kept
  }

  get current(): Trust {
    return this.#current
  }

  /** Throws when the disk will not keep it: then the grant that brought it must not count either. */
  raise(seen: Trust): void {
    const next = {
      minimumEpoch: Math.max(this.#current.minimumEpoch, seen.minimumEpoch),
      highestSignedTime: Math.max(this.#current.highestSignedTime, seen.highestSignedTime),
    }
    const lag = next.highestSignedTime - this.#saved.highestSignedTime
    if (next.minimumEpoch > this.#saved.minimumEpoch || lag > TRUST_LAG_MS) {
      writeWhole(this.#file, `${JSON.stringify(next)}\n`)
      this.#saved = next
    }
    this.#current = next
  }
}

const enrolmentFile = (stateDirectory: string) => join(stateDirectory, 'enrolment.json')
const trustFile = (stateDirectory: string) => join(stateDirectory, 'trust.json')

function parseTrust(value: unknown, file: string): Trust {
  if (value === undefined) return { minimumEpoch: 0, highestSignedTime: 0 }
  const { minimumEpoch, highestSignedTime } = value as Record<string, unknown>
  if (!isCount(minimumEpoch) || !isCount(highestSignedTime)) {
    throw new Error(`${file} is damaged: join again with --replace`)
  }
  return { minimumEpoch, highestSignedTime }
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0

/** An object of a JSON file, or undefined when there is no such file. */
function readJson(file: string): object | undefined {
  const text = readIfThere(file)
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // the same answer as for JSON of another shape
  }
  throw new Error(`${file} is damaged: join again with --replace`)
}
