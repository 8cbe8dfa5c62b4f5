/** An answer is longer than what was asked for. */
export class AnswerTooLong extends Error {
  constructor(most: number) {
    super(`the store answers with more than ${most} bytes`)
    this.name = 'AnswerTooLong'
  }
}

/** All of an answer. Throws AnswerTooLong before more than `most` bytes are in memory: a store that goes on and on fills none. */
export async function answerWithin({ body }: Response, most: number): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of body ?? []) {
    length += piece.byteLength
    // Leaving the loop cancels the body.
    if (length > most) throw new AnswerTooLong(most)
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}
