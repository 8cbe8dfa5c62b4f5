import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { COMPILED, FLEETKEY, fleetkey, type ClientEnvironment } from './fleetkey.ts'
import type { ControlPlane } from './control-plane.ts'
import { plainEnvironment, type ProgramResult } from './run-program.ts'

/** A person's own machine, as far as fleetkey sees it: a home where nothing is yet, and no access key anywhere. */
export interface Workstation {
  readonly home: string
  readonly environment: ClientEnvironment
  /** Runs fleetkey. */
  run(argv: readonly string[], input?: string): Promise<ProgramResult>
  /** Runs fleetkey, which must go well. Returns standard output. */
  must(...argv: readonly string[]): Promise<string>
  /** Runs `fleetkey login`; `person` is what the person does with the address that it prints. */
  logIn(
    argv: readonly string[],
    person: (address: string) => Promise<unknown>,
  ): Promise<ProgramResult>
  /** What the default profile's login left. */
  session(): KeptSession
  /** Makes that session one that is as good as over, so that the next command renews it. */
  age(): void
}

interface KeptSession {
  readonly expiresAt: number
  readonly credentials: Readonly<Record<string, string>>
  readonly origin: Readonly<Record<string, string>>
}

/** @param dir where the home is made */
export function openWorkstation(dir: string, plane: ControlPlane): Workstation {
  const home = mkdtempSync(join(dir, 'home-'))
  const sessionFile = join(home, '.cache/fleetkey/sessions/default.json')
  const environment = {
    ...plainEnvironment,
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    ...COMPILED,
  }
  const run = (argv: readonly string[], input = '') => fleetkey(argv, { env: environment, input })
  const session = () => JSON.parse(readFileSync(sessionFile, 'utf8')) as KeptSession
  return {
    home,
    environment,
    run,
    async must(...argv) {
      const { code, stdout, stderr } = await run(argv)
      if (code !== 0) throw new Error(`fleetkey ${argv.join(' ')}: exit ${code}\n${stderr}`)
      return stdout
    },
    async logIn(argv, person) {
      const place = ['--endpoint', plane.url, '--ca-file', plane.caFile]
      const child = spawn(FLEETKEY, ['login', ...place, ...argv], { env: environment })
      let [stdout, stderr] = ['', '']
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
      const address = new Promise<string>((resolve) => {
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
          stderr += text
          const found = /(http\S+(?:\/auth\?|user_code=)\S+)\s/.exec(stderr)?.[1]
          if (found) resolve(found)
        })
      })
      const closed = once(child, 'close') as Promise<[number | null]>
      const first = await Promise.race([address, closed])
      if (typeof first === 'string') await person(first)
      const [code] = await closed
      return { code: code ?? -1, stdout, stderr }
    },
    session,
    age() {
      const soon = { ...session(), expiresAt: Date.now() + 30_000 }
      writeFileSync(sessionFile, JSON.stringify(soon))
    },
  }
}
