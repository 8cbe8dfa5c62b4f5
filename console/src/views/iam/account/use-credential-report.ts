import { useMemo } from 'react'
import { useAnswer, type Asked } from '../../../api/use-answer.ts'
import { iam } from '../api/iam.ts'
import { readCredentialReport, type CredentialLine } from './credential-report.ts'

/** Who can prove themselves by what: a line for each user, by name. */
export type CredentialReport = ReadonlyMap<string, CredentialLine>

export function useCredentialReport(): Asked<CredentialReport> & {
  readonly csv: string | undefined
} {
  const asked = useAnswer('credential report', (signal) =>
    iam<{ Content: string }>('GetCredentialReport', {}, signal),
  )
  const content = asked.value?.Content
  const csv = useMemo(() => (content === undefined ? undefined : decode(content)), [content])
  const value = useMemo(
    () => csv && new Map(readCredentialReport(csv).map((line) => [line.user, line])),
    [csv],
  )
  return { ...asked, value: value === '' ? undefined : value, csv }
}

/** AWS's blobs are base64. */
function decode(base64: string): string {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  return new TextDecoder().decode(bytes)
}
