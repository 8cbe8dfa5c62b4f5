import type { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import type { OutputStructure } from '@fleetkey/wire/aws/output'
import type { Members } from '@fleetkey/wire/aws/validation'
import type { AnyOperation, World } from '../operation.ts'
import { ec2Operation } from './ec2-operation.ts'
import { fitting, matcherOf, readFilters, type Filter, type Filterable } from './filters.ts'
import { pageOf, readPage, type Page } from './pages.ts'

/** One of EC2's lists: what is named by ids or names, that fits the filters, in pages. */
export interface DescribedList<Row> {
  /** Of the operation, `DescribeVpcs`; its action has the same. */
  readonly name: string
  /** The member of the answer that holds the list. */
  readonly answer: string
  rows(world: World): Promise<readonly Row[]> | readonly Row[]
  /** The order of the list. */
  keyOf(row: Row): string
  readonly filterable: Filterable<Row>
  /** Members of the request that name rows. */
  readonly named?: readonly Naming<Row>[]
  /** Further members: read for what is wrong with them. */
  readonly also?: (v: Members) => void
  /** Members that say which rows count at all. */
  readonly only?: (v: Members) => (row: Row) => boolean
  /** Left out: the whole list is always given. */
  readonly paged?: true
  show(row: Row, world: World): OutputStructure
}

export interface Naming<Row> {
  readonly member: string
  readonly of: (row: Row) => string
  readonly notFound: (name: string) => ServiceException
}

interface Input<Row> {
  readonly named: readonly (readonly string[])[]
  readonly counts: (row: Row) => boolean
  readonly filters: readonly Filter[]
  readonly page: Page
}

const MAX_NAMES = 1000
const ALL: Page = { maxResults: Infinity, after: undefined }

/** The operation that gives such a list. It tells what there is, so it is asked for on everything. */
export function describeList<Row>(list: DescribedList<Row>): AnyOperation {
  const { name, answer, filterable, named = [] } = list
  return ec2Operation<Input<Row>>({
    name,
    action: `ec2:${name}`,
    access: 'read',
    parse(v) {
      list.also?.(v)
      return {
        named: named.map(({ member }) => v.stringList(member, { max: MAX_NAMES })),
        counts: list.only?.(v) ?? (() => true),
        filters: readFilters(v, filterable),
        page: list.paged ? readPage(v, name) : ALL,
      }
    },
    resources: () => [{ arn: '*' }],
    trail: ({ named: names, filters }) => ({
      requestParameters: {
        ...Object.fromEntries(named.map(({ member }, index) => [lowerFirst(member), names[index]])),
        filters,
      },
    }),
    async run(input, call) {
      const all = await list.rows(call)
      const picked = named.reduce(
        (rows, naming, index) => pick(rows, naming, input.named[index] ?? []),
        all,
      )
      const fits = matcherOf(input.filters, filterable)
      const found = await fitting(picked, (row) => input.counts(row) && fits(row))
      const { rows, end } = pageOf(input.page, found, {
        list: name,
        keyOf: (row) => list.keyOf(row),
      })
      return { [answer]: rows.map((row) => list.show(row, call)), ...end }
    },
  })
}

function pick<Row>(
  rows: readonly Row[],
  { of, notFound }: Naming<Row>,
  names: readonly string[],
): readonly Row[] {
  if (names.length === 0) return rows
  const present = new Set(rows.map(of))
  const missing = names.find((name) => !present.has(name))
  if (missing !== undefined) throw notFound(missing)
  return rows.filter((row) => names.includes(of(row)))
}

const lowerFirst = (member: string): string => `${member.charAt(0).toLowerCase()}${member.slice(1)}`
