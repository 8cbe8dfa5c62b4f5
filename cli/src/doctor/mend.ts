import type { Finding } from '@fleetkey/domain/finding'
import { isFixName, type FixName } from '@fleetkey/domain/fix'
import type { ApiClient } from '../api/api-client.ts'
import { fleetkeyOperation } from '../api/operations.ts'
import { confirm } from '../confirm.ts'
import type { Screen } from '../screen.ts'
import { readFindings } from './ask-server.ts'
import { showFindings } from './show.ts'

/** The fixes that bad findings name. */
export function fixesFor(findings: readonly Finding[]): readonly FixName[] {
  const named = findings
    .filter(({ state }) => state === 'bad')
    .flatMap(({ mend }) => (isFixName(mend?.fix) ? [mend.fix] : []))
  return [...new Set(named)]
}

/**
 * Shows what the agent would do, asks, and has it done. Returns what came of it.
 * @throws Failure `cancelled` when the person does not say yes
 */
export async function mendHost(
  screen: Screen,
  api: Pick<ApiClient, 'call'>,
  wanted: {
    readonly instanceId: string
    readonly osUser: string | undefined
    readonly fixes: readonly FixName[]
    readonly yes: true | undefined
    /** What is shown goes to stderr when stdout is for a program. */
    readonly quiet: boolean
  },
): Promise<readonly Finding[]> {
  const { instanceId, osUser, fixes, yes, quiet } = wanted
  const shown = quiet ? { ...screen, out: (text: string) => screen.err(text) } : screen
  const mend = async (dryRun: boolean) =>
    readFindings(
      await api.call(fleetkeyOperation('MendInstance'), {
        InstanceId: instanceId,
        Fixes: fixes,
        DryRun: dryRun,
        ...(osUser === undefined ? {} : { OSUser: osUser }),
      }),
      'Mends',
    )
  const plan = await mend(true)
  shown.out('\nThe agent of the host would do this:\n')
  showFindings(shown, plan)
  // What cannot be done at all needs no yes.
  if (plan.every(({ state }) => state === 'bad')) return plan
  await confirm(screen, { question: 'Have it done?', yes })
  const done = await mend(false)
  shown.out('\nDone on the host:\n')
  showFindings(shown, done)
  return done
}
