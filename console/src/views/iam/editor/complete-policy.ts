import { ACTIONS, SERVICES } from '@fleetkey/iam/actions/catalogue'
import { findKey, GLOBAL_KEYS, SPECIAL_KEYS } from '@fleetkey/iam/actions/condition-keys'
import type { CatalogueAction } from '@fleetkey/iam/actions/service'
import { operators } from '@fleetkey/iam/condition/operators'
import type { Home } from '@fleetkey/iam/lint/finding'
import type { DocumentKind } from '@fleetkey/iam/statement'
import { readOutline, statementOf, type Outline, type Path, type Piece } from './outline.ts'

/** What could stand at a place. */
export interface Completion {
  /** Offsets of what it takes the place of: the text between the quotes. */
  readonly from: number
  readonly to: number
  readonly items: readonly CompletionItem[]
}

export interface CompletionItem {
  readonly text: string
  /** What it is, in a few words. */
  readonly detail: string
  /** Whether more must be typed behind it, as a tag's key behind `aws:ResourceTag/`. */
  readonly isOpen: boolean
}

const MOST = 30

/** What fits where the cursor is: within quotes only. Undefined where nothing is known to fit. */
export function completePolicy(
  text: string,
  offset: number,
  { kind, home }: { readonly kind: DocumentKind; readonly home?: Home | undefined },
): Completion | undefined {
  const outline = readOutline(text)
  const piece = outline.pieces.find(({ from, to, isClosed }) => {
    return offset > from && offset <= (isClosed ? to - 1 : to)
  })
  if (piece === undefined) return undefined
  const typed = text.slice(piece.from + 1, offset).toLowerCase()
  const known = itemsFor(piece, { outline, kind, home })
  const items = ranked(known, typed).slice(0, MOST)
  const to = piece.isClosed ? piece.to - 1 : offset
  if (items.length === 0) return undefined
  // What stands there in full already needs no help.
  if (items.length === 1 && items[0]?.text === text.slice(piece.from + 1, to)) return undefined
  return { from: piece.from + 1, to, items }
}

/** Those that begin with what is typed before those that hold it; each in the order of its list. */
function ranked(items: readonly CompletionItem[], typed: string): readonly CompletionItem[] {
  const lower = items.map((item) => ({ item, text: item.text.toLowerCase() }))
  const begins = lower.filter(({ text }) => text.startsWith(typed))
  const holds = lower.filter(({ text }) => !text.startsWith(typed) && text.includes(typed))
  return [...begins, ...holds].map(({ item }) => item)
}

interface Around {
  readonly outline: Outline
  readonly kind: DocumentKind
  readonly home: Home | undefined
}

function itemsFor(piece: Piece, around: Around): readonly CompletionItem[] {
  const place = statementOf(piece.path)
  if (place === undefined || place.rest.length === 0) return ofDocument(piece, around)
  return piece.role === 'key'
    ? keysOf(place.number, place.rest, around)
    : valuesOf(place.number, place.rest, around)
}

function ofDocument({ role, path, text }: Piece, { outline }: Around): readonly CompletionItem[] {
  if (role === 'value') return path[0] === 'Version' ? [item('2012-10-17', 'the language')] : []
  return unused(['Version', 'Id', 'Statement'], [], { outline, except: text })
}

const ELEMENTS: Readonly<Record<'trust' | 'other', readonly string[]>> = {
  trust: ['Sid', 'Effect', 'Principal', 'Action', 'NotAction', 'Condition'],
  other: ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'],
}

function keysOf(number: number, rest: Path, { outline, kind }: Around): readonly CompletionItem[] {
  const [element, , key] = rest
  if (rest.length === 1) {
    const within = outline.pieces.flatMap(({ role, path, text }) => {
      const place = statementOf(path)
      return role === 'key' && place?.number === number && place.rest.length === 1 ? [text] : []
    })
    const names = ELEMENTS[kind === 'trust' ? 'trust' : 'other']
    return names
      .filter((name) => name === element || !within.includes(name))
      .map((name) => item(name, 'element'))
  }
  if (element === 'Principal') {
    return [item('AWS', 'users and roles'), item('Federated', 'an identity provider')]
  }
  if (element !== 'Condition') return []
  if (key === undefined) return OPERATORS
  return conditionKeys(reached(outline, number))
}

function unused(
  names: readonly string[],
  at: Path,
  { outline, except }: { readonly outline: Outline; readonly except: string },
): readonly CompletionItem[] {
  const there = outline.pieces.filter(
    ({ role, path }) => role === 'key' && path.length === at.length + 1,
  )
  return names
    .filter((name) => name === except || !there.some(({ text }) => text === name))
    .map((name) => item(name, 'element'))
}

