import { paintFor } from '../output.ts'
import { run } from '../run.ts'
import type { Screen } from '../screen.ts'

/** For tests: what a command line did. */
export interface Done {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** For tests: runs command lines in this process, as somebody. */
export function fleetkeyAs(env: Screen['env']): (...args: readonly string[]) => Promise<Done> {
  return async (...args) => {
    let out = ''
    let err = ''
    const screen: Screen = {
      env: { HOME: '/dev/null', XDG_CONFIG_HOME: '/proc/nonexistent', ...env },
      interactive: false,
      paintOut: paintFor({}, {}),
      paintErr: paintFor({}, {}),
      out: (text) => (out += text),
      err: (text) => (err += text),
      now: () => Date.now(),
    }
    const code = await run(args, screen)
    return { code, out, err }
  }
}

/** For tests: the environment that makes somebody of a server's the caller. */
export function envOf(
  url: string,
  who: { readonly accessKeyId: string; readonly secretAccessKey: string },
): Screen['env'] {
  return {
    FLEETKEY_ENDPOINT: url,
    AWS_REGION: 'on-prem-1',
    AWS_ACCESS_KEY_ID: who.accessKeyId,
    AWS_SECRET_ACCESS_KEY: who.secretAccessKey,
  }
}
