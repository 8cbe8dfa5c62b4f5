/** What the simulator is asked, as its URL says it: a link to it asks the same again. */
export type Question =
  | {
      readonly ask: 'reach'
      readonly principal: string
      readonly instance: string
      readonly user: string
      readonly context: readonly ContextEntry[]
    }
  | { readonly ask: 'who'; readonly instance: string; readonly user: string }
  | { readonly ask: 'what'; readonly principal: string; readonly user: string }
  | {
      readonly ask: 'action'
      /** Empty: the policy alone is tried out. */
      readonly principal: string
      /** As JSON; empty where only what the principal has is tried out. */
      readonly policy: string
      readonly actions: readonly string[]
      readonly resources: readonly string[]
      readonly context: readonly ContextEntry[]
    }

export interface ContextEntry {
  readonly key: string
  readonly values: readonly string[]
}

export type Ask = Question['ask']

/** Longer ones make URLs that are cut on their way; the question is asked all the same, and its link asks without the policy. */
const MOST_POLICY = 4000

/** What is left out is empty: a page that is opened by its name alone asks nothing yet. */
export function readQuestion(params: URLSearchParams): Question {
  const text = (name: string) => params.get(name) ?? ''
  const context = params.getAll('context').flatMap(readEntry)
  const [principal, instance, user] = [text('principal'), text('instance'), text('user')]
  switch (text('ask')) {
    case 'who':
      return { ask: 'who', instance, user }
    case 'what':
      return { ask: 'what', principal, user }
    case 'action':
      return {
        ask: 'action',
        principal,
        policy: text('policy'),
        actions: params.getAll('action'),
        resources: params.getAll('resource'),
        context,
      }
    default:
      return { ask: 'reach', principal, instance, user, context }
  }
}

export function writeQuestion(question: Question): URLSearchParams {
  const params = new URLSearchParams({ ask: question.ask })
  const put = (name: string, value: string) => {
    if (value !== '') params.set(name, value)
  }
  const putContext = (context: readonly ContextEntry[]) => {
    for (const { key, values } of context) {
      if (key !== '') params.append('context', `${key}=${values.join(',')}`)
    }
  }
  switch (question.ask) {
    case 'reach':
      put('principal', question.principal)
      put('instance', question.instance)
      put('user', question.user)
      putContext(question.context)
      break
    case 'who':
      put('instance', question.instance)
      put('user', question.user)
      break
    case 'what':
      put('principal', question.principal)
      put('user', question.user)
      break
    case 'action':
      put('principal', question.principal)
      if (question.policy.length <= MOST_POLICY) put('policy', question.policy)
      for (const action of question.actions) params.append('action', action)
      for (const resource of question.resources) params.append('resource', resource)
      putContext(question.context)
  }
  return params
}

/** What is still to be said before it can be asked; undefined when nothing is. */
export function lackOfQuestion(question: Question): string | undefined {
  switch (question.ask) {
    case 'reach':
      if (question.principal === '') return 'Who?'
      if (question.instance === '') return 'Which instance?'
      return question.user === '' ? 'As which OS user?' : undefined
    case 'who':
      return question.instance === '' ? 'Which instance?' : undefined
    case 'what':
      return question.principal === '' ? 'Who?' : undefined
    case 'action':
      if (question.principal === '' && question.policy === '') return 'Who, or which policy?'
      return question.actions.length === 0 ? 'Which actions?' : undefined
  }
}

/** Whether it names nobody and nothing by a name that must be looked up first. */
export function isByIds(question: Question): boolean {
  const { principal = '', instance = '' } = question as {
    readonly principal?: string
    readonly instance?: string
  }
  return (principal === '' || principal.startsWith('arn:')) && /^(i-[0-9a-f]+)?$/.test(instance)
}

/** As operations take them: a key with several values is a list. */
export function contextEntries(context: readonly ContextEntry[]): readonly object[] {
  return context
    .filter(({ key, values }) => key !== '' && values.length > 0)
    .map(({ key, values }) => ({
      ContextKeyName: key,
      ContextKeyType: values.length > 1 ? 'stringList' : 'string',
      ContextKeyValues: values,
    }))
}

/** The same question in words. */
export function questionInWords(question: Question, nameOf: (id: string) => string): string {
  switch (question.ask) {
    case 'reach':
      return `Can ${nameOf(question.principal)} reach ${nameOf(question.instance)} as ${question.user}?`
    case 'who':
      return `Who can reach ${nameOf(question.instance)}${question.user === '' ? '' : ` as ${question.user}`}?`
    case 'what':
      return `What can ${nameOf(question.principal)} reach${question.user === '' ? '' : ` as ${question.user}`}?`
    case 'action':
      return `May ${question.principal === '' ? 'whoever has this policy' : nameOf(question.principal)} do ${question.actions.join(', ')}?`
  }
}

function readEntry(text: string): readonly ContextEntry[] {
  const equals = text.indexOf('=')
  if (equals < 1) return []
  const values = text
    .slice(equals + 1)
    .split(',')
    .filter((value) => value !== '')
  return [{ key: text.slice(0, equals), values }]
}
