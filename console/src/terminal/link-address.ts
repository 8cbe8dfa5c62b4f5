/** Where a link of a terminal leads to, as a person is asked about it. */
export interface LinkAddress {
  /** The whole address, as the browser would open it: names of other scripts are in their ASCII form. */
  readonly href: string
  readonly host: string
  /** What is odd about it, in words; empty for most. */
  readonly warnings: readonly string[]
}

const LONGEST = 2048

/**
 * The address, or undefined for all that is not opened at all: other schemes (`javascript:`, `file:`, `ssh:` would act here or start a
 * program), and what is no address.
 * @param text what the link is shown as, where that can be another than the address (OSC 8)
 */
export function linkAddress(address: string, text?: string): LinkAddress | undefined {
  if (address.length > LONGEST || !URL.canParse(address)) return undefined
  const url = new URL(address)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined
  const { href, host } = url
  return { href, host, warnings: warningsOf(url, text) }
}

function warningsOf(url: URL, text: string | undefined): readonly string[] {
  const warnings: string[] = []
  if (url.username !== '' || url.password !== '') {
    warnings.push(
      `It signs in to ${url.host} with a name of its own: what stands before the @ is no host.`,
    )
  }
  if (url.hostname.split('.').some((label) => label.startsWith('xn--'))) {
    warnings.push(
      'Its host has letters of other scripts, which can look like those of a name that you know.',
    )
  }
  const shown = text === undefined ? undefined : hostIn(text)
  if (shown !== undefined && shown !== url.hostname) {
    warnings.push(`The terminal shows it as ${shown}; it leads to ${url.hostname}.`)
  }
  return warnings
}

/** The host of a text that looks like an address. */
function hostIn(text: string): string | undefined {
  const found =
    /^\s*(?:https?:\/\/)?((?:[\p{L}\p{N}-]+\.)+[\p{L}\p{N}-]{2,})(?:[:/?#].*)?\s*$/iu.exec(text)
  const host = found?.[1]
  if (host === undefined || !URL.canParse(`https://${host}`)) return undefined
  return new URL(`https://${host}`).hostname
}
