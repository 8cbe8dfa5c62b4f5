/** Something that questions are asked about. */
export interface Known {
  /** What the control plane is asked with: an ARN, an instance ID. */
  readonly id: string
  readonly name: string
  /** What else it is, e.g. `user`. */
  readonly detail: string
}

/** What somebody means who types a name or an id; undefined when it is nothing or several. */
export function findByName(typed: string, known: readonly Known[]): Known | undefined {
  const text = typed.trim()
  const byId = known.find(({ id }) => id === text)
  if (byId !== undefined) return byId
  const named = known.filter(({ name, detail }) => name === text || `${detail}/${name}` === text)
  return named.length === 1 ? named[0] : undefined
}

/** Its name where it is known, else its id; of an ARN the last part. */
export function nameOfKnown(id: string, known: readonly Known[]): string {
  const name = known.find((one) => one.id === id)?.name ?? ''
  return name === '' ? (id.startsWith('arn:') ? (id.split('/').at(-1) ?? id) : id) : name
}
