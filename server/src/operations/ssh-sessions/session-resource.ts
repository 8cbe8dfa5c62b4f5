import { instanceArn } from '@fleetkey/domain/arn'
import type { Instance } from '@fleetkey/domain/instance'
import type { SshSessionRow } from '../../store/ssh-session-store.ts'
import { isOwn } from '../is-own.ts'
import type { Asker, Resource } from '../operation.ts'

type SessionPlace = Pick<SshSessionRow, 'instanceId' | 'grant'>

/** The resource that a question about this session is about. */
export function sessionResource(
  { instanceId, grant }: SessionPlace,
  instance: Instance | undefined,
  asker: Pick<Asker, 'owner' | 'realm'>,
): Resource {
  const resource = resourceOf(instanceId, instance, asker)
  return isOwn(grant ?? {}, asker) ? { ...resource, isOwn: true } : resource
}

function resourceOf(
  instanceId: string,
  instance: Instance | undefined,
  { realm }: Pick<Asker, 'realm'>,
): Resource {
  return { arn: instanceArn(realm, instanceId), ...(instance && { instance }) }
}

/** What is asked about a session: may they do this on its instance? Who began it by their own push needs no policy. */
export class SessionResources {
  readonly #asker: Asker
  readonly #instances = new Map<string, Promise<Instance | undefined>>()

  constructor(asker: Asker) {
    this.#asker = asker
  }

  async of(session: SessionPlace): Promise<Resource> {
    return sessionResource(session, await this.instance(session.instanceId), this.#asker)
  }

  async ofInstance(instanceId: string): Promise<Resource> {
    return resourceOf(instanceId, await this.instance(instanceId), this.#asker)
  }

  /** Each is read once. Undefined when it was forgotten. */
  instance(instanceId: string): Promise<Instance | undefined> {
    const known = this.#instances.get(instanceId)
    if (known !== undefined) return known
    const found = this.#asker.store.instances.get(instanceId)
    this.#instances.set(instanceId, found)
    return found
  }
}
