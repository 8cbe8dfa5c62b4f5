/** As `ssh-keygen -lf` has it: `SHA256:…` of the key itself. Undefined for what is no key. @param key `type base64` */
export async function fingerprintOf(key: string): Promise<string | undefined> {
  const blob = key.split(' ')[1]
  if (blob === undefined) return undefined
  try {
    const digest = await crypto.subtle.digest('SHA-256', Uint8Array.fromBase64(blob))
    return `SHA256:${new Uint8Array(digest).toBase64({ omitPadding: true })}`
  } catch {
    return undefined
  }
}
