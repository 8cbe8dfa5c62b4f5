import { asRefusal } from './api-refusal.ts'

/**
 * The next of several calls that belong together. Where it is refused, the refusal says what is done already.
 * @param done a sentence; undefined where nothing is yet
 */
export async function afterDoing<Value>(
  done: string | undefined,
  act: () => Promise<Value>,
): Promise<Value> {
  try {
    return await act()
  } catch (error) {
    const refusal = asRefusal(error)
    throw done === undefined ? refusal : refusal.telling({ doneBefore: done })
  }
}
