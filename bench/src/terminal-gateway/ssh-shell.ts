import { spawn } from 'node:child_process'
import { plainEnvironment } from '@fleetkey/fleet/run-program'
import { sshArguments, type SshTarget } from '@fleetkey/fleet/ssh'
import { OS_USER } from '../host-under-test.ts'
import type { Shell } from './shell.ts'

/** Of the output, in bytes. */
const KEPT = 4096

/** The yardstick: the same shell by OpenSSH's client, in a pty of the host and none here. */
export function openSshShell(
  target: SshTarget,
  login: { readonly identityFile: string; readonly knownHostsFile: string },
): Shell {
  const words = sshArguments(target, { ...login, user: OS_USER, arguments: ['-tt'] })
  const child = spawn('ssh', words, {
    env: { ...plainEnvironment, TERM: 'xterm-256color' },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  let output = ''
  let bytes = 0
  let wake = () => {}
  child.stdout.on('data', (data: Buffer) => {
    bytes += data.length
    output = (output + data.subarray(-KEPT).toString('latin1')).slice(-KEPT)
    wake()
  })
  child.stdin.on('error', () => undefined)
  return {
    type: (text) => void child.stdin.write(text),
    get bytes() {
      return bytes
    },
    get output() {
      return output
    },
    async until(what, isSo, timeoutMs = 15_000) {
      const deadline = performance.now() + timeoutMs
      while (!isSo()) {
        if (performance.now() > deadline) throw new Error(`ssh: ${what}: not so\n${output}`)
        const { promise, resolve } = Promise.withResolvers<void>()
        const late = setTimeout(resolve, deadline - performance.now())
        wake = resolve
        // oxlint-disable-next-line no-await-in-loop -- the next news
        await promise
        clearTimeout(late)
      }
    },
    close: () => void child.kill(),
  }
}
