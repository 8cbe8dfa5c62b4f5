import { asRefusal, type ApiRefusal } from './api-refusal.ts'

/** What became of an act on several things. */
export interface ActedOnEach<Item> {
  readonly done: readonly Item[]
  readonly refused: readonly { readonly item: Item; readonly refusal: ApiRefusal }[]
}

const AT_ONCE = 4

/** Does it to each, some at a time. One that is refused stops none of the others; once `signal` is aborted no further one is begun. */
export async function actOnEach<Item>(
  items: readonly Item[],
  act: (item: Item) => Promise<unknown>,
  {
    onProgress,
    signal,
  }: { readonly onProgress?: (done: number) => void; readonly signal?: AbortSignal } = {},
): Promise<ActedOnEach<Item>> {
  const outcomes: { readonly item: Item; readonly refusal: ApiRefusal | undefined }[] = []
  const waiting = [...items]
  const work = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      const one = item
      // oxlint-disable-next-line no-await-in-loop -- one after the other, in several rows
      const refusal = await act(one).then(() => undefined, asRefusal)
      outcomes.push({ item: one, refusal })
      onProgress?.(outcomes.length)
      if (signal?.aborted === true) return
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  const order = new Map(items.map((item, at) => [item, at]))
  const sorted = outcomes.toSorted((a, b) => (order.get(a.item) ?? 0) - (order.get(b.item) ?? 0))
  return {
    done: sorted.flatMap(({ item, refusal }) => (refusal === undefined ? [item] : [])),
    refused: sorted.flatMap(({ item, refusal }) =>
      refusal === undefined ? [] : [{ item, refusal }],
    ),
  }
}
