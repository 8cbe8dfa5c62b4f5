import { instanceArn } from '@fleetkey/domain/arn'
import { principalId } from '@fleetkey/domain/principal'
import type { Instance } from '@fleetkey/domain/instance'
import type { SshSessionRow } from '../../store/ssh-session-store.ts'
import type { Asker, Resource } from '../operation.ts'

/** What is asked about a session: may they do this on its instance? Who began it by their own push needs no policy. */
export class SessionResources {
  readonly #asker: Asker
  readonly #instances = new Map<string, Promise<Instance | undefined>>()

  constructor(asker: Asker) {
    this.#asker = asker
  }

  isOwn({ grant }: Pick<SshSessionRow, 'grant'>): boolean {
    const { caller, realm } = this.#asker
    return grant !== undefined && grant.principalId === principalId(caller.principal, realm)
  }

  async of(session: Pick<SshSessionRow, 'instanceId' | 'grant'>): Promise<Resource> {
    const resource = await this.ofInstance(session.instanceId)
    return this.isOwn(session) ? { ...resource, isOwn: true } : resource
  }

  async ofInstance(instanceId: string): Promise<Resource> {
    const instance = await this.instance(instanceId)
    const arn = instanceArn(this.#asker.realm, instanceId)
    return { arn, ...(instance && { instance }) }
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
