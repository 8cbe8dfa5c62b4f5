import type { Finding } from '@fleetkey/domain/finding'
import { judge, type Verdict } from '@fleetkey/domain/verdict'
import type { Command } from 'commander'
import { principalArnOf } from '../access/principal-arn.ts'
import { ApiClient } from '../api/api-client.ts'
import { defineCommand, withListingFlags, type ListingFlags } from '../command.ts'
import { readSettings, type Settings } from '../config/settings.ts'
import { looksOfServer, type Question } from '../doctor/ask-server.ts'
import { failedFinding, looksFromHere } from '../doctor/from-here.ts'
import { lookAtAll } from '../doctor/look.ts'
import { fixesFor, mendHost } from '../doctor/mend.ts'
import { progressOn } from '../doctor/progress.ts'
import { concludeWith, showFindings } from '../doctor/show.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { findInstance, isInstanceId } from '../instance/find-instance.ts'
import type { ListedInstance } from '../instance/list-instances.ts'
import { printableJson } from '../output.ts'
import type { Screen } from '../screen.ts'
import { checkOsUser } from '../ssh/login-target.ts'

interface DoctorFlags extends ListingFlags {
  readonly osUser?: string
  readonly as?: string
  readonly from?: string
  readonly fix?: true
  readonly yes?: true
}

/** `fleetkey doctor`: every link between a person and a login, from both ends; the cause and the mend. */
export function doctorCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'doctor', {
    summary: 'Find out why a login does not work, and what to do about it.',
    examples: [
      'fleetkey doctor web-1 --os-user deploy                 why can I not log in?',
      'fleetkey doctor web-1 --os-user deploy --as alice      why can she not?',
      'fleetkey doctor web-1 --os-user deploy --fix           mend on the host what is safe, after showing it',
      'fleetkey doctor web-1 --output json | jq .verdict',
    ],
  }).addHelpText(
    'after',
    '\nExit codes:\n  0 nothing that stops a login was found   93 a cause was found\n  94 none was found, and something that matters could not be looked at',
  )
  return withListingFlags(command)
    .argument('<instance>', 'id, Name tag or address')
    .option('--os-user <name>', 'the account on the host; without it only what is the same for all')
    .option('--as <principal>', 'another user or role: name, user/NAME, role/NAME or ARN')
    .option(
      '--from <address>',
      'whence the login comes; default: this machine, as the server sees it',
    )
    .option('--fix', 'have the agent mend what it can mend safely')
    .option('--yes', 'with --fix: do not ask')
    .action(async (meant: string, flags: DoctorFlags) => {
      const osUser = flags.osUser === undefined ? undefined : checkOsUser(flags.osUser)
      await examine(screen, { ...flags, meant, osUser })
    })
}

type Wish = Omit<DoctorFlags, 'osUser'> & {
  readonly meant: string
  readonly osUser: string | undefined
}

async function examine(screen: Screen, wish: Wish): Promise<void> {
  let settings: Settings
  try {
    settings = await readSettings(wish, screen.env, { now: () => screen.now() })
  } catch (error) {
    return conclude(screen, wish, { findings: [failedFinding(error)] })
  }
  const api = new ApiClient(settings, () => screen.now())
  try {
    await examineWith(screen, wish, { api, settings })
  } finally {
    api.close()
  }
}

interface Means {
  readonly api: ApiClient
  readonly settings: Settings
}

async function examineWith(screen: Screen, wish: Wish, means: Means): Promise<void> {
  const { api } = means
  let target: Target
  try {
    target = await findTarget(wish, api)
  } catch (error) {
    if (!isAboutServer(error)) throw error
    return conclude(screen, wish, { findings: [failedFinding(error)] })
  }
  const first = await look(screen, target, means)
  const fixes = wish.fix ? fixesFor(first) : []
  if (fixes.length === 0) return conclude(screen, wish, { target, findings: first })
  const quiet = wish.output === 'json'
  if (!quiet) showFindings(screen, first)
  const { instanceId, osUser } = target.question
  const mends = await mendHost(screen, api, { instanceId, osUser, fixes, yes: wish.yes, quiet })
  if (!quiet) screen.out('\nNow:\n')
  // Mended, it may be at another port, or have another host key.
  const now = await findTarget({ ...wish, meant: instanceId }, api)
  conclude(screen, wish, {
    target: now,
    before: judge(first),
    mends,
    findings: await look(screen, now, means),
  })
}

interface Target {
  readonly question: Question
  readonly instance: ListedInstance | undefined
}

async function findTarget({ meant, osUser, as, from }: Wish, api: ApiClient): Promise<Target> {
  const [instance, arn] = await Promise.all([
    findInstance(api, meant).catch((error: unknown) => {
      // Who may not list instances may still ask about one by its id; the server says what it makes of one that is gone.
      const known =
        error instanceof Failure && (error.isDenial || error.exitCode === EXIT_CODES.notFound)
      if (isInstanceId(meant) && known) return undefined
      throw error
    }),
    as === undefined ? undefined : principalArnOf(api, as),
  ])
  return {
    question: { instanceId: instance?.instanceId ?? meant, osUser, as: arn, from },
    instance,
  }
}

const isAboutServer = (error: unknown): boolean =>
  error instanceof Failure &&
  ([EXIT_CODES.cannotConnect, EXIT_CODES.certificate, EXIT_CODES.credentials] as number[]).includes(
    error.exitCode,
  )

async function look(
  screen: Screen,
  { question, instance }: Target,
  { api, settings }: Means,
): Promise<readonly Finding[]> {
  const looks = [...looksFromHere({ api, settings, instance }), ...looksOfServer(api, question)]
  return lookAtAll(looks, progressOn(screen))
}

/** Shows everything and ends with the verdict. */
function conclude(
  screen: Screen,
  { output, meant }: Wish,
  found: {
    readonly target?: Target
    readonly findings: readonly Finding[]
    /** Where something was mended: what was wrong, and what came of it. */
    readonly before?: Verdict
    readonly mends?: readonly Finding[]
  },
): void {
  const { target, findings, before, mends } = found
  const verdict = judge(findings)
  const quiet = output === 'json'
  if (quiet) {
    const { instanceId, osUser } = target?.question ?? {}
    screen.out(`${printableJson({ instanceId, osUser, verdict, findings, before, mends })}\n`)
  } else showFindings(screen, findings)
  concludeWith(screen, verdict, { instance: target?.instance?.name ?? meant, quiet })
}
