/**
 * Text from outside for use inside a message: cut, and nothing in it that a terminal or a log would act on. A private key that was
 * pasted where something else belongs is not shown at all.
 */
export function shownText(text: string, limit = 256): string {
  if (text.includes('PRIVATE KEY')) return '(a private key)'
  const cut = text.length > limit ? `${text.slice(0, limit)}...` : text
  return cut.replace(/[^\x20-\x7e]/g, '?')
}