function valuesOf(
  number: number,
  rest: Path,
  { outline, kind, home }: Around,
): readonly CompletionItem[] {
  const [element, operator, key] = rest
  switch (String(element)) {
    case 'Effect':
      return [item('Allow', 'effect'), item('Deny', 'always wins')]
    case 'Action':
    case 'NotAction':
      return kind === 'trust' ? TRUST_ACTIONS : ALL_ACTIONS
    case 'Resource':
    case 'NotResource':
      return resources(reached(outline, number), home)
    case 'Condition':
      return conditionValues(String(operator ?? ''), String(key ?? ''))
    case 'Principal':
      return kind === 'trust' && home?.accountId !== undefined
        ? [
            open(`arn:aws:iam::${home.accountId}:user/`, 'a user'),
            open(`arn:aws:iam::${home.accountId}:role/`, 'a role'),
            open(`arn:aws:iam::${home.accountId}:oidc-provider/`, 'an identity provider'),
          ]
        : []
    default:
      return []
  }
}

const item = (text: string, detail: string): CompletionItem => ({ text, detail, isOpen: false })
const open = (text: string, detail: string): CompletionItem => ({ text, detail, isOpen: true })

const ALL_ACTIONS: readonly CompletionItem[] = [
  ...ACTIONS.map(({ name, access }) => item(name, access)),
  ...SERVICES.map(({ prefix, actions }) => item(`${prefix}:*`, `all ${actions.length} actions`)),
]

const TRUST_ACTIONS = ALL_ACTIONS.filter(({ text }) =>
  ['AssumeRole', 'AssumeRoleWithWebIdentity', 'TagSession', 'SetSourceIdentity'].some(
    (name) => text === `sts:${name}`,
  ),
)

const OPERATORS: readonly CompletionItem[] = [
  ...[...operators.keys(), 'Null'].map((name) => item(name, 'operator')),
  ...['ForAnyValue', 'ForAllValues'].flatMap((quantifier) =>
    ['StringEquals', 'StringLike'].map((name) =>
      item(`${quantifier}:${name}`, 'of a key with several values'),
    ),
  ),
]

/** The actions that a statement names, patterns and all; none is every one. */
function reached({ pieces }: Outline, number: number): readonly CatalogueAction[] {
  const patterns = pieces.flatMap(({ role, path, text }) => {
    const place = statementOf(path)
    const isOne = role === 'value' && place?.number === number && place.rest[0] === 'Action'
    return isOne ? [text.toLowerCase()] : []
  })
  const found = ACTIONS.filter(({ name }) =>
    patterns.some((pattern) => isLike(pattern, name.toLowerCase())),
  )
  return found.length === 0 ? ACTIONS : found
}

/** Enough for what is offered while somebody types: `*` at the end, as nearly always. */
function isLike(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern
}

/** Those of the actions first, with what they hold. */
function conditionKeys(actions: readonly CatalogueAction[]): readonly CompletionItem[] {
  const own = actions.flatMap(({ keys, resources: types }) => [
    ...keys,
    ...types.flatMap((type) => type.keys),
  ])
  const names = new Set(own.map((name) => name.replace(/\$\{[^}]*\}$/, '')))
  const special = SPECIAL_KEYS.filter(({ name }) => names.has(name))
  return [...special, ...GLOBAL_KEYS].map(({ name, type, isMultivalued }) => ({
    text: name,
    detail: isMultivalued ? `${type}, several values` : type,
    isOpen: name.endsWith('/'),
  }))
}

function conditionValues(operator: string, key: string): readonly CompletionItem[] {
  const isYesOrNo = operator === 'Null' || findKey(key)?.type === 'Bool'
  if (isYesOrNo)
    return [item('true', operator === 'Null' ? 'it is missing' : ''), item('false', '')]
  switch (key.toLowerCase()) {
    case 'aws:principaltype':
      return ['User', 'AssumedRole', 'Account'].map((text) => item(text, 'type'))
    default:
      return []
  }
}

/** ARNs of what the actions are asked for, as far as it is known here. */
function resources(
  actions: readonly CatalogueAction[],
  home: Home | undefined,
): readonly CompletionItem[] {
  const types = new Map(
    actions.flatMap(({ resources: all }) => all).map((type) => [type.arn, type.name]),
  )
  const arns = [...types].map(([arn, name]) =>
    item(
      arn
        .replace('${Partition}', 'aws')
        .replace('${Region}', home?.region ?? '*')
        .replace('${Account}', home?.accountId ?? '*')
        .replace(/\$\{[^}]*\}/g, '*'),
      `every ${name}`,
    ),
  )
  return [item('*', 'everything'), ...arns]
}
