import { printable } from '@fleetkey/domain/printable'

const LONGEST = 80

/**
 * The title that a program of the host set, fit to be shown below the name of a tab: in one line, without characters that act. It is
 * never the tab's name, nor the window's title: a host could else pass for another.
 */
export function shownTitle(title: string): string {
  return printable(title, LONGEST).trim()
}
