import { spawn } from 'node:child_process'

type Env = Readonly<Record<string, string | undefined>>

/** Whether a browser of the person at the keyboard can be opened from here. */
export function canOpenBrowser(env: Env, platform: NodeJS.Platform = process.platform): boolean {
  // Set by people, and by editors that work over ssh: it opens the browser where the person sits.
  if (env['BROWSER']) return true
  if (platform === 'linux') return Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY'])
  return !env['SSH_CONNECTION']
}

/**
 * Opens the address in the person's browser and does not wait. That it may not work is no error: the address is printed as well.
 * It is in argv, where other users of this machine can see it: what it holds (state, challenge) is of no use without the verifier.
 */
export function openBrowser(url: string, env: Env): void {
  const child = spawn(openerOf(env), [url], { env, detached: true, stdio: 'ignore' })
  child.on('error', () => {})
  child.unref()
}

function openerOf(env: Env): string {
  if (process.platform === 'darwin') return 'open'
  // xdg-open knows BROWSER too, with lists and %s, but is rarely there where only an editor set it.
  const browser = env['BROWSER']
  return browser !== undefined && /^\/[^%: ]+$/.test(browser) ? browser : 'xdg-open'
}
