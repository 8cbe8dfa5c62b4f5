/** Keeps the newest so many of a map, by the order in which they were put in. Returns the keys that are gone. */
export function forgetOldest<Key>(kept: Map<Key, unknown>, most: number): readonly Key[] {
  const gone: Key[] = []
  for (const oldest of kept.keys()) {
    if (kept.size <= most) break
    kept.delete(oldest)
    gone.push(oldest)
  }
  return gone
}
