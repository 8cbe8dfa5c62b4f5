import type { AgentMessage } from '@fleetkey/wire/agent/agent-messages'
import { StoreUnavailable } from '../store/store.ts'

/** What a host saw: recorded, and then acknowledged by these ids. */
export type Report = Extract<AgentMessage, { readonly kind: 'receipts' | 'ingress-observed' }>

/** Of one link, in characters: as much as an agent has to tell that saw some thousand logins meanwhile. */
const MOST = 1024 * 1024
const EVERY_MS = 2000

/**
 * What the agent of one link reports while the trail takes no record: it waits here, in its order, and is recorded when there is room. The
 * link stays, by which keys are pushed. Nothing is lost with what waits: the agent keeps it until it is acknowledged, and tells it again on
 * its next link.
 */
export interface WaitingReports {
  /** Resolves when it is recorded, or waits. Rejects when it can be neither. */
  take(report: Report): Promise<void>
  /** The link is gone. */
  close(): void
}

export function createWaitingReports(parts: {
  /** Durable and acknowledged when it resolves. */
  readonly record: (report: Report) => Promise<void>
  /** What waited cannot be recorded, for another reason than that the trail takes none. */
  readonly fail: (error: unknown) => void
  /** The first of several waits. */
  readonly onWait: (error: unknown) => void
  /** EVERY_MS unless a test is in a hurry. */
  readonly everyMs?: number | undefined
}): WaitingReports {
  const { record, fail, onWait, everyMs = EVERY_MS } = parts
  /** By its text: what is told again while it waits waits once. */
  const waiting = new Map<string, Report>()
  let characters = 0
  let isClosed = false
  let timer: NodeJS.Timeout | undefined

  function wait(report: Report): void {
    const text = JSON.stringify(report)
    if (isClosed || waiting.has(text)) return
    if (characters + text.length > MOST) throw new Error('more waits than is kept of one host')
    characters += text.length
    waiting.set(text, report)
    timer ??= setTimeout(() => void tryAgain(), everyMs).unref()
  }

  async function tryAgain(): Promise<void> {
    try {
      for (const [text, report] of waiting) {
        // oxlint-disable-next-line no-await-in-loop -- an end is nothing before its start
        await record(report)
        if (waiting.delete(text)) characters -= text.length
      }
      timer = undefined
    } catch (error) {
      if (isClosed) return
      if (error instanceof StoreUnavailable) {
        timer = setTimeout(() => void tryAgain(), everyMs).unref()
      } else fail(error)
    }
  }

  return {
    async take(report) {
      // Nothing overtakes what waits.
      if (waiting.size > 0) return wait(report)
      try {
        await record(report)
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error
        if (waiting.size === 0) onWait(error)
        wait(report)
      }
    },
    close() {
      isClosed = true
      clearTimeout(timer)
      waiting.clear()
    },
  }
}
