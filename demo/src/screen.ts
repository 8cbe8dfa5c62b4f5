import { styleText } from 'node:util'
import type { RunningDemo } from './main.ts'

/** What the demo shows once it is ready: short, and made to be pasted from. */
export function showReady(demo: RunningDemo, { seconds }: { readonly seconds: number }): string {
  const width = Math.max(...demo.tries.map(([command]) => command.length))
  const tries = demo.tries.map(
    ([command, shows]) => `    ${bold(command.padEnd(width))}   ${dim(`# ${shows}`)}`,
  )
  return [
    '',
    `  ${bold('Fleetkey')} is ready after ${seconds.toFixed(1)} s at ${demo.url}`,
    ...(demo.note === undefined ? [] : [`  ${demo.note}`]),
    '',
    '  In another shell, from this folder:',
    '',
    ...tries,
    '',
    `  Every key lives 60 seconds. ${dim('Ctrl-C ends the demo and removes everything.')}`,
    '',
    '',
  ].join('\n')
}

const bold = (text: string): string => styleText('bold', text, { stream: process.stdout })
const dim = (text: string): string => styleText('dim', text, { stream: process.stdout })
