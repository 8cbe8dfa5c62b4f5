/**
 * User data for cloud-init: our script, and behind it the launcher's own user data where there is some (cloud-init, "User data formats",
 * MIME multi-part archive). Each part is taken for what cloud-init finds it to be, just as if it came alone.
 * @param boundary stands in neither text
 */
export function composeUserData(
  script: string,
  theirs: Uint8Array | undefined,
  boundary: string,
): Buffer {
  if (theirs === undefined || theirs.length === 0) return Buffer.from(script)
  const parts = [scriptPart(script), theirPart(Buffer.from(theirs))]
  return Buffer.concat([
    Buffer.from(`Content-Type: multipart/mixed; boundary="${boundary}"\nMIME-Version: 1.0\n\n`),
    ...parts.flatMap((part) => [Buffer.from(`--${boundary}\n`), part, Buffer.from('\n')]),
    Buffer.from(`--${boundary}--\n`),
  ])
}

function scriptPart(script: string): Buffer {
  return Buffer.from(
    `Content-Type: text/x-shellscript; charset="utf-8"\nContent-Disposition: attachment; filename="fleetkey-join.sh"\n\n${script}`,
  )
}

function theirPart(theirs: Buffer): Buffer {
  // A multi-part archive of its own goes in as it is: its head becomes the head of the part.
  if (isArchive(theirs)) return theirs
  const isGzip = theirs[0] === 0x1f && theirs[1] === 0x8b
  // Of plain text cloud-init looks at the first line to know what it is (#!, #cloud-config, #include …).
  const type = isGzip ? 'application/gzip' : 'text/plain; charset="utf-8"'
  return Buffer.from(
    `Content-Type: ${type}\nContent-Transfer-Encoding: base64\n\n${lines(theirs.toString('base64'))}`,
  )
}

/** As cloud-init tells them. */
const isArchive = (data: Buffer): boolean =>
  data.subarray(0, 4096).toString('latin1').toLowerCase().includes('mime-version:')

/** RFC 2045 §6.8. */
const lines = (base64: string): string => base64.replace(/.{76}/g, '$&\n')
