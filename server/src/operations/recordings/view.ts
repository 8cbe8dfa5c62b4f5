import type { Envelope } from '../../secrets/envelope.ts'

/** Somebody who watches longer than this is on record again. */
const VIEW_MS = 60 * 60_000

export interface View {
  readonly recordingId: string
  /** Who watches, as whose own things are told: the token is of no use to anybody else. */
  readonly viewer: string
  readonly viewToken?: string | undefined
}

interface ViewParts {
  readonly envelope: Envelope
  readonly now: () => number
}

/** The token that says that this view is on record. Sealed, so that every node knows it and nobody can make one. */
export const newView = (view: View, { envelope, now }: ViewParts): string =>
  envelope.seal(String(now()), contextOf(view))

/** The token, when it stands for a view of this recording by this viewer that is on record and not over. */
export function viewOf(view: View, { envelope, now }: ViewParts): string | undefined {
  const { viewToken } = view
  if (viewToken === undefined) return undefined
  let begunAt: number
  try {
    begunAt = Number(envelope.open(viewToken, contextOf(view)))
  } catch {
    return undefined
  }
  return now() - begunAt < VIEW_MS ? viewToken : undefined
}

const contextOf = ({ recordingId, viewer }: View) => `view of ${recordingId} by ${viewer}`
