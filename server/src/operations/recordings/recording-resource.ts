import { instanceArn } from '@fleetkey/domain/arn'
import type { Instance } from '@fleetkey/domain/instance'
import type { RecordingRow } from '../../store/recording-store.ts'
import { recordingFacts } from '../../trail/record-recordings.ts'
import { isOwn } from '../is-own.ts'
import type { Asker, Resource } from '../operation.ts'

/** What is asked about a recording: may they do this on its instance, for its account? */
export class RecordingResources {
  readonly #asker: Asker
  readonly #instances = new Map<string, Promise<Instance | undefined>>()

  constructor(asker: Asker) {
    this.#asker = asker
  }

  /** One's own needs no policy: it has what one saw oneself. */
  async ofOwnOrOther(row: RecordingRow): Promise<Resource> {
    const resource = await this.of(row)
    return isOwn(row, this.#asker) ? { ...resource, isOwn: true } : resource
  }

  async of(row: RecordingRow): Promise<Resource> {
    return {
      ...(await this.ofInstance(row.instanceId)),
      context: { 'ec2:osuser': row.osUser },
      recorded: { instanceId: row.instanceId, facts: recordingFacts(row) },
    }
  }

  async ofInstance(instanceId: string): Promise<Resource> {
    const instance = await this.#instance(instanceId)
    const arn = instanceArn(this.#asker.realm, instanceId)
    return { arn, ...(instance && { instance }) }
  }

  /** Each is read once. Undefined when it was forgotten. */
  #instance(instanceId: string): Promise<Instance | undefined> {
    const known = this.#instances.get(instanceId)
    if (known !== undefined) return known
    const found = this.#asker.store.instances.get(instanceId)
    this.#instances.set(instanceId, found)
    return found
  }
}
