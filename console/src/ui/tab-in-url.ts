/** Which tab an address asks for: the first where it asks for none, or for one that is not there (any more). */
export function tabIn(params: URLSearchParams, ids: readonly string[]): string {
  const asked = params.get('tab')
  return ids.find((id) => id === asked) ?? ids[0] ?? ''
}
