import type { Finding } from '@fleetkey/domain/finding'
import { inOrder, judge, type Verdict } from '@fleetkey/domain/verdict'
import { useEffect, useState } from 'react'
import { asRefusal, type ApiRefusal } from '../../../api/api-refusal.ts'
import { CHECK_GROUPS, diagnose, type Question } from './diagnose.ts'

/** How far an examination has come. */
export interface Examination {
  /** In the order of a login's way. */
  readonly findings: readonly Finding[]
  /** Names of what is still being looked at. */
  readonly waitingFor: readonly string[]
  /** Once all was looked at. */
  readonly verdict: Verdict | undefined
  readonly refusal: ApiRefusal | undefined
}

/** Examines when there is a question, and again with every `turn`. */
export function useDoctor(question: Question | undefined, turn: number): Examination | undefined {
  const [known, setKnown] = useState<Known>()
  const key = question === undefined ? undefined : `${JSON.stringify(question)} ${turn}`

  useEffect(() => {
    if (question === undefined || key === undefined) return undefined
    const stop = new AbortController()
    for (const group of CHECK_GROUPS) {
      diagnose(question, group, stop.signal).then(
        (findings) => {
          if (!stop.signal.aborted)
            setKnown((last) => withGroup(last, key, { group: group.id, findings }))
        },
        (error: unknown) => {
          if (stop.signal.aborted) return
          const refusal = asRefusal(error)
          setKnown((last) => withGroup(last, key, { group: group.id, findings: [], refusal }))
        },
      )
    }
    return () => stop.abort()
    // The key names the question.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [key])

  if (key === undefined) return undefined
  const groups = known?.key === key ? known.groups : []
  const findings = inOrder(groups.flatMap((each) => each.findings))
  const waitingFor = CHECK_GROUPS.filter(({ id }) => groups.every(({ group }) => group !== id)).map(
    ({ name }) => name,
  )
  const refusal = groups.find((each) => each.refusal !== undefined)?.refusal
  const isDone = waitingFor.length === 0 && refusal === undefined
  return { findings, waitingFor, refusal, verdict: isDone ? judge(findings) : undefined }
}

interface Looked {
  readonly group: string
  readonly findings: readonly Finding[]
  readonly refusal?: ApiRefusal
}

interface Known {
  readonly key: string
  readonly groups: readonly Looked[]
}

const withGroup = (last: Known | undefined, key: string, looked: Looked): Known => ({
  key,
  groups: [...(last?.key === key ? last.groups : []), looked],
})
