import { useSyncExternalStore } from 'react'
import { currentSession, onSessionChange, type ConsoleSession } from './console-session.ts'

/** Who is signed in; undefined when nobody is. */
export function useSession(): ConsoleSession | undefined {
  return useSyncExternalStore(onSessionChange, currentSession)
}
