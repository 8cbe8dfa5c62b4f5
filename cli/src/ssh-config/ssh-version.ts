import { spawnSync } from 'node:child_process'
import { Failure } from '../failure.ts'

/** Refuses, with what is missing, an ssh that cannot do this. */
export function checkSshVersion(): void {
  const { stderr, error } = spawnSync('ssh', ['-V'], { encoding: 'utf8' })
  if (error) {
    throw new Failure('configuration', 'There is no ssh on this machine.', {
      why: [error.message],
      todo: ['Install the OpenSSH client (package openssh-client or openssh-clients).'],
    })
  }
  const problem = versionProblem(stderr.trim())
  if (problem !== undefined) {
    throw new Failure('configuration', problem, {
      todo: ['Upgrade OpenSSH, or use fleetkey ssh, scp and sftp, which work with older ones.'],
    })
  }
}

/** Why plain ssh cannot work with this client, or undefined. @param said what `ssh -V` printed */
export function versionProblem(said: string): string | undefined {
  const match = /^OpenSSH_(?:for_Windows_)?(\d+)\.(\d+)/.exec(said)
  if (!match) return `This ssh is no OpenSSH: it says "${said.slice(0, 80)}".`
  const [major, minor] = [Number(match[1]), Number(match[2])]
  // release notes of OpenSSH 8.5
  if (major > 8 || (major === 8 && minor >= 5)) return undefined
  return `OpenSSH ${major}.${minor} has no KnownHostsCommand, which came with 8.5: it could not recognise hosts.`
}
