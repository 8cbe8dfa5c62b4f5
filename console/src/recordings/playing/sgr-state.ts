/** What the next character looks like: one SGR parameter for each thing that is not as it is by default. */
export type SgrState = ReadonlyMap<string, string>

export const PLAIN: SgrState = new Map()

/** Parameters as xterm hands them to handlers: sub-parameters (after a colon) stand in a list behind theirs. */
export type CsiParameters = readonly (number | number[])[]

const OFF: Readonly<Record<number, readonly string[]>> = {
  22: ['bold', 'dim'],
  23: ['italic'],
  24: ['underline'],
  25: ['blink'],
  27: ['inverse'],
  28: ['invisible'],
  29: ['strike'],
  39: ['foreground'],
  49: ['background'],
  55: ['overline'],
  59: ['underline colour'],
}
const ON: Readonly<Record<number, string>> = {
  1: 'bold',
  2: 'dim',
  3: 'italic',
  4: 'underline',
  5: 'blink',
  6: 'blink',
  7: 'inverse',
  8: 'invisible',
  9: 'strike',
  21: 'underline',
  53: 'overline',
}
const COLOURS: Readonly<Record<number, string>> = {
  38: 'foreground',
  48: 'background',
  58: 'underline colour',
}

/** What a sequence SGR (ECMA-48 §8.3.117) makes of it. */
export function afterSgr(before: SgrState, parameters: CsiParameters): SgrState {
  const state = new Map(before)
  const all = parameters.length === 0 ? [0] : parameters
  for (let index = 0; index < all.length; index++) {
    const code = all[index]
    if (typeof code !== 'number') continue
    const sub = all[index + 1]
    const colour = COLOURS[code]
    if (code === 0) state.clear()
    else if (colour !== undefined && Array.isArray(sub)) state.set(colour, `${code}:${colons(sub)}`)
    else if (colour !== undefined) {
      const length = sub === 5 ? 2 : sub === 2 ? 4 : 1
      state.set(colour, [code, ...all.slice(index + 1, index + 1 + length)].join(';'))
      index += length
    } else if (code === 4 && Array.isArray(sub)) {
      if (sub[0] === 0) state.delete('underline')
      else state.set('underline', `4:${colons(sub)}`)
    } else applyPlain(state, code)
  }
  return state
}

function applyPlain(state: Map<string, string>, code: number): void {
  const on = ON[code]
  if (on !== undefined) state.set(on, String(code))
  for (const name of OFF[code] ?? []) state.delete(name)
  if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97))
    state.set('foreground', String(code))
  if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107))
    state.set('background', String(code))
}

/** A sub-parameter that was left out is -1. */
const colons = (sub: readonly number[]) => sub.map((value) => (value < 0 ? '' : value)).join(':')

/** The sequence that leads there from anywhere. */
export const sgrText = (state: SgrState): string => `\u001b[${['0', ...state.values()].join(';')}m`
