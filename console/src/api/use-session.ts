import { useSyncExternalStore } from 'react'
import {
  onSessionChange,
  pageSession,
  sessionStanding,
  type ConsoleSession,
  type Standing,
} from './console-session.ts'

/** Whose page it is, also while their session has ended: what is on it stays as it was. Undefined when it is nobody's. */
export function useSession(): ConsoleSession | undefined {
  return useSyncExternalStore(onSessionChange, pageSession)
}

export function useStanding(): Standing {
  return useSyncExternalStore(onSessionChange, sessionStanding)
}
