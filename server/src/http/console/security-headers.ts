/**
 * What pages of the console may do, for the browser to hold them to: code and connections from here alone, nothing inline, in no frame.
 * Text from hosts is text; if it ever were not, this is what stops it (security.md T24, T25).
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  // QR codes of second factors are images that a page was told.
  "img-src 'self' data:",
  "font-src 'self'",
  "style-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  // Nor does anything of ours make text code by a policy of its own.
  "trusted-types 'none'",
].join('; ')

const ALWAYS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  // For browsers that do not know frame-ancestors.
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy':
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=(), clipboard-read=(self), clipboard-write=(self), fullscreen=(self), publickey-credentials-create=(self), publickey-credentials-get=(self)',
}

/** A year. Not for this machine's own name: it would hold for whatever else is served there, at any port (RFC 6797 §8.3). */
const STRICT_TRANSPORT = 'max-age=31536000'

export interface Asked {
  readonly host: string
  readonly isTls: boolean
}

/** Of a document, and of whatever else a browser might show as one. */
export const securityHeaders = (asked: Asked): Readonly<Record<string, string>> => ({
  ...ALWAYS,
  ...strictTransport(asked),
})

/**
 * Of a script, a style sheet or a font, which does what the policy of its document lets it: a page has a hundred of them, and the whole
 * policy with each would be a sixth of what it weighs. A script of a worker would need its own.
 */
export const partHeaders = (asked: Asked): Readonly<Record<string, string>> => ({
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  ...strictTransport(asked),
})

const strictTransport = ({ host, isTls }: Asked): Readonly<Record<string, string>> =>
  !isTls || /^localhost(:\d+)?$/i.test(host)
    ? {}
    : { 'strict-transport-security': STRICT_TRANSPORT }
