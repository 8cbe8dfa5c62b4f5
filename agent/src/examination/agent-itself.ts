import type { Finding } from '@fleetkey/domain/finding'
import { accessSync, constants, existsSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { AGENT_VERSION } from '../version.ts'
import type { Check, ExaminedHost } from './check.ts'
import { bad, good, note, quoted } from './say.ts'

const CHECK = 'agent'
/** A key file with its directory entry is far smaller; below this, something else fills the place up. */
const ENOUGH_BYTES = 256 * 1024
const ENOUGH_FILES = 64

/** Whether the agent can put down what a grant needs. */
export const agentCheck: Check = {
  name: CHECK,
  async look(host) {
    return judgePlaces(placesOf(host).map(lookAtPlace), host.settings.delivery)
  },
}

export interface Place {
  readonly path: string
  readonly state: 'good' | 'missing' | 'read-only' | 'full'
}

function placesOf({ settings, paths }: ExaminedHost): readonly string[] {
  switch (settings.delivery) {
    case 'command':
      return [paths.keys, paths.notes, paths.state]
    case 'file':
      return [paths.authorizedKeys, paths.state]
    case 'home':
      return [`${paths.state}/home`, paths.state]
    case 'metadata':
      return [paths.state]
  }
}

function lookAtPlace(path: string): Place {
  if (!existsSync(path)) return { path, state: 'missing' }
  try {
    accessSync(path, constants.W_OK)
  } catch {
    return { path, state: 'read-only' }
  }
  const { bavail, bsize, files, ffree } = statfsSync(path)
  // A file system without a count of files says 0 of 0.
  const isFull = bavail * bsize < ENOUGH_BYTES || (files > 0 && ffree < ENOUGH_FILES)
  return { path, state: isFull ? 'full' : 'good' }
}

export function judgePlaces(places: readonly Place[], delivery: string): readonly Finding[] {
  const found = places.flatMap(({ path, state }): Finding[] => {
    switch (state) {
      case 'good':
        return []
      case 'missing':
        return [
          bad(CHECK, `${path} is missing: no key can be put there.`, {
            cause: 'command-failed',
            mend: {
              says: 'Restart the agent, which makes it.',
              commands: ['systemctl restart fleetkey-agent'],
              fix: 'run-directories',
            },
          }),
        ]
      case 'read-only':
        return [
          bad(CHECK, `The agent cannot write to ${path}.`, {
            mend: {
              says: 'See why: the file system may be mounted read-only after an error.',
              commands: [`findmnt --target ${quoted(path)}`],
            },
          }),
        ]
      case 'full':
        return [
          bad(CHECK, `The file system of ${path} is full: no key can be put there.`, {
            mend: { says: 'Free space.', commands: [`df -hi ${quoted(dirname(path))}`] },
          }),
        ]
    }
  })
  if (found.length > 0) return found
  return [
    good(CHECK, `The agent ${AGENT_VERSION} can write what the delivery "${delivery}" needs.`),
  ]
}

/** The disk of the rest of the system: sshd and PAM write there at every login. */
export const diskCheck: Check = {
  name: 'disk',
  async look() {
    const full = ['/', '/var/log', '/tmp', '/home']
      .map(lookAtPlace)
      .filter(({ state }) => state === 'full')
    if (full.length === 0)
      return [good('disk', 'There is room on the disks that a login writes to.')]
    return full.map(({ path }) =>
      note('disk', `The file system of ${path} is full: logins may fail at odd places.`, {
        says: 'Free space.',
        commands: [`df -hi ${path}`],
      }),
    )
  },
}
