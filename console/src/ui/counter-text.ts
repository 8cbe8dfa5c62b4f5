/** What stands behind the heading of a list: `(1,234)`, `(50+)` where there are more, nothing where it is not known. */
export function counterText(
  count: number,
  {
    hasMore = false,
    isKnown = true,
  }: { readonly hasMore?: boolean; readonly isKnown?: boolean } = {},
): string {
  if (!isKnown && count === 0) return ''
  return `(${count.toLocaleString('en')}${hasMore ? '+' : ''})`
}
