import { quote } from '@fleetkey/iam/quote'
import type { DocumentKind } from '@fleetkey/iam/statement'
import { readOutline, statementOf, type Outline, type Piece } from './outline.ts'

/** A stretch of a text, as offsets. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Where a finding is about: the text that it quotes, within its statement; else where that statement begins. */
export function locateFinding(
  text: string,
  finding: { readonly statement: number | undefined; readonly what: string },
): Span {
  const outline = readOutline(text)
  const { statement, what } = finding
  const within = outline.pieces.filter(
    ({ path }) => statement === undefined || statementOf(path)?.number === statement,
  )
  return (
    quotedIn(what, within) ??
    (statement === undefined ? undefined : startOfStatement(outline, statement)) ??
    firstLine(text)
  )
}

/** Where the sentence points that refuses a policy, of the validator or of the server. */
export function locateRefusal(text: string, message: string, kind: DocumentKind): Span {
  const place = /near line (\d+), column (\d+)/.exec(message)
  if (place !== null) return pointAt(text, Number(place[1]), Number(place[2]))
  const outline = readOutline(text)
  const [, number] = /[Ss]tatement (\d+)/.exec(message) ?? []
  const { pieces } = outline
  const ofStatement = number === undefined ? undefined : Number(number)
  const within =
    ofStatement === undefined
      ? pieces
      : pieces.filter(({ path }) => statementOf(path)?.number === ofStatement)
  // It is named behind its kind: `"AWS":"arn:…"`.
  if (message.startsWith('Invalid principal')) {
    return mentionedIn(message, within) ?? firstLine(text)
  }
  return (
    quotedIn(message, within) ??
    bySentence(outline, message, kind) ??
    (ofStatement === undefined ? undefined : namedElement(message, within)) ??
    (ofStatement === undefined ? undefined : startOfStatement(outline, ofStatement)) ??
    mentionedIn(message, within) ??
    firstLine(text)
  )
}

/** The longest text that stands between quotes in a sentence; of two the earlier. Values before keys: a key is seldom what is wrong. */
function quotedIn(sentence: string, pieces: readonly Piece[]): Span | undefined {
  const fitting = pieces.filter(({ text }) => text !== '' && sentence.includes(quote(text)))
  const first = sentence.indexOf('"')
  // What is named first is what it is about; what follows is what to write instead.
  const about = fitting.filter(({ text }) => sentence.indexOf(quote(text)) === first)
  return longest(about.length > 0 ? about : fitting) ?? ofService(sentence, pieces)
}

/** A service is named without what follows its colon: `"ec2-instance-conect" is no service.` */
function ofService(sentence: string, pieces: readonly Piece[]): Span | undefined {
  const [, service] = /^"([^"]+)"/.exec(sentence) ?? []
  if (service === undefined) return undefined
  return pieces.find(({ text }) => text.toLowerCase().startsWith(`${service.toLowerCase()}:`))
}

/** Texts that a sentence says without quotes, as AWS's sentences do: `Resource web-1 must be in ARN format`. */
function mentionedIn(sentence: string, pieces: readonly Piece[]): Span | undefined {
  return longest(
    pieces.filter(
      ({ role, text }) => role === 'value' && text.length > 2 && sentence.includes(text),
    ),
  )
}

function longest(pieces: readonly Piece[]): Span | undefined {
  return pieces.toSorted(
    (one, other) =>
      other.text.length - one.text.length ||
      Number(one.role === 'key') - Number(other.role === 'key'),
  )[0]
}

/** The element that a sentence of the parser names: `The Effect of statement 2 …`. */
function namedElement(message: string, within: readonly Piece[]): Span | undefined {
  return within.find(
    ({ role, text, path }) =>
      role === 'key' && statementOf(path)?.rest.length === 1 && message.includes(text),
  )
}

/** AWS's sentences name no place: what they are about is looked for. */
function bySentence(outline: Outline, message: string, kind: DocumentKind): Span | undefined {
  const { pieces } = outline
  const keyed = (...names: readonly string[]) =>
    pieces.find(({ role, text }) => role === 'key' && names.includes(text))
  const valueAt = (...names: readonly string[]) =>
    pieces.filter(({ role, path }) => role === 'value' && names.includes(String(path.at(-1))))
  if (message.includes('Version') || message.includes('version')) {
    return valueAt('Version')[0] ?? keyed('Version')
  }
  if (message.startsWith('Statement IDs')) {
    const sids = valueAt('Sid')
    const isOdd = ({ text }: Piece, index: number) =>
      message.includes('unique')
        ? sids.findIndex((one) => one.text === text) < index
        : !/^[0-9A-Za-z]*$/.test(text)
    return sids.find(isOdd)
  }
  if (message.includes('must contain actions')) return without(outline, 'Action', 'NotAction')
  if (message.includes('must contain resources')) return without(outline, 'Resource', 'NotResource')
  if (message.includes('principal') || message.includes('NotPrincipal')) {
    return keyed('NotPrincipal') ?? (kind === 'trust' ? undefined : keyed('Principal'))
  }
  if (message.includes('prohibited field')) return keyed('Resource', 'NotResource')
  if (message.startsWith('Actions/Condition')) {
    return actions(pieces).find(({ text }) => text !== '*' && text.split(':').length !== 2)
  }
  return undefined
}

const actions = (pieces: readonly Piece[]) =>
  pieces.filter(({ role, path }) => {
    const [element] = statementOf(path)?.rest ?? []
    return role === 'value' && (element === 'Action' || element === 'NotAction')
  })

/** The first statement that has none of these elements, or an empty one. */
function without(outline: Outline, ...elements: readonly string[]): Span | undefined {
  const numbers = new Set(
    outline.blocks.flatMap(({ path }) => {
      const place = statementOf(path)
      return place?.rest.length === 0 ? [place.number] : []
    }),
  )
  const has = (number: number) =>
    outline.pieces.some(({ role, path }) => {
      const place = statementOf(path)
      return (
        role === 'value' && place?.number === number && elements.includes(String(place.rest[0]))
      )
    })
  const bare = [...numbers].toSorted((a, b) => a - b).find((number) => !has(number))
  return bare === undefined ? undefined : startOfStatement(outline, bare)
}

/** Its opening brace. */
function startOfStatement({ blocks }: Outline, number: number): Span | undefined {
  const block = blocks.find(({ path }) => {
    const place = statementOf(path)
    return place?.rest.length === 0 && place.number === number
  })
  return block && { from: block.from, to: block.from + 1 }
}

function pointAt(text: string, line: number, column: number): Span {
  const before = text.split('\n').slice(0, line - 1)
  const from = before.reduce((sum, one) => sum + one.length + 1, 0) + column - 1
  // Something to see, also where the text ends.
  const at = Math.max(0, Math.min(from, text.length - 1))
  return { from: at, to: Math.min(at + 1, text.length) }
}

const firstLine = (text: string): Span => ({
  from: 0,
  to: Math.max(0, text.includes('\n') ? text.indexOf('\n') : text.length),
})
