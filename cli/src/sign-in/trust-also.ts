import { readFileSync } from 'node:fs'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { Failure } from '../failure.ts'

/**
 * From now on this process trusts, for sign-in providers, the authorities that Node carries, those of the system (where a company
 * puts its own) and the one that the profile names for our server. The server itself is still held to the profile's alone.
 */
export function trustAlso(caFile: string | undefined): void {
  const own = caFile === undefined ? [] : [readAuthority(caFile)]
  setDefaultCACertificates([
    ...getCACertificates('default'),
    ...getCACertificates('system'),
    ...own,
  ])
}

function readAuthority(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Failure('configuration', `The certificate file ${path} cannot be read.`, {
      why: [error instanceof Error ? error.message : String(error)],
      todo: ['Name another one: fleetkey login --ca-file FILE'],
    })
  }
}
