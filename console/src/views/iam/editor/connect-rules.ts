/** The common case, as a form asks for it: who has this policy may connect to these instances as these OS users. */
export interface ConnectRule {
  readonly kind: 'connect'
  readonly sid: string
  /** An instance must have every one of them; of a tag, one of its values. None: every instance. */
  readonly tags: readonly TagWanted[]
  /** None: as anybody but root. */
  readonly osUsers: readonly string[]
  /** Only with a second factor. */
  readonly needsFactor: boolean
  /** Only from these networks. None: from anywhere. */
  readonly networks: readonly string[]
}

interface TagWanted {
  readonly key: string
  readonly values: readonly string[]
}

/** A statement that the form does not know: it is kept as it is. */
interface OtherStatement {
  readonly kind: 'other'
  readonly json: object
}

export interface PolicyForm {
  readonly rules: readonly (ConnectRule | OtherStatement)[]
  /** Whether the list of instances may be seen: without it nobody finds a host by its name. */
  readonly seesInstances: boolean
}

export const EMPTY_RULE: ConnectRule = {
  kind: 'connect',
  sid: '',
  tags: [],
  osUsers: [],
  needsFactor: false,
  networks: [],
}

const PUSH = 'ec2-instance-connect:SendSSHPublicKey'
const SEE = 'ec2:DescribeInstances'
const TAG = 'aws:ResourceTag/'

/** Reads a policy as a form; undefined while it is no JSON object. Nothing is lost: what the form does not know is in it as it was. */
export function readForm(text: string): PolicyForm | undefined {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isObject(json)) return undefined
  const { Version, Statement, ...rest } = json
  // What stands around the statements must not be lost either.
  if (Object.keys(rest).length > 0 || Version !== '2012-10-17') return undefined
  const statements = Array.isArray(Statement)
    ? Statement
    : Statement === undefined
      ? []
      : [Statement]
  if (!statements.every(isObject)) return undefined
  const seeing = statements.findIndex(isSeeing)
  return {
    seesInstances: seeing >= 0,
    rules: statements
      .filter((_statement, index) => index !== seeing)
      .map((statement) => readRule(statement) ?? { kind: 'other', json: statement }),
  }
}

/** The same as a policy. */
export function writeForm({ rules, seesInstances }: PolicyForm): string {
  const statements = [
    ...(seesInstances
      ? [{ Sid: 'SeeInstances', Effect: 'Allow', Action: SEE, Resource: '*' }]
      : []),
    ...rules.map((rule) => (rule.kind === 'other' ? rule.json : writeRule(rule))),
  ]
  return JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 2)
}

/** Only just that: one that says more, or has a name of its own, is kept as it is. */
function isSeeing(statement: Record<string, unknown>): boolean {
  const { Sid = 'SeeInstances', Effect, Action, Resource, ...rest } = statement
  return (
    Sid === 'SeeInstances' &&
    Effect === 'Allow' &&
    one(Action) === SEE &&
    one(Resource) === '*' &&
    Object.keys(rest).length === 0
  )
}

function readRule(statement: Record<string, unknown>): ConnectRule | undefined {
  const { Sid = '', Effect, Action, Resource, Condition = {}, ...rest } = statement
  const isOne =
    typeof Sid === 'string' &&
    Effect === 'Allow' &&
    one(Action) === PUSH &&
    one(Resource) === '*' &&
    Object.keys(rest).length === 0
  if (!isOne || !isObject(Condition)) return undefined
  let rule: ConnectRule = { ...EMPTY_RULE, sid: Sid }
  for (const [operator, keys] of Object.entries(Condition)) {
    if (!isObject(keys)) return undefined
    for (const [key, written] of Object.entries(keys)) {
      const values = textsOf(written)
      const next = values && withCondition(rule, { operator, key, values })
      if (next === undefined) return undefined
      rule = next
    }
  }
  return rule
}

function withCondition(
  rule: ConnectRule,
  {
    operator,
    key,
    values,
  }: { readonly operator: string; readonly key: string; readonly values: readonly string[] },
): ConnectRule | undefined {
  if (operator === 'StringEquals' && key === 'ec2:osuser') return { ...rule, osUsers: values }
  if (operator === 'StringEquals' && key.startsWith(TAG)) {
    return { ...rule, tags: [...rule.tags, { key: key.slice(TAG.length), values }] }
  }
  if (operator === 'IpAddress' && key === 'aws:SourceIp') return { ...rule, networks: values }
  if (operator === 'Bool' && key === 'aws:MultiFactorAuthPresent' && values.join() === 'true') {
    return { ...rule, needsFactor: true }
  }
  return undefined
}

function writeRule({ sid, tags, osUsers, needsFactor, networks }: ConnectRule): object {
  const equals = {
    ...writeTags(tags),
    ...(osUsers.length > 0 && { 'ec2:osuser': shortest(osUsers) }),
  }
  const condition = {
    ...(Object.keys(equals).length > 0 && { StringEquals: equals }),
    ...(needsFactor && { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
    ...(networks.length > 0 && { IpAddress: { 'aws:SourceIp': shortest(networks) } }),
  }
  return {
    ...(sid !== '' && { Sid: sid }),
    Effect: 'Allow',
    Action: PUSH,
    Resource: '*',
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  }
}

/** A tag that is wanted twice must be what both want; one without a value, as while it is filled in, is on no instance. */
function writeTags(tags: readonly TagWanted[]): object {
  const wanted = new Map<string, readonly string[]>()
  for (const { key, values } of tags) {
    const before = wanted.get(key)
    wanted.set(key, before?.filter((value) => values.includes(value)) ?? values)
  }
  return Object.fromEntries([...wanted].map(([key, values]) => [`${TAG}${key}`, shortest(values)]))
}

/** In words, as one says it. */
export function ruleInWords({ tags, osUsers, needsFactor, networks }: ConnectRule): string {
  const where =
    tags.length === 0
      ? 'every instance'
      : `instances with ${tags.map(({ key, values }) => `${key} = ${values.join(' or ')}`).join(' and ')}`
  const who = osUsers.length === 0 ? 'any OS user' : osUsers.join(' or ')
  const only = [
    ...(needsFactor ? ['with a second factor'] : []),
    ...(networks.length > 0 ? [`from ${networks.join(' or ')}`] : []),
  ]
  return `May connect to ${where} as ${who}${only.length > 0 ? `, only ${only.join(' and ')}` : ''}.`
}

const shortest = (values: readonly string[]) => (values.length === 1 ? values[0] : values)

const one = (value: unknown): unknown =>
  Array.isArray(value) && value.length === 1 ? value[0] : value

function textsOf(value: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  // An empty list matches nothing; a form has no such thing.
  if (list.length === 0) return undefined
  return list.every((text) => typeof text === 'string') ? list : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
