import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseSigned } from '@fleetkey/wire/agent/signed'
import { writeWhole } from '../write-whole.ts'
import type { SignedRules } from './rule-checks.ts'

/** The last rules with which the control plane was heard, on disk: in force at the next start before it can be asked. */
export interface KeptRules {
  load(): SignedRules | undefined
  /** Throws when the disk will not have it. */
  save(signed: SignedRules): void
}

export function openKeptRules(stateDirectory: string): KeptRules {
  const file = keptFile(stateDirectory)
  return {
    load() {
      try {
        const value = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown> | null
        const rules = parseSigned(value?.['rules'])
        const signer = parseSigned(value?.['signer'])
        return rules && signer && { rules, signer }
      } catch {
        // None yet, or damaged: what the kernel has stays, and the control plane sends them anew.
        return undefined
      }
    },
    save: ({ rules, signer }) => writeWhole(file, `${JSON.stringify({ rules, signer })}\n`),
  }
}

/** They are of an enrolment that is no more. */
export const forgetKeptRules = (stateDirectory: string): void =>
  rmSync(keptFile(stateDirectory), { force: true })

const keptFile = (stateDirectory: string): string => join(stateDirectory, 'rules.json')
