import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { ControlPlane } from '@fleetkey/fleet/control-plane'
import type { ClientEnvironment } from '@fleetkey/fleet/fleetkey'
import { startOidcProvider } from '@fleetkey/fleet/oidc/oidc-provider'
import { trustProvider } from '@fleetkey/fleet/trust-provider'
import type { SignIn, Try } from './demo.ts'
import { environmentFile, quoted } from './environment-file.ts'

/** What her role may do: see the fleet, and reach staging and dev as these users. */
function policyFor(osUsers: readonly string[]): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'SeeTheFleet',
        Effect: 'Allow',
        // A tunnel lets nobody in: for that the key counts, below.
        Action: [
          'ec2:DescribeInstances',
          'ec2:DescribeInstanceConnectEndpoints',
          'ec2-instance-connect:OpenTunnel',
        ],
        Resource: '*',
      },
      {
        Sid: 'ReachStagingAndDev',
        Effect: 'Allow',
        Action: 'ec2-instance-connect:SendSSHPublicKey',
        Resource: '*',
        Condition: {
          StringEquals: { 'aws:ResourceTag/env': ['staging', 'dev'], 'ec2:osuser': osUsers },
        },
      },
    ],
  }
}

/**
 * Starts a provider with carol in it, who is in the group sre, and makes a role for the group and a shell for her. It stands in for the
 * provider that a company has.
 */
export async function openSingleSignOn(
  plane: ControlPlane,
  {
    dir,
    osUsers,
    undo,
  }: {
    readonly dir: string
    readonly osUsers: readonly string[]
    readonly undo: (close: () => Promise<unknown>) => void
  },
): Promise<SignIn> {
  // Not one that everybody knows: without root, who signs in as her gets a shell as the one who started the demo.
  const carol = { name: 'carol', password: randomBytes(9).toString('base64url') }
  const starting = startOidcProvider({
    accounts: [{ ...carol, groups: ['sre'] }],
    deviceInterval: 1,
  })
  // It may be stopped before it has started.
  undo(() =>
    starting.then(
      (started) => started.stop(),
      () => undefined,
    ),
  )
  writeShell(plane, dir, carol)
  const provider = await starting
  await trustProvider(plane, provider, { name: 'sre', group: 'sre', policy: policyFor(osUsers) })
  return { issuer: provider.issuer, ...carol }
}

/** How she logs in. */
export const signInTry = ({ name, password }: SignIn): Try => ({
  shows: `${name}, who has no key: signs in there as ${name} with ${password}`,
  as: 'env-carol',
  command: 'login',
})

/** The file that makes a shell hers: no key, and a place of its own for her login. */
function writeShell(
  plane: ControlPlane,
  dir: string,
  carol: { readonly name: string; readonly password: string },
): void {
  const home = `${dir}/carol`
  mkdirSync(home, { mode: 0o700 })
  writeFileSync(`${home}/person.json`, `${JSON.stringify(carol)}\n`, { mode: 0o600 })
  const program = fileURLToPath(import.meta.resolve('@fleetkey/fleet/oidc/sign-in-as'))
  const browser = `${home}/browser`
  const command = [process.execPath, program, `${home}/person.json`].map(quoted).join(' ')
  writeFileSync(browser, `#!/bin/sh\nexec ${command} "$1"\n`, { mode: 0o700 })
  const { AWS_ACCESS_KEY_ID: _id, AWS_SECRET_ACCESS_KEY: _secret, ...place } = plane.root
  const environment: ClientEnvironment = { ...place, FLEETKEY_HOME: home }
  const noBrowser = `# Where there is no browser, a stand-in of hers signs in.
[ -n "\${DISPLAY:-}\${WAYLAND_DISPLAY:-}\${BROWSER:-}" ] || export BROWSER=${quoted(browser)}
`
  writeFileSync(`${dir}/env-carol`, environmentFile(environment) + noBrowser, { mode: 0o600 })
}
