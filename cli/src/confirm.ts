import { ask } from './ask.ts'
import { Failure } from './failure.ts'
import type { Screen } from './screen.ts'

/**
 * Lets the person at the terminal say yes to what cannot be undone.
 * @throws Failure `cancelled` for any other answer, and when nobody is there to ask
 */
export async function confirm(
  screen: Screen,
  { question, yes }: { readonly question: string; readonly yes: true | undefined },
): Promise<void> {
  if (yes) return
  if (!screen.interactive) {
    throw new Failure('cancelled', 'Nobody is here to confirm; nothing was changed.', {
      why: [`asked: ${question}`],
      todo: ['Say --yes if you mean it.'],
    })
  }
  const reply = await ask(`${question} [y/N] `)
  if (!/^y(es)?$/i.test(reply.trim())) throw new Failure('cancelled', 'Nothing was changed.')
}
