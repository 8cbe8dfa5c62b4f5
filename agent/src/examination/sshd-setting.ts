import type { Mend } from '@fleetkey/domain/finding'
import type { DeliveryKind } from '@fleetkey/domain/host-facts'
import type { Paths } from '../paths.ts'
import type { SshdConfig } from '../sshd.ts'
import type { HostAccount } from './host-account.ts'
import { reloadCommands } from './reload-commands.ts'
import { quoted } from './say.ts'
import { place, type SshdLine } from './sshd-lines.ts'

export interface SshdConfigCircumstances {
  readonly delivery: DeliveryKind
  readonly paths: Paths
  readonly account?: Pick<HostAccount, 'name' | 'uid' | 'groups' | 'home'>
  readonly address?: string
  /** Where each setting stands. */
  readonly lines: readonly SshdLine[]
  /** Whether the login has no settings of its own. */
  readonly isCommon: boolean
  /** Whether root can read that file. */
  readonly canRead: (path: string) => boolean
  /** See lookAtChroot. */
  readonly lookAtPath: (path: string) => string | undefined
  /** Whether sshd asks Amazon's host package: it may be told so elsewhere than in its configuration. */
  readonly asksHostPackage: (config: SshdConfig) => boolean
}

/** In words: the setting as sshd_config(5) has it, and where it stands. */
export function setting(config: SshdConfig, host: SshdConfigCircumstances, keyword: string) {
  const value = first(config, keyword)
  const same = (text: string) => text.toLowerCase() === value.toLowerCase()
  const candidates = host.isCommon
    ? host.lines.filter(({ match }) => match === undefined)
    : host.lines.toSorted(
        (one, other) => Number(one.match === undefined) - Number(other.match === undefined),
      )
  const line = candidates.find(
    (found) => found.keyword === keyword.toLowerCase() && same(found.value),
  )
  return { value, says: `${keyword} ${value}${place(line)}`, line }
}

/** Somebody else's line is shown, never changed by us. */
export function changeLine(line: SshdLine | undefined, says: string): Mend {
  return {
    says,
    commands: [
      ...(line === undefined ? [] : [`vi +${line.number} ${quoted(line.file)}`]),
      ...reloadCommands(),
    ],
  }
}

/** `none` where it is not said. */
export function first(config: SshdConfig, ...keywords: readonly string[]): string {
  for (const keyword of keywords) {
    const value = config.get(keyword.toLowerCase())?.[0]
    if (value !== undefined) return value
  }
  return 'none'
}
