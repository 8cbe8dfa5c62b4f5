import { InstallRefused } from './install-report.ts'

/** Our lines in a file of others stand between two that say so. */
const begin =
  '# >>> fleetkey >>> written by "fleetkey agent install"; "fleetkey agent uninstall" takes it out'
const end = '# <<< fleetkey <<<'
const block = new RegExp(`^${begin}\\r?\\n[^]*?^${end}\\r?\\n`, 'm')

export function blockOf(lines: readonly string[]): string {
  return `${[begin, ...lines, end].join('\n')}\n`
}

export const hasBlock = (text: string): boolean => text.includes(begin)

/** The block as it stands there; '' when there is none. */
export const findBlock = (text: string): string => block.exec(text)?.[0] ?? ''

/** All else stays byte for byte. Throws InstallRefused when somebody took the last line away. */
export function withoutBlockIn(text: string, path: string): string {
  const rest = text.replace(block, '')
  if (hasBlock(rest)) {
    throw new InstallRefused(
      `In ${path} the line "${end}" is gone: take Fleetkey's lines out by hand.`,
    )
  }
  return rest
}
