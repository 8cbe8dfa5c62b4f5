import { StrictJsonError } from '@fleetkey/domain/strict-json'
import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import { validatePolicy } from '../validate-policy.ts'
import { parseSpan } from '@fleetkey/domain/span'
import { ApplyFault } from './apply-fault.ts'
import { documentOf, type Document } from './document.ts'
import { parseYaml, type YamlValue } from './yaml.ts'

/** What a file wants. A section that it does not have is not its business. */
export interface WantedFile {
  readonly policies: ReadonlyMap<string, WantedPolicy> | undefined
  readonly groups: ReadonlyMap<string, WantedGroup> | undefined
  readonly users: ReadonlyMap<string, WantedUser> | undefined
  readonly roles: ReadonlyMap<string, WantedRole> | undefined
  /** By issuer. */
  readonly providers: ReadonlyMap<string, WantedProvider> | undefined
}

export interface WantedPolicy {
  /** Undefined: as it is, `/` for a new one. */
  readonly path: string | undefined
  /** Undefined: as it is. It cannot be changed. */
  readonly description: string | undefined
  readonly document: Document
  readonly tags: ReadonlyMap<string, string>
}

export interface WantedHolder {
  readonly path: string | undefined
  /** Names, or ARNs. */
  readonly policies: readonly string[]
  readonly inline: ReadonlyMap<string, Document>
}

export interface WantedGroup extends WantedHolder {
  readonly members: readonly string[]
}

export interface WantedUser extends WantedHolder {
  readonly boundary: string | undefined
  readonly tags: ReadonlyMap<string, string>
}

export interface WantedRole extends WantedUser {
  readonly trust: Document
  readonly description: string
  readonly maxSessionSeconds: number
}

export interface WantedProvider {
  readonly clientIds: readonly string[]
  readonly claims: ReadonlyMap<string, string>
}

/**
 * Reads an apply file. Policies are written in it, or named by the path of a JSON file, which `readFile` gives by that path.
 * @param name what the file is called in what is said about it
 * @throws ApplyFault `file` for what the file cannot say, `policy` for a policy that is not valid; whatever `readFile` throws
 */
export async function parseWantedFile(
  text: string,
  { name, readFile }: { readonly name: string; readonly readFile: ReadFile },
): Promise<WantedFile> {
  return await new Reader(name, readFile).file(parseYaml(text, name))
}

type ReadFile = (path: string) => Promise<string>

class Reader {
  readonly #name: string
  readonly #readFile: ReadFile

  constructor(name: string, readFile: ReadFile) {
    this.#name = name
    this.#readFile = readFile
  }

  async file(value: YamlValue): Promise<WantedFile> {
    const file = this.#map(value, 'the file', ['policies', 'groups', 'users', 'roles', 'providers'])
    return {
      policies: await this.#section(file, 'policies', (one, at) => this.#policy(one, at)),
      groups: await this.#section(file, 'groups', (one, at) => this.#group(one, at)),
      users: await this.#section(file, 'users', (one, at) => this.#user(one, at)),
      roles: await this.#section(file, 'roles', (one, at) => this.#role(one, at)),
      providers: await this.#section(file, 'providers', (one, at) => this.#provider(one, at)),
    }
  }

