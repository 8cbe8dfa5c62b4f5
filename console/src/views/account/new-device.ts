/** As CreateVirtualMFADevice answers it, this once: blobs are base64. */
export interface NewDevice {
  readonly SerialNumber: string
  readonly Base32StringSeed: string
  readonly QRCodePNG: string
}

export const qrImage = ({ QRCodePNG }: NewDevice): string => `data:image/png;base64,${QRCodePNG}`

/** In groups of four, for who types it. */
export function seedText({ Base32StringSeed }: NewDevice): string {
  return atob(Base32StringSeed).replaceAll(/(.{4})(?=.)/g, '$1 ')
}

export const deviceNameMistake = (name: string): string | undefined =>
  /^[\w+=,.@-]{1,128}$/.test(name) ? undefined : 'Letters, digits or any of _ + = , . @ -'
