import type { Claim } from './covers/claim.ts'
import { createEffort, type Effort } from './covers/effort.ts'
import type { EntrySet } from './covers/entry-set.ts'
import { isContradicted, isImplied } from './covers/implied.ts'
import { viewOfHolder, viewOfReceiver } from './covers/key-view.ts'
import {
  layerKinds,
  reachOf,
  type LayerKind,
  type Reach,
  type Rule,
  type Standing,
} from './covers/standing.ts'

/** What somebody may do after a change, and could do before it. */
export interface Change {
  /** Undefined when the holder would take the receiver's place: then nothing of it was theirs before. */
  readonly before?: Standing | undefined
  readonly after: Standing
}

/** Something that would be newly allowed and that the holder may not do. */
export interface Uncovered {
  /** The Allow that gives it, or as much of it as is not covered. */
  readonly given: Rule
  readonly gap: Gap
}

/** What the holder lacks. */
export type Gap =
  /** No statement in that kind of policy allows it; `nearest` would, but for these conditions. */
  | {
      readonly kind: 'notAllowed'
      readonly layer: LayerKind
      readonly nearest: { readonly rule: Rule; readonly wanting: readonly Claim[] } | undefined
    }
  /** A Deny that may forbid some of it. */
  | { readonly kind: 'denied'; readonly rule: Rule }
  /** Too many combinations to look at them all. */
  | { readonly kind: 'tooMany' }

/**
 * Would a change let somebody do what they could not do before and the holder cannot do now? Undefined means no, for every
 * request that there can be. Otherwise the first part that is not covered. What cannot be shown to be covered counts as
 * uncovered, so that policies that mean the same in very different words can be taken for different ones.
 *
 * The holder is thought to make the very same request: from that address, at that time, on that resource. What depends on
 * who asks is for the holder as it is now (a second factor that was shown counts) and for the receiver as `keys` says; a key that
 * is not in there may have any value. Trust policies have no part in this: the rights that come with a role are those of
 * its sessions. Requests with two values for one condition key, which `evaluate` refuses to decide, are left out.
 */
export function uncovered(holder: Standing, { before, after }: Change): Uncovered | undefined {
  const comparison: Comparison = {
    held: reachOf(holder.policies, viewOfHolder(holder.keys)),
    before: before && reachOf(before.policies, viewOfReceiver(before.keys)),
    after: reachOf(after.policies, viewOfReceiver(after.keys)),
    effort: createEffort(),
  }
  const { identity = [], boundary, session } = comparison.after.layers
  const limits = [boundary, session].filter((rules) => rules !== undefined)
  for (const rule of identity) {
    const found = firstGap({ rule, within: everything, limits, comparison })
    if (found !== undefined) return found
  }
  return undefined
}

interface Comparison {
  readonly held: Reach
  readonly before: Reach | undefined
  readonly after: Reach
  readonly effort: Effort
}

/** The requests that are in all of these sets and for which all claims hold. */
interface Part {
  readonly actions: readonly EntrySet[]
  readonly resources: readonly EntrySet[]
  readonly claims: readonly Claim[]
}

const everything: Part = { actions: [], resources: [], claims: [] }

interface Task {
  readonly rule: Rule
  readonly within: Part
  /** What else must allow it: of each list, one statement. */
  readonly limits: readonly (readonly Rule[])[]
  readonly comparison: Comparison
}

/** Looks at a statement as a whole, and where that is not covered at each pair of its actions and resources. */
function firstGap({ rule, within, limits, comparison }: Task): Uncovered | undefined {
  if (gapOf(meet(within, rule), comparison) === undefined) return undefined
  const { separate } = comparison.effort
  for (const action of separate(rule.actions)) {
    for (const resource of separate(rule.resources)) {
      const given: Rule = { ...rule, actions: action, resources: resource }
      const gap = limitedGap({ rule: given, within, limits, comparison })
      if (gap !== undefined) return { given, gap }
    }
  }
  return undefined
}

/** Of one pair: only what boundary and session policies leave of it need be covered. */
function limitedGap({ rule, within, limits, comparison }: Task): Gap | undefined {
  const part = meet(within, rule)
  const gap = gapOf(part, comparison)
  const [limit, ...others] = limits
  if (gap === undefined || limit === undefined || gap.kind === 'tooMany') return gap
  for (const bound of limit) {
    if (isApart(bound, part, comparison)) continue
    const found = firstGap({ rule: bound, within: part, limits: others, comparison })
    if (found !== undefined) return found.gap
  }
  return undefined
}

function meet({ actions, resources, claims }: Part, rule: Rule): Part {
  return {
    actions: [...actions, rule.actions],
    resources: [...resources, rule.resources],
    claims: [...claims, ...rule.claims],
  }
}

function gapOf(part: Part, comparison: Comparison): Gap | undefined {
  const { held, before, after, effort } = comparison
  if (after.denies.some((deny) => holds(deny, part, comparison))) return undefined
  if (before !== undefined && shortfall(before, part, comparison) === undefined) return undefined
  const gap = shortfall(held, part, comparison)
  return gap && effort.isSpent() ? { kind: 'tooMany' } : gap
}

/** Why not all of a part is within somebody's reach. */
function shortfall(reach: Reach, part: Part, comparison: Comparison): Gap | undefined {
  for (const layer of layerKinds) {
    const rules = reach.layers[layer]
    if (rules === undefined || rules.some((rule) => holds(rule, part, comparison))) continue
    return { kind: 'notAllowed', layer, nearest: nearestOf(rules, part, comparison) }
  }
  const deny = reach.denies.find((rule) => !isHarmless(rule, part, comparison))
  return deny && { kind: 'denied', rule: deny }
}

/** Is all of the part in what the statement is about? */
function holds(rule: Rule, part: Part, comparison: Comparison): boolean {
  return isAbout(rule, part, comparison) && wantingOf(rule, part).length === 0
}

function isAbout({ actions, resources }: Rule, part: Part, { effort }: Comparison): boolean {
  return (
    part.actions.some((set) => effort.isWithin(set, actions)) &&
    part.resources.some((set) => effort.isWithin(set, resources))
  )
}

/** What the statement asks for and the part does not promise. */
function wantingOf({ claims }: Rule, part: Part): readonly Claim[] {
  return claims.filter((claim) => !isImplied(claim, part.claims))
}

/** Does a Deny forbid nothing of the part, or only what the receiver is denied as well? */
function isHarmless(deny: Rule, part: Part, comparison: Comparison): boolean {
  const { after, effort } = comparison
  if (isApart(deny, part, comparison)) return true
  return effort.separate(deny.actions).every((actions) =>
    effort.separate(deny.resources).every((resources) => {
      const piece: Rule = { ...deny, actions, resources }
      if (isApart(piece, part, comparison)) return true
      const forbidden = meet(part, piece)
      return after.denies.some((rule) => holds(rule, forbidden, comparison))
    }),
  )
}

/** Has the statement to do with no request of the part? */
function isApart({ actions, resources, claims }: Rule, part: Part, { effort }: Comparison) {
  return (
    part.actions.some((set) => !effort.overlap(set, actions)) ||
    part.resources.some((set) => !effort.overlap(set, resources)) ||
    claims.some((claim) => isContradicted(claim, part.claims))
  )
}

function nearestOf(rules: readonly Rule[], part: Part, comparison: Comparison) {
  return rules
    .filter((rule) => isAbout(rule, part, comparison))
    .map((rule) => ({ rule, wanting: wantingOf(rule, part) }))
    .toSorted((a, b) => a.wanting.length - b.wanting.length)[0]
}
