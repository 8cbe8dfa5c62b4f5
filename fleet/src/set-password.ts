import type { ControlPlane } from './control-plane.ts'
import { fleetkey } from './fleetkey.ts'

/** Gives a user a password to sign in to the console with, that may stay, with the command that an administrator would use. */
export async function setPassword(
  plane: Pick<ControlPlane, 'root'>,
  userName: string,
  password: string,
): Promise<void> {
  const { code, stdout, stderr } = await fleetkey(
    ['iam', 'users', 'set-password', userName, '--keep'],
    { env: plane.root, input: password },
  )
  if (code !== 0) throw new Error(`set-password ${userName}: exit ${code}\n${stderr}${stdout}`)
}
