import type { Command } from 'commander'
import { defineCommand, withConnectionFlags } from '../command.ts'
import { readSettings, type ConnectionFlags, type Settings } from '../config/settings.ts'
import type { Screen } from '../screen.ts'

/** The AWS CLI and its Python kin look for new credentials from 15 minutes before the end on, again at each request until they get some. */
const MARGIN_MS = 15 * 60_000 + 30_000

/** `fleetkey credentials` */
export function credentialsCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'credentials', {
    summary: 'Print your credentials for the AWS CLI and SDKs, renewed if need be.',
    examples: [
      'fleetkey credentials --profile default      as a credential_process expects it',
      'eval "$(fleetkey credentials --env)"        for the programs of this shell',
      '',
      '  In ~/.aws/config, after which "aws --profile fleetkey sts get-caller-identity" works:',
      '',
      '    [profile fleetkey]',
      '    credential_process = fleetkey credentials --profile default',
      '    endpoint_url = https://fleetkey.example.com:8443',
      '    region = on-prem-1',
      '    ca_bundle = /home/you/fleetkey-ca.pem',
      '',
      '  An AWS CLI before 2.13 knows neither endpoint_url nor AWS_ENDPOINT_URL: give --endpoint-url.',
    ],
  })
  return withConnectionFlags(command)
    .option('--env', 'print them as shell commands that set the environment')
    .action(async (flags: ConnectionFlags & { readonly env?: true }) => {
      const settings = await readSettings(flags, screen.env, {
        now: () => screen.now(),
        marginMs: MARGIN_MS,
      })
      screen.out(flags.env ? shellLines(settings) : `${processJson(settings)}\n`)
    })
}

/** AWS CLI user guide, "Sourcing credentials with an external process". */
function processJson({ credentials, session }: Settings): string {
  return JSON.stringify({
    Version: 1,
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    SessionToken: credentials.sessionToken,
    Expiration: session && new Date(session.expiresAt).toISOString(),
  })
}

/** With the endpoint: sent to AWS itself, a session token would be in the wrong hands. */
function shellLines({ credentials, session, endpoint, region, caFile }: Settings): string {
  const values: Readonly<Record<string, string | undefined>> = {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_CREDENTIAL_EXPIRATION: session && new Date(session.expiresAt).toISOString(),
    AWS_ENDPOINT_URL: endpoint.href.replace(/\/$/, ''),
    AWS_REGION: region,
    AWS_CA_BUNDLE: caFile,
  }
  const lines = Object.entries(values).map(([name, value]) =>
    value === undefined ? `unset ${name}` : `export ${name}=${quoted(value)}`,
  )
  return `${lines.join('\n')}\n`
}

/** One word for every POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
