import { existsSync, lstatSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { replaceFile } from '../deliveries/replace-file.ts'
import { InstallRefused } from './install-report.ts'
import { blockOf, findBlock, hasBlock, withoutBlockIn } from './marked-block.ts'
import { type PutBack, rememberFile } from './put-back.ts'
import type { SshdSetting } from './sshd-settings.ts'

/** Where settings of ours may stand. Included files are taken in order of their names and the first value wins. */
export const dropIn = '/etc/ssh/sshd_config.d/10-fleetkey.conf'
export const mainConfig = '/etc/ssh/sshd_config'

/** A file of its own, where the main one has a directory for it. Throws when there is no such directory. */
export function writeDropIn(settings: readonly SshdSetting[], putBack: PutBack[]): void {
  putBack.push(rememberFile(dropIn))
  replaceFile(dropIn, blockText(settings), { mode: 0o644, uid: 0, gid: 0 })
}

export function hasDropInDirectory(): boolean {
  return existsSync(dirname(dropIn))
}

/** At the very top: before any Match, and before whatever says the same (sshd takes the first). All else stays byte for byte. */
export function writeBlock(settings: readonly SshdSetting[], putBack: PutBack[]): void {
  rewriteMain((text) => blockText(settings) + text, putBack)
}

/** Takes out all that is ours. Returns whether there was anything. */
export function removeSettings(putBack: PutBack[]): boolean {
  const hadDropIn = lstatSync(dropIn, { throwIfNoEntry: false }) !== undefined
  if (hadDropIn) {
    putBack.push(rememberFile(dropIn))
    rmSync(dropIn)
  }
  const hadBlock = existsSync(mainConfig) && hasBlock(readMain().text)
  if (hadBlock) rewriteMain(withoutBlock, putBack)
  return hadDropIn || hadBlock
}

/** The lines of ours, wherever they stand; '' when there are none. */
export function readSettings(): string {
  if (existsSync(dropIn)) return readFileSync(dropIn, 'latin1')
  return existsSync(mainConfig) ? findBlock(readMain().text) : ''
}

/** latin1 keeps every byte, whatever the file is written in. */
export const withoutBlock = (text: string): string => withoutBlockIn(text, mainConfig)

export const blockText = (settings: readonly SshdSetting[]): string =>
  blockOf(settings.map((setting) => setting.join(' ')))

function readMain(): { readonly path: string; readonly text: string } {
  // Where configuration management keeps the file elsewhere, its link stays a link.
  const path = realpathSync(mainConfig)
  return { path, text: readFileSync(path, 'latin1') }
}

function rewriteMain(change: (text: string) => string, putBack: PutBack[]): void {
  if (!existsSync(mainConfig)) throw new InstallRefused(`There is no ${mainConfig} on this host.`)
  const { path, text } = readMain()
  const { mode, uid, gid } = statSync(path)
  putBack.push(rememberFile(path))
  replaceFile(path, Buffer.from(change(text), 'latin1'), { mode: mode & 0o7777, uid, gid })
}
