import { clientEnvironment, type ControlPlane } from './control-plane.ts'
import { fleetkey, fleetkeyJson, type ClientEnvironment } from './fleetkey.ts'
import type { RunOptions } from './run-program.ts'

/** Makes a user with one inline policy, `main`, and an access key, with the commands that a person would use. */
export async function makeUser(
  plane: ControlPlane,
  name: string,
  policy: object,
): Promise<ClientEnvironment> {
  const env = plane.root
  await must(['iam', 'users', 'create', name], { env })
  const [, key] = await Promise.all([
    must(['iam', 'users', 'put-policy', name, 'main', '-'], { env, input: JSON.stringify(policy) }),
    fleetkeyJson(['iam', 'access-keys', 'create', name], { env }),
  ])
  const { accessKeyId, secretAccessKey } = key as { accessKeyId: string; secretAccessKey: string }
  return clientEnvironment({
    url: plane.url,
    caFile: plane.caFile,
    region: env['AWS_REGION'] ?? '',
    accessKeyId,
    secretAccessKey,
  })
}

async function must(argv: readonly string[], options: RunOptions): Promise<void> {
  const { code, stdout, stderr } = await fleetkey(argv, options)
  if (code !== 0) throw new Error(`fleetkey ${argv.join(' ')}: exit ${code}\n${stderr}${stdout}`)
}
