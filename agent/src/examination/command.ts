import type { Finding } from '@fleetkey/domain/finding'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { type Account, findAccount } from '../deliveries/account.ts'
import { EXAMINATION_FINGERPRINT } from '../deliveries/notes.ts'
import { readHelperSource } from '../install/helper.ts'
import { findHostPackage } from '../metadata/host-package.ts'
import { HELPER_USER } from '../paths.ts'
import { askLikeSshd, type HelperAnswer } from './ask-like-sshd.ts'
import type { Check, ExaminedHost } from './check.ts'
import { bad, good, note, unknown } from './say.ts'

const CHECK = 'command'
/** sshd itself waits for ever, and the client gives up at LoginGraceTime; more than this is felt at every login. */
const SLOW_MS = 1000
/** Before the whole check is given up, so that it is told what did not answer. */
const SOONER_MS = 100

/** The program that gives sshd pushed keys: is it there, is it ours, and does it answer when asked as sshd asks? */
export const commandCheck: Check = {
  name: CHECK,
  async look(host) {
    switch (host.settings.delivery) {
      case 'command':
        return lookAtHelper(host)
      case 'metadata':
        return findHostPackage() === undefined
          ? [
              bad(CHECK, "Amazon's host package is not installed.", {
                cause: 'command-not-configured',
                mend: { says: 'Install it.', commands: ['apt-get install ec2-instance-connect'] },
              }),
            ]
          : [good(CHECK, "Amazon's host package is installed.")]
      case 'file':
      case 'home':
        return []
    }
  },
}

async function lookAtHelper({ paths, osUser, limitMs }: ExaminedHost): Promise<readonly Finding[]> {
  const path = paths.helper
  const account = await findAccount(HELPER_USER)
  if (account === undefined) {
    return [
      bad(CHECK, `The account ${HELPER_USER}, as which sshd runs the helper, does not exist.`, {
        cause: 'command-wrong-user',
        mend: { ...again, fix: 'helper-account' },
      }),
    ]
  }
  const trouble = findFileTrouble(path)
  if (trouble !== undefined) return [trouble]
  const directories = findDirectoryTrouble(paths.keys, account)
  if (directories !== undefined) return [directories]
  const answer = await askLikeSshd(
    [path, osUser ?? 'nobody', '4294967294', EXAMINATION_FINGERPRINT],
    {
      uid: account.uid,
      gid: account.gid,
      limitMs: Math.min(2 * SLOW_MS, limitMs - SOONER_MS),
    },
  )
  const isOurs = readFileSync(path, 'utf8') === readHelperSource()
  const found = judgeAnswer(answer, { path, isOurs })
  const isTold = answer.kind === 'late' || found.some(({ state }) => state === 'bad')
  return isOurs || isTold ? found : [otherVersion(path)]
}

const otherVersion = (path: string): Finding =>
  bad(CHECK, `The helper ${path} is not that of this version of the agent.`, {
    cause: 'command-failed',
    mend: { ...again, fix: 'helper' },
  })

const again = { says: 'Have it put in order.', commands: ['fleetkey agent install'] }

function findFileTrouble(path: string): Finding | undefined {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) {
    return bad(CHECK, `The helper ${path} is missing: sshd gets no pushed keys.`, {
      cause: 'command-not-executable',
      mend: { ...again, fix: 'helper' },
    })
  }
  if (!found.isFile() || (found.mode & 0o555) !== 0o555) {
    return bad(CHECK, `The helper ${path} cannot be run by the account ${HELPER_USER}.`, {
      cause: 'command-not-executable',
      mend: { says: 'Let it be run.', commands: [`chmod 755 ${path}`], fix: 'helper' },
    })
  }
  return undefined
}

/** As deliveries/run-directories.ts makes them: the helper reads the keys by its group. */
function findDirectoryTrouble(keys: string, account: Account): Finding | undefined {
  const found = statSync(keys, { throwIfNoEntry: false })
  const isRight =
    found?.isDirectory() === true &&
    found.uid === 0 &&
    found.gid === account.gid &&
    (found.mode & 0o777) === 0o750
  if (isRight) return undefined
  return bad(
    CHECK,
    `${keys}, where live keys lie, ${existsSync(keys) ? 'has another owner or mode than the helper needs' : 'is missing'}.`,
    {
      cause: 'command-failed',
      mend: {
        says: 'Restart the agent, which makes it.',
        commands: ['systemctl restart fleetkey-agent'],
        fix: 'run-directories',
      },
    },
  )
}

export function judgeAnswer(
  answer: HelperAnswer,
  {
    path,
    isOurs,
  }: {
    readonly path: string
    /** As this version of the agent has it: then to write it again would mend nothing. */
    readonly isOurs: boolean
  },
): readonly Finding[] {
  const fix = isOurs ? {} : ({ fix: 'helper' } as const)
  switch (answer.kind) {
    case 'late': {
      const says = `The helper ${path} did not answer within ${answer.afterMs / 1000} s.`
      // It may just be about to.
      if (answer.afterMs < SLOW_MS) return [unknown(CHECK, says)]
      return [
        bad(CHECK, says, {
          cause: 'command-slow',
          mend: {
            says: 'See what slows the host down, or what it was replaced by.',
            ...fix,
            commands: [`time ${path} nobody 65534 ${EXAMINATION_FINGERPRINT}`],
          },
        }),
      ]
    }
    case 'failed':
      return [
        bad(CHECK, `The helper ${path} failed when it was asked as sshd asks: ${answer.says}`, {
          cause: 'command-failed',
          mend: { ...again, ...fix },
        }),
      ]
    case 'answered': {
      const ms = Math.round(answer.tookMs)
      if (ms < SLOW_MS) return [good(CHECK, `The helper answers in ${ms} ms.`)]
      return [
        note(
          CHECK,
          `The helper took ${ms} ms, and sshd asks it for every key that anybody offers.`,
        ),
      ]
    }
  }
}
