import type { ControlPlane } from './control-plane.ts'
import type { EnrolledHost } from './enrolled-host.ts'
import { fleetkey } from './fleetkey.ts'
import type { KeyPair } from './ssh.ts'

/**
 * Pushes a key to a host for one of its users, as root; it is usable when this resolves.
 * @throws with the refusal
 */
export async function pushKey(
  plane: ControlPlane,
  host: EnrolledHost,
  user: string,
  key: KeyPair,
): Promise<void> {
  const what = ['--os-user', user, '--public-key', `${key.identityFile}.pub`]
  const { code, stderr } = await fleetkey(['send-key', host.instanceId, ...what], {
    env: plane.root,
  })
  if (code !== 0) throw new Error(`send-key: exit ${code}\n${stderr}`)
}
