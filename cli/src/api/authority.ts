import { readFileSync } from 'node:fs'
import { Failure } from '../failure.ts'

/** The certificates of a PEM file that the person named. */
export function readAuthority(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new Failure('configuration', `The certificate file ${path} cannot be read.`, {
      why: [error instanceof Error ? error.message : String(error)],
      todo: ['Mend AWS_CA_BUNDLE, FLEETKEY_CA_FILE or caFile of the profile: it is a PEM file.'],
    })
  }
}
