import { resolve } from 'node:path'
import type { Command } from 'commander'
import { ask, askSecret } from '../ask.ts'
import { defineCommand } from '../command.ts'
import {
  isProfileName,
  onlyFields,
  parseProfile,
  readProfiles,
  writeProfiles,
  type Profile,
} from '../config/profiles.ts'
import { resolveSettings } from '../config/settings.ts'
import { Failure, usageFailure } from '../failure.ts'
import { readInput } from '../input.ts'
import { printable } from '../output.ts'
import type { Screen } from '../screen.ts'

interface ConfigureFlags {
  readonly profile: string
  readonly endpoint?: string
  readonly region?: string
  readonly caFile?: string
  readonly stdin?: true
}

/** `fleetkey configure` */
export function configureCommand(screen: Screen): Command {
  return defineCommand(screen, 'configure', {
    summary: 'Keep the address of the server and your access key, readable by you alone.',
    examples: [
      'fleetkey configure',
      'fleetkey configure --profile staging',
      'fleetkey configure --endpoint https://localhost:8443 --ca-file ca.pem --stdin < root.json',
      '  with {"accessKeyId", "secretAccessKey"} and, if wanted, "endpoint", "region", "caFile", "osUser";',
      '  what "fleetkey server --root-credentials" and "fleetkey iam access-keys create" write will do',
    ],
  })
    .option('--profile <name>', 'name to keep it under', 'default')
    .option('--endpoint <url>', 'address of the server')
    .option('--region <region>', "the server's region")
    .option('--ca-file <file>', 'PEM file of the authority that signed its certificate')
    .option('--stdin', 'read JSON from standard input instead of asking')
    .action(async (flags: ConfigureFlags) => {
      if (!isProfileName(flags.profile)) {
        throw usageFailure(
          `"${flags.profile}" cannot name a profile.`,
          'Use letters, digits and _.@-',
        )
      }
      const profiles = readProfiles(screen.env)
      const old = profiles[flags.profile] ?? {}
      const known = { ...old, ...fromFlags(flags) }
      const profile = flags.stdin
        ? { ...old, ...(await fromStdin()), ...fromFlags(flags) }
        : await fromPerson(screen, known)
      checkComplete(profile)
      const path = writeProfiles(screen.env, { ...profiles, [flags.profile]: profile })
      screen.err(`Kept as profile "${flags.profile}" in ${path}\n`)
      screen.err('See whether it works: fleetkey whoami')
      screen.err(flags.profile === 'default' ? '\n' : ` --profile ${flags.profile}\n`)
    })
}

function fromFlags({ endpoint, region, caFile }: ConfigureFlags): Profile {
  // The profile is used from everywhere, so a path in it must not depend on where one stands.
  const file = caFile === undefined ? undefined : resolve(caFile)
  return definedOnly({ endpoint, region, caFile: file })
}

async function fromStdin(): Promise<Profile> {
  const text = await readInput('-')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw usageFailure(
      'Standard input is not JSON.',
      'See the example in: fleetkey configure --help',
    )
  }
  // The credential that the server wrote at its first start also names its realm: more than a profile is no mistake here.
  const profile = parseProfile(onlyFields(value))
  if (profile) return profile
  throw usageFailure(
    'Standard input is not a profile.',
    'It is one object with text fields: endpoint, region, accessKeyId, secretAccessKey, caFile, osUser',
  )
}

async function fromPerson(screen: Screen, old: Profile): Promise<Profile> {
  if (!screen.interactive) {
    throw new Failure('usage', 'Nobody is here to answer questions.', {
      todo: ['Give the profile as JSON: fleetkey configure --stdin < profile.json'],
    })
  }
  const field = async (question: string, kept: string | undefined) =>
    (await ask(`${question}${kept ? ` [${printable(kept)}]` : ''}: `)).trim() || kept
  const endpoint = await field(
    'Address of the server, e.g. https://fleetkey.example.com:8443',
    old.endpoint,
  )
  const region = await field('Region', old.region ?? 'on-prem-1')
  const caFile = await field(
    'File with its certificate authority, empty if publicly trusted',
    old.caFile,
  )
  const accessKeyId = await field('Access key id', old.accessKeyId)
  const kept = old.secretAccessKey === undefined ? '' : ' [kept]'
  const secretAccessKey =
    (await askSecret(`Secret access key (not shown)${kept}: `)).trim() || old.secretAccessKey
  return definedOnly({
    ...old,
    endpoint,
    region,
    caFile: caFile && resolve(caFile),
    accessKeyId,
    secretAccessKey,
  })
}

/** The profile alone must be enough, or the mistake would only show later. */
function checkComplete(profile: Profile): void {
  resolveSettings({}, {}, { default: profile })
}

function definedOnly(fields: Readonly<Record<string, string | undefined>>): Profile {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
