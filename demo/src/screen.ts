import { styleText } from 'node:util'
import type { Description } from './demo.ts'

/** What the demo tells the person who started it. */
export interface Screen {
  /** A line by itself. */
  say(text: string): void
  /** The clock starts. */
  begin(hosts: string): void
  /** Something is done. */
  step(what: string): void
  ready(demo: Description, paste: { readonly directory: string; readonly fleetkey: string }): void
}

export function openScreen(): Screen {
  // A terminal that was closed takes no words; cleaning up goes on.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  let begun = performance.now()
  const seconds = () => ((performance.now() - begun) / 1000).toFixed(1)
  return {
    say: (text) => void process.stderr.write(`\n  ${text}\n`),
    begin(hosts) {
      begun = performance.now()
      process.stderr.write(`\n  Starting a control plane and ${hosts} …\n\n`)
    },
    step: (what) => void process.stderr.write(dim(`  ${seconds().padStart(5)} s  ${what}\n`)),
    ready(demo, paste) {
      process.stdout.write(readyText(demo, { ...paste, seconds: seconds() }))
    },
  }
}

function readyText(
  demo: Description,
  {
    directory,
    fleetkey,
    seconds,
  }: { readonly directory: string; readonly fleetkey: string; readonly seconds: string },
): string {
  // What it shows stands above each command: together on a line they would not fit into 80 columns.
  const tries = demo.tries.flatMap(({ shows, as, command }) => [
    dim(`    # ${shows}`),
    `    ${bold(`. ${shellWord(`${directory}/${as}`)} && ${shellWord(fleetkey)} ${command}`)}`,
    '',
  ])
  return [
    '',
    `  ${bold('Fleetkey is ready')} after ${seconds} s, at ${demo.url}`,
    ...(demo.note === undefined ? [] : [dim(`  ${demo.note}`)]),
    '',
    `  The console, in a browser: ${bold(new URL(demo.url).origin)}`,
    ...demo.accounts.map(({ name, password }) => `    ${name.padEnd(8)}${bold(password)}`),
    dim('  Your browser warns once: the certificate is of this demo. Go on, or trust'),
    dim(`  ${demo.caFile}`),
    '',
    dim(`  Sign-in provider, a stand-in for your own: ${demo.signIn.issuer}`),
    '',
    '  Paste into another shell, in this folder:',
    '',
    ...tries,
    `  A pushed key lives 60 seconds. ${dim('Ctrl-C ends the demo and removes everything.')}`,
    '',
    '',
  ].join('\n')
}

/** `npx fleetkey` is two words and stays so. */
function shellWord(text: string): string {
  return /^[\w./+@ -]*$/.test(text) &&
    !text.includes('/ ') &&
    (text.startsWith('npx ') || !text.includes(' '))
    ? text
    : `'${text.replaceAll("'", `'\\''`)}'`
}

const bold = (text: string): string => styleText('bold', text, { stream: process.stdout })
const dim = (text: string): string => styleText('dim', text, { stream: process.stdout })
