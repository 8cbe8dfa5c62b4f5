/** Why browsers have no passkeys for a page at this address; undefined when they have (WebAuthn §5.1.3 wants a domain and a secure context). */
export function whyNone(
  { hostname, protocol }: Pick<Location, 'hostname' | 'protocol'>,
  isKnown: boolean,
): string | undefined {
  if (/^[\d.]+$/.test(hostname) || hostname.startsWith('[')) {
    return `Browsers have passkeys for host names only, and this page is at the address ${hostname}. Open the console by its name.`
  }
  if (protocol !== 'https:' && hostname !== 'localhost') {
    return 'Browsers have passkeys only where the connection is encrypted. Open the console by https.'
  }
  return isKnown
    ? undefined
    : 'This browser has no passkeys here: it is too old, or does not trust the certificate of this page.'
}
