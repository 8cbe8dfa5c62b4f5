import { Flow } from './flow.ts'

/** While nobody looks a host may send a window (flow.ts) in each of these steps. */
const UNATTENDED_EVERY_MS = 100
/** Pages that render nothing for so long hold a host up. Lines of a flood that are left out count as rendered, and would let it go on without them. */
const HOLDS_AFTER_MS = 2000
/** Pages that render nothing for so long (a tab that was put to sleep) hold a host up no longer. */
const STALLED_MS = 30_000

/** How fast the host of a terminal may send: as its pages render, as its recording is kept, and at a pace of its own while nobody looks. */
export class HostPace {
  readonly #now: () => number
  readonly #grant: (bytes: number) => void
  readonly #rendered: () => number
  readonly #flow = new Flow()
  /** Until its recording takes more. */
  #held: Promise<void> | undefined
  #unattended: NodeJS.Timeout | undefined
  /** When a page last said that it rendered something, or had nothing to. */
  #renderedAt: number
  #isOver = false

  constructor(parts: {
    /** Milliseconds of a clock that nobody sets. */
    readonly now: () => number
    /** Lets the host send so many bytes more. */
    readonly grant: (bytes: number) => void
    /** Of all output, how much the fastest page has rendered. */
    readonly rendered: () => number
  }) {
    this.#now = parts.now
    this.#grant = parts.grant
    this.#rendered = parts.rendered
    this.#renderedAt = parts.now()
  }

  /** Bytes of output so far. */
  get received(): number {
    return this.#flow.received
  }

  receive(bytes: number): void {
    if (this.#flow.ahead === 0) this.#renderedAt = this.#now()
    this.#flow.receive(bytes)
  }

  /** Somebody typed: less is to be rendered before the answer. */
  typed(): void {
    this.#flow.type(this.#now())
  }

  /** Pages rendered something, or a new one came. */
  rendersAgain(): void {
    this.#renderedAt = this.#now()
    this.#stopUnattended()
  }

  /** Lets the host go on, as far as it may. */
  goOn(): void {
    if (this.#isOver || this.#held !== undefined || this.#unattended !== undefined) return
    if (this.#isHeldUp(HOLDS_AFTER_MS)) return
    this.#flow.render(this.#rendered())
    this.#grantDue()
  }

  /** Nothing more is let through until the promise settles. */
  hold(until: Promise<void>): void {
    this.#held = until
    void until.then(() => {
      if (this.#held === until) this.release()
    })
  }

  release(): void {
    this.#held = undefined
    this.goOn()
  }

  /** Nobody renders: the host goes on all the same, at a pace that costs little. */
  goUnattended(): void {
    this.#unattended ??= setInterval(() => {
      if (this.#held !== undefined) return
      this.#flow.render(this.#flow.received)
      this.#grantDue()
    }, UNATTENDED_EVERY_MS).unref()
  }

  /** To be called every second or so. */
  look(): void {
    if (this.#isHeldUp(STALLED_MS)) this.goUnattended()
  }

  /** Nothing more is let through. */
  end(): void {
    this.#isOver = true
    this.#stopUnattended()
  }

  #stopUnattended(): void {
    clearInterval(this.#unattended)
    this.#unattended = undefined
  }

  #grantDue(): void {
    const bytes = this.#flow.grant(this.#now())
    if (bytes > 0) this.#grant(bytes)
  }

  /** There is something to render, and no page rendered any for so long. */
  #isHeldUp(ms: number): boolean {
    return this.#flow.ahead > 0 && this.#now() - this.#renderedAt >= ms
  }
}
