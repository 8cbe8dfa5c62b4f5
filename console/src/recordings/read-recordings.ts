import { listRecordings, type ListedRecording, type RecordingsPage } from './recording.ts'

type Ask = (input: object, signal: AbortSignal) => Promise<RecordingsPage>

/** Until there are so many, or no more: a page of the server's may be short, and even empty, where few of many fit or may be seen. */
export async function readRecordings(
  asked: object,
  options: {
    readonly signal: AbortSignal
    readonly wanted: number
    readonly from?: string | undefined
    readonly ask?: Ask
  },
): Promise<{ readonly recordings: readonly ListedRecording[]; readonly next: string | undefined }> {
  const { signal, wanted, from, ask = listRecordings } = options
  const recordings: ListedRecording[] = []
  let next = from
  do {
    const MaxResults = wanted - recordings.length
    // oxlint-disable-next-line no-await-in-loop -- a page says where the next begins
    const page = await ask(
      { ...asked, MaxResults, ...(next !== undefined && { NextToken: next }) },
      signal,
    )
    recordings.push(...page.Recordings)
    next = page.NextToken
  } while (next !== undefined && recordings.length < wanted)
  return { recordings, next }
}