  async #section<T>(
    file: ReadonlyMap<string, YamlValue>,
    name: string,
    read: (value: YamlValue, at: string) => Promise<T>,
  ): Promise<ReadonlyMap<string, T> | undefined> {
    const section = file.get(name)
    if (section === undefined) return undefined
    const entries = new Map<string, T>()
    for (const [key, value] of this.#map(section, name)) {
      entries.set(key, await read(value, `${name}.${key}`))
    }
    return entries
  }

  async #policy(value: YamlValue, at: string): Promise<WantedPolicy> {
    const policy = this.#map(value, at, ['path', 'description', 'document', 'tags'])
    return {
      path: this.#optionalText(policy, 'path', at),
      description: this.#optionalText(policy, 'description', at),
      document: await this.#document(policy, { name: 'document', at, kind: 'managed' }),
      tags: this.#texts(policy, 'tags', at),
    }
  }

  async #group(value: YamlValue, at: string): Promise<WantedGroup> {
    const group = this.#map(value, at, ['path', 'policies', 'inline', 'members'])
    return { ...(await this.#holder(group, at)), members: this.#list(group, 'members', at) }
  }

  async #user(value: YamlValue, at: string): Promise<WantedUser> {
    const user = this.#map(value, at, ['path', 'policies', 'inline', 'boundary', 'tags'])
    return await this.#bounded(user, at)
  }

  async #role(value: YamlValue, at: string): Promise<WantedRole> {
    const role = this.#map(value, at, [
      'path',
      'policies',
      'inline',
      'boundary',
      'tags',
      'trust',
      'description',
      'maxSession',
    ])
    return {
      ...(await this.#bounded(role, at)),
      trust: await this.#document(role, { name: 'trust', at, kind: 'trust' }),
      description: this.#optionalText(role, 'description', at) ?? '',
      maxSessionSeconds: this.#session(role, at),
    }
  }

  async #provider(value: YamlValue, at: string): Promise<WantedProvider> {
    const provider = this.#map(value, at, ['clientIds', 'claims'])
    return {
      clientIds: this.#list(provider, 'clientIds', at),
      claims: this.#texts(provider, 'claims', at),
    }
  }

  async #bounded(user: ReadonlyMap<string, YamlValue>, at: string): Promise<WantedUser> {
    return {
      ...(await this.#holder(user, at)),
      boundary: this.#optionalText(user, 'boundary', at),
      tags: this.#texts(user, 'tags', at),
    }
  }

  async #holder(holder: ReadonlyMap<string, YamlValue>, at: string): Promise<WantedHolder> {
    const inline = new Map<string, Document>()
    const policies = this.#map(holder.get('inline') ?? new Map(), `${at}.inline`)
    for (const name of policies.keys()) {
      const where = { name, at: `${at}.inline`, kind: 'identity' } as const
      inline.set(name, await this.#document(policies, where))
    }
    return {
      path: this.#optionalText(holder, 'path', at),
      policies: this.#list(holder, 'policies', at),
      inline,
    }
  }

  /** A map, or the path of a JSON file. */
  async #document(
    owner: ReadonlyMap<string, YamlValue>,
    where: {
      readonly name: string
      readonly at: string
      readonly kind: 'identity' | 'managed' | 'trust'
    },
  ): Promise<Document> {
    const { name, at, kind } = where
    const value = owner.get(name)
    if (value === undefined) throw this.#fault(at, `has no ${name}`)
    const isPath = typeof value === 'string'
    const text = isPath ? await this.#readFile(value) : jsonOf(value)
    try {
      validatePolicy(text, kind)
      return documentOf(text)
    } catch (error) {
      if (!(error instanceof ServiceException) && !(error instanceof StrictJsonError)) throw error
      throw new ApplyFault('policy', `The policy ${at}.${name} is not valid.`, {
        why: [error.message, ...(isPath ? [`it is read from ${value}`] : [])],
      })
    }
  }

  #session(role: ReadonlyMap<string, YamlValue>, at: string): number {
    const text = this.#optionalText(role, 'maxSession', at) ?? '1h'
    const seconds = parseSpan(text)
    if (seconds !== undefined && seconds >= 3600 && seconds <= 43_200) return seconds
    throw this.#fault(`${at}.maxSession`, 'must be a span from 1h to 12h')
  }

  #map(value: YamlValue, at: string, known?: readonly string[]): ReadonlyMap<string, YamlValue> {
    // `alice:` with nothing behind it is somebody who has nothing.
    if (value === '') return new Map()
    if (!(value instanceof Map)) throw this.#fault(at, 'must be a map')
    const unknown = [...value.keys()].find((key) => known !== undefined && !known.includes(key))
    if (unknown === undefined) return value
    throw this.#fault(at, `has "${unknown}", which is not known`, [
      `Known are: ${known?.join(', ')}`,
    ])
  }

  #list(owner: ReadonlyMap<string, YamlValue>, name: string, at: string): readonly string[] {
    const value = owner.get(name) ?? []
    const where = `${at}.${name}`
    if (value === '') return []
    if (!Array.isArray(value)) throw this.#fault(where, 'must be a list')
    const texts = value.map((one: YamlValue) => {
      if (typeof one === 'string' && one !== '') return one
      throw this.#fault(where, 'must be a list of names')
    })
    const twice = texts.find((one, index) => texts.indexOf(one) !== index)
    if (twice !== undefined) throw this.#fault(where, `names "${twice}" twice`)
    return texts
  }

  #texts(
    owner: ReadonlyMap<string, YamlValue>,
    name: string,
    at: string,
  ): ReadonlyMap<string, string> {
    const entries = [...this.#map(owner.get(name) ?? new Map(), `${at}.${name}`)]
    return new Map(
      entries.map(([key, value]) => {
        if (typeof value === 'string') return [key, value]
        throw this.#fault(`${at}.${name}.${key}`, 'must be a text')
      }),
    )
  }

  #optionalText(
    owner: ReadonlyMap<string, YamlValue>,
    name: string,
    at: string,
  ): string | undefined {
    const value = owner.get(name)
    if (value === undefined || typeof value === 'string') return value || undefined
    throw this.#fault(`${at}.${name}`, 'must be a text')
  }

  #fault(at: string, what: string, todo: readonly string[] = []): ApplyFault {
    return new ApplyFault('file', `${this.#name}: ${at} ${what}.`, { todo })
  }
}

/** The same value as JSON. Texts stay texts: a policy takes "true" for true, and "5" for 5. */
function jsonOf(value: YamlValue): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (value instanceof Map) {
    const members = [...value].map(([key, one]) => `${JSON.stringify(key)}:${jsonOf(one)}`)
    return `{${members.join(',')}}`
  }
  return `[${[...value].map(jsonOf).join(',')}]`
}
