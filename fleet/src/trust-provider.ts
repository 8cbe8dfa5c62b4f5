import type { ControlPlane } from './control-plane.ts'
import { fleetkey } from './fleetkey.ts'
import type { OidcProvider } from './oidc/oidc-provider.ts'

/** Registers a provider and makes a role for a group there, with the commands that a person would use. */
export async function trustProvider(
  plane: Pick<ControlPlane, 'root'>,
  provider: Pick<OidcProvider, 'issuer' | 'clientIds'>,
  role: { readonly name: string; readonly group: string; readonly policy: object },
): Promise<void> {
  const name = provider.issuer.replace(/^https?:\/\//, '')
  const must = async (argv: readonly string[], input = '') => {
    const { code, stdout, stderr } = await fleetkey(['iam', ...argv], { env: plane.root, input })
    if (code !== 0)
      throw new Error(`fleetkey iam ${argv.join(' ')}: exit ${code}\n${stderr}${stdout}`)
  }
  const clients = provider.clientIds.flatMap((id) => ['--client-id', id])
  await must(['providers', 'create', provider.issuer, ...clients])
  const trust = ['--trust-provider', name, '--claim', `groups=${role.group}`]
  await must(['roles', 'create', role.name, ...trust])
  await must(['roles', 'put-policy', role.name, 'main', '-'], JSON.stringify(role.policy))
}
