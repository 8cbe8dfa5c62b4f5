/** A shell on the host, however one gets there: through the gateway, or by ssh. */
export interface Shell {
  type(text: string): void
  /** Of all output so far. */
  readonly bytes: number
  /** The last of it, as latin1. */
  readonly output: string
  /** Waits for the condition, which is looked at whenever something comes. */
  until(what: string, isSo: () => boolean, timeoutMs?: number): Promise<void>
  close(): void
}

/** What no line of a file has. */
const PROMPT = 'ready-for-more% '
const LETTERS_A_LINE = 40
const CTRL_U = '\x15'
const CTRL_C = '\x03'

/** To a prompt that is known when it is seen. */
export async function prepare(shell: Shell): Promise<void> {
  await shell.until('a prompt', () => /[$#] $/.test(shell.output))
  // Not as it is typed, or the line itself would be one.
  shell.type(`PS1='ready-for-''more% '\r`)
  await shell.until('its prompt', () => shell.output.endsWith(PROMPT))
}

/** Milliseconds until it is at the prompt again. */
export async function timeOf(shell: Shell, command: string): Promise<number> {
  const begun = performance.now()
  await run(shell, command)
  return performance.now() - begun
}

export async function run(shell: Shell, command: string): Promise<void> {
  const { bytes } = shell
  shell.type(`${command}\r`)
  // Its echo has come, too: the prompt is another one.
  const hasRun = () => shell.bytes > bytes + command.length && shell.output.endsWith(PROMPT)
  await shell.until(command, hasRun, 120_000)
}

/** Milliseconds from each key until the host's answer to it is here, one after the other. */
export async function echoes(shell: Shell, count: number): Promise<readonly number[]> {
  const milliseconds: number[] = []
  /* oxlint-disable no-await-in-loop -- as people type */
  for (let n = 0; n < count; n++) {
    const { bytes } = shell
    const begun = performance.now()
    shell.type('k')
    await shell.until('its echo', () => shell.bytes > bytes)
    milliseconds.push(performance.now() - begun)
    await new Promise((resolve) => setTimeout(resolve, 5 + ((n * 7) % 11)))
    if (n % LETTERS_A_LINE === LETTERS_A_LINE - 1) await eraseLine(shell)
  }
  /* oxlint-enable no-await-in-loop */
  await eraseLine(shell)
  return milliseconds
}

/** Milliseconds from Ctrl-C, while the output of a command runs by, until the prompt is here. */
export async function interrupt(shell: Shell, command: string): Promise<number> {
  const { bytes } = shell
  shell.type(`${command}\r`)
  await shell.until('a flood', () => shell.bytes > bytes + 8 * 2 ** 20, 120_000)
  const begun = performance.now()
  shell.type(CTRL_C)
  await shell.until('the prompt', () => shell.output.endsWith(PROMPT), 120_000)
  return performance.now() - begun
}

async function eraseLine(shell: Shell): Promise<void> {
  shell.type(CTRL_U)
  await shell.until('an empty line', () => !shell.output.endsWith('k'))
  // What is erased is painted in pieces; the next key waits for none of them.
  await new Promise((resolve) => setTimeout(resolve, 50))
}
