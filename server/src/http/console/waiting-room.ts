/** Of all doors together. */
const MOST = 512

interface Place {
  readonly sendAway: () => void
}

/**
 * Where pages are that have a session, until they have said what they want. When it is full, whoever has most of it makes room, with the place that
 * they have had for longest: one person alone keeps nobody out.
 */
export class WaitingRoom {
  readonly #most: number
  /** Of each person, what they took first comes first. */
  readonly #places = new Map<string, Set<Place>>()
  #taken = 0

  constructor(most = MOST) {
    this.#most = most
  }

  get taken(): number {
    return this.#taken
  }

  /**
   * Takes a place, until the returned function is called.
   *
   * @param sendAway called when the place is another person's
   * @returns undefined when there is none, since nobody has more of them
   */
  take(person: string, sendAway: () => void): (() => void) | undefined {
    if (this.#taken >= this.#most && !this.#makeRoomFor(person)) return undefined
    const place = { sendAway }
    const own = this.#places.get(person) ?? new Set()
    this.#places.set(person, own.add(place))
    this.#taken++
    return () => this.#leave(person, place)
  }

  /** Not of who would then have fewer than the one who comes: two could go on sending each other away. */
  #makeRoomFor(person: string): boolean {
    const own = this.#places.get(person)?.size ?? 0
    const [greediest, most] = this.#greediest()
    const [oldest] = most
    if (greediest === undefined || oldest === undefined || most.size < own + 2) return false
    this.#leave(greediest, oldest)
    oldest.sendAway()
    return true
  }

  #greediest(): readonly [string | undefined, ReadonlySet<Place>] {
    let found: readonly [string | undefined, ReadonlySet<Place>] = [undefined, new Set()]
    for (const each of this.#places) {
      if (each[1].size > found[1].size) found = each
    }
    return found
  }

  #leave(person: string, place: Place): void {
    const own = this.#places.get(person)
    if (own?.delete(place) !== true) return
    this.#taken--
    if (own.size === 0) this.#places.delete(person)
  }
}
