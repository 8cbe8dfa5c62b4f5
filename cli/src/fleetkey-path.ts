import { fileURLToPath } from 'node:url'
import { Failure } from './failure.ts'
import { isPlainPath } from './ssh/plain-path.ts'

/** The one command as ssh can start it: absolute, and nothing in it for a shell to act on. */
export function fleetkeyPath(): string {
  const path = fileURLToPath(new URL('../bin/fleetkey', import.meta.url))
  if (isPlainPath(path)) return path
  throw new Failure('configuration', `${path} cannot be started by ssh.`, {
    why: ['the path holds blanks, quotes or other characters that ssh or a shell would act on'],
    todo: ['Put fleetkey into a folder with a plain name.'],
  })
}
