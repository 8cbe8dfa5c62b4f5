import { MAX_FINDINGS, type Finding } from '@fleetkey/domain/finding'
import type { CheckName } from './check.ts'
import { unknown } from './say.ts'

/** Checks that look side by side. */
export interface Examination {
  /** What all of them found, once they have. */
  all(): Promise<readonly Finding[]>
  /**
   * As soon as it is sure which cause comes first, all up to that one. Otherwise, so many milliseconds after the beginning, what was found
   * by then: a check that goes on is `unknown`, and causes that stand behind it are kept back. So nothing that `all` tells contradicts.
   */
  quick(ms: number): Promise<Looked>
}

export interface Looked {
  readonly findings: readonly Finding[]
  /** Whether something is still looked at that comes before what was found. */
  readonly goesOn: boolean
}

/** In the order of a login's way: the first cause explains the failure. None of the promises may reject. */
export function followChecks(
  checks: ReadonlyMap<CheckName, Promise<readonly Finding[]>>,
): Examination {
  const begun = performance.now()
  const found = new Map<CheckName, readonly Finding[]>()
  const done = [...checks].map(async ([name, findings]) => {
    found.set(name, await findings)
    return found.get(name) ?? []
  })

  /** Whether some check has told a cause, or all have looked, in their order. */
  const untilSure = async () => {
    for (const findings of done) {
      // oxlint-disable-next-line no-await-in-loop -- they run side by side; the order is that of the answers
      if ((await findings).some(tellsCause)) return
    }
  }
  const soFar = (): Looked => {
    const findings: Finding[] = []
    let goesOn = false
    for (const name of checks.keys()) {
      const told = found.get(name) ?? [unknown(name, 'The answer takes its time.')]
      goesOn ||= !found.has(name)
      findings.push(...told.filter((finding) => !goesOn || !tellsCause(finding)))
      if (!goesOn && told.some(tellsCause)) break
    }
    return { findings: findings.slice(0, MAX_FINDINGS), goesOn }
  }
  return {
    all: async () => (await Promise.all(done)).flat().slice(0, MAX_FINDINGS),
    async quick(ms) {
      const late = Promise.withResolvers<void>()
      const timer = setTimeout(late.resolve, begun + ms - performance.now())
      await Promise.race([untilSure(), late.promise])
      clearTimeout(timer)
      return soFar()
    },
  }
}

const tellsCause = ({ state, cause }: Finding): boolean => state === 'bad' && cause !== undefined
